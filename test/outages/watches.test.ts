import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Transport } from '../support/fake-kubernetes.ts';
import { kibOf } from '../support/watched-process.ts';
import { until } from '../testbed/until.ts';
import { SILENCE_LASTS, TRIALS } from '../faults/cluster-trials.ts';
import { sourceOf } from '../faults/fleet.ts';
import { startManyClusters, type ManyClusters, type TriedCluster } from '../faults/many-clusters.ts';
import { faultRow, PATIENCE, type Row } from '../faults/row.ts';

/** All at the same time: they wait. */
const CONCURRENCY = 200;
/** Between two starts of one watch. */
const MIN_INTERVAL_MS = 1_000;

const TRANSPORTS: readonly Transport[] = ['http1', 'tls-http2'];
const OVER: Readonly<Record<Transport, string>> = { http1: 'HTTP/1.1', 'tls-http2': 'HTTP/2, TLS' };

const cases = TRIALS.flatMap((trial) =>
  TRANSPORTS.filter((transport) => trial.on === undefined || trial.on === transport).map((transport) => ({
    trial,
    transport,
  })),
).map((each, n) => ({ ...each, name: `c${n}` }));
const RESTORED = new Map(TRANSPORTS.map((transport) => [transport, transport === 'http1' ? 'r1' : 'r2']));
const QUIET = new Map(TRANSPORTS.map((transport) => [transport, transport === 'http1' ? 'q1' : 'q2']));
const WITHOUT_BOOKMARKS = new Map(TRANSPORTS.map((transport) => [transport, transport === 'http1' ? 's1' : 's2']));

describe('one process that follows many clusters, each with a fault of its own', () => {
  let many: ManyClusters;
  let residentBefore: number | undefined;

  before(async () => {
    const plans = new Map<string, Transport>(cases.map(({ name, transport }) => [name, transport]));
    for (const names of [RESTORED, QUIET, WITHOUT_BOOKMARKS])
      for (const [transport, name] of names) plans.set(name, transport);
    many = await startManyClusters(plans);
    await sleep(5_000);
    residentBefore = kibOf(many.served.pid, 'VmRSS');
  });
  after(() => many.stop());

  const clusterOf = (name: string | undefined): TriedCluster => {
    const cluster = many.clusters.get(name ?? '');
    if (cluster === undefined) throw new Error(`there is no cluster ${name}`);
    return cluster;
  };
  const isUp = (cluster: TriedCluster, name: string): boolean =>
    many.judge.shown.get(cluster.entry(name)[0])?.statuses.join() === 'UP';

  function add(cluster: TriedCluster, name: string): void {
    const [key, entry] = cluster.entry(name);
    many.truth.allow(key, { ...entry, statuses: ['UP', 'DOWN'] });
    cluster.put(name);
  }

  function remove(cluster: TriedCluster, name: string): void {
    const [key, entry] = cluster.entry(name);
    // Each kind has its own watch: the endpoints may be gone before the Ingress.
    many.truth.allow(key, { ...entry, statuses: ['UP', 'DOWN'] });
    cluster.delete(name);
  }

  /** All of `names` are UP, `gone` is not there any more. */
  async function right(row: Row, cluster: TriedCluster, names: readonly string[], gone: string): Promise<void> {
    const isGone = (): boolean => !many.judge.shown.has(cluster.entry(gone)[0]);
    await row.right('news are served', async () => names.every((name) => isUp(cluster, name)) && isGone());
    for (const name of names) many.truth.require(...cluster.entry(name));
    many.truth.forbid([cluster.entry(gone)[0]]);
  }

  describe('all at the same time', { concurrency: CONCURRENCY }, () => {
    for (const { trial, transport, name } of cases) {
      const { area, fault, how } = trial;
      faultRow({ area, fault, how, over: OVER[transport] }, async (row) => {
        const cluster = clusterOf(name);
        row.looksOn(many.judge);
        const from = performance.now();
        const asked = cluster.requests;
        await trial.begin(cluster);
        add(cluster, 'frank');
        remove(cluster, 'erin');
        await sleep(trial.lastsMs);
        const { state, lastError, detail } = await sourceOf(many.served, `cluster:${name}`);
        const failures = Object.values(detail).some((text) => /, [1-9]\d* failures/.test(String(text)));
        if (trial.reported) assert.ok(failures || lastError !== undefined, `reported: ${JSON.stringify(detail)}`);
        row.showed(`\`${state}\`${lastError === undefined ? '' : ' with the reason'}`);
        row.ended();
        add(cluster, 'grace');
        await trial.end(cluster);
        await right(row, cluster, ['frank', 'grace'], 'erin');
        row.asked({ count: cluster.requests - asked, ms: performance.now() - from });
        assertPaced(cluster, from);
      });
    }

    for (const [transport, name] of RESTORED)
      faultRow(
        {
          area: 'access',
          fault: 'restored from a backup',
          how: 'versions go backwards, without a word, and are used again',
          over: OVER[transport],
        },
        async (row) => {
          const cluster = clusterOf(name);
          row.looksOn(many.judge);
          const restore = cluster.fake.state.backUp();
          for (const lost of ['lost', 'lost-too']) add(cluster, lost);
          await until('they are UP', async () => isUp(cluster, 'lost') && isUp(cluster, 'lost-too'), PATIENCE);
          const asked = cluster.requests;
          const from = performance.now();
          // The restored state is the truth as soon as there is one.
          for (const lost of ['lost', 'lost-too']) many.truth.release([cluster.entry(lost)[0]]);
          restore();
          cluster.fake.endWatches();
          row.ended();
          add(cluster, 'grace');
          await right(row, cluster, ['grace'], 'lost');
          many.truth.forbid([cluster.entry('lost-too')[0]]);
          row.asked({ count: cluster.requests - asked, ms: performance.now() - from });
          assertPaced(cluster, from);
        },
      );

    for (const { names, fault, how, bookmarkEvery } of [
      { names: QUIET, fault: 'none: quiet, and a bookmark a minute', how: 'nothing changes', bookmarkEvery: 60_000 },
      {
        names: WITHOUT_BOOKMARKS,
        fault: 'none: quiet, and no bookmarks',
        how: 'nothing changes, and nothing is sent',
        bookmarkEvery: 3_600_000,
      },
    ])
      for (const [transport, name] of names)
        faultRow({ area: 'watch', fault, how, over: OVER[transport] }, async (row) => {
          const cluster = clusterOf(name);
          cluster.fake.bookmarkEvery = bookmarkEvery;
          // Watches that are opened from now on.
          cluster.fake.endWatches();
          await sleep(5_000);
          row.looksOn(many.judge);
          const from = performance.now();
          const asked = cluster.requests;
          const watches = cluster.fake.calls.length;
          await sleep(SILENCE_LASTS);
          const { state } = await sourceOf(many.served, `cluster:${name}`);
          row.showed(`\`${state}\``);
          assert.equal(state, 'synced');
          row.ended();
          if (bookmarkEvery === 60_000) assert.equal(cluster.fake.calls.length, watches, 'the watches are left alone');
          add(cluster, 'grace');
          remove(cluster, 'erin');
          await right(row, cluster, ['grace'], 'erin');
          row.asked({ count: cluster.requests - asked, ms: performance.now() - from });
          assertPaced(cluster, from);
        });
  });

  faultRow(
    { area: 'access', fault: 'all of these, in one process', how: 'after all of them have ended' },
    async (row) => {
      row.looksOn(many.judge);
      await sleep(5_000);
      const errors = many.served
        .log()
        .split('\n')
        .filter((line) => line.includes('"level":"error"'));
      assert.deepEqual(errors, []);
      const { size } = many.clusters;
      const [first, last] = [residentBefore ?? 0, kibOf(many.served.pid, 'VmRSS')].map(
        (kib) => `${Math.round(kib / 1024)} MB`,
      );
      row.saw(`${size} clusters; ${first} of memory before, ${last} after; no error in the log`);
    },
  );
});

/** No watch is started more often than once a second, and no list begun. */
function assertPaced({ fake }: TriedCluster, from: number): void {
  const allowed = (performance.now() - from) / MIN_INTERVAL_MS + 5;
  for (const verb of ['watch', 'list', 'version'] as const)
    for (const kind of ['Ingress', 'Service', 'EndpointSlice', 'Namespace', 'IngressClass']) {
      const { length } = fake.callsOf(verb, kind).filter(({ at }) => at >= from);
      assert.ok(length <= allowed, `${length} × ${verb} ${kind}, at most ${allowed}`);
    }
}
