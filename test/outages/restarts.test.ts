import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveProcess, type ServedProcess } from '../support/served-process.ts';
import { startCluster, type Cluster } from '../testbed/kubernetes/cluster.ts';
import { until } from '../testbed/until.ts';
import { AuditLog } from '../faults/audit-log.ts';
import { BoundToken } from '../faults/bound-token.ts';
import { FaultyProxy } from '../faults/faulty-proxy.ts';
import { hasMetric, isListed, sourceOf } from '../faults/fleet.ts';
import type { Judge } from '../faults/judge.ts';
import {
  allowDown,
  entryIn,
  kubeconfigThrough,
  requireUp,
  servicesTruth,
  servicesYaml,
  upstreamOf,
} from '../faults/kubernetes-scene.ts';
import { faultRow, PATIENCE, type Row } from '../faults/row.ts';
import type { Requests } from '../faults/table.ts';
import type { Truth } from '../faults/truth.ts';

const NAMESPACE = 'shop';
const SOURCE = 'cluster:main';
const OVER = 'HTTP/2, TLS';
/** Milliseconds. Streams that are silent for 90 s count as dead. */
const STOPPED_SHORT = 5_000;
const STOPPED_LONG = 110_000;
/** Milliseconds in which requests with a revoked token are refused. */
const REVOKED = 25_000;

// One server that is killed and started again and again, so one case after the other.
describe('a real API server that is ended and started', () => {
  const directory = mkdtempSync(join(tmpdir(), 'eurek8s-faults-api-'));
  const store = join(directory, 'etcd');
  /** What the cases have added so far. */
  const added: string[] = [];
  const audit = new AuditLog(directory);
  let cluster: Cluster;

  before(async () => {
    cluster = await startCluster({ dir: directory, roles: 'api', apiFlags: audit.apiFlags });
    await cluster.kubectl(['create', 'namespace', NAMESPACE]);
    await cluster.apply(servicesYaml(NAMESPACE));
  });
  after(async () => {
    await cluster.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  interface Scene {
    readonly served: ServedProcess;
    readonly truth: Truth;
    readonly judge: Judge;
    /** What the API server was asked since the scene began. */
    readonly asked: () => Requests;
  }

  async function scene(row: Row, kubeconfig = cluster.kubeconfig): Promise<Scene> {
    const served = await serveProcess(row.t, row.directory, {
      clusters: [{ name: 'main', kubeconfig }],
      guards: { grace: '1h' },
    });
    await served.ready();
    const truth = servicesTruth(NAMESPACE);
    for (const name of added) truth.require(...entryIn(NAMESPACE, name));
    const judge = row.judge({ url: served.url, truth });
    await sleep(1_000);
    const [from, before] = [performance.now(), audit.requests];
    const asked = (): Requests => ({ count: audit.requests - before, ms: performance.now() - from });
    return { served, truth, judge, asked };
  }

  async function newsCome(row: Row, { served, truth, asked }: Scene, name: string): Promise<void> {
    const [key, entry] = entryIn(NAMESPACE, name);
    truth.allow(key, { ...entry, statuses: ['UP', 'DOWN'] });
    await cluster.apply(servicesYaml(NAMESPACE, [name]));
    added.push(name);
    await row.right('news are served', () => isListed(served, key));
    row.asked(asked());
    truth.require(key);
    await until('it is UP', async () => !(await served.get('/eureka/apps')).body.includes('DOWN'), PATIENCE);
    truth.require(...entryIn(NAMESPACE, name));
    await sleep(500);
  }

  const isStale = async ({ served }: Scene): Promise<boolean> => (await sourceOf(served, SOURCE)).state === 'stale';

  faultRow({ area: 'API server', fault: 'stopped for 5 s', how: 'SIGSTOP, then SIGCONT', over: OVER }, async (row) => {
    const made = await scene(row);
    cluster.signalApi('SIGSTOP');
    await sleep(STOPPED_SHORT);
    row.ended();
    cluster.signalApi('SIGCONT');
    await newsCome(row, made, 'after-stop');
  });

  faultRow(
    { area: 'API server', fault: 'stopped for 110 s', how: 'SIGSTOP, then SIGCONT', over: OVER },
    async (row) => {
      const made = await scene(row);
      cluster.signalApi('SIGSTOP');
      await sleep(STOPPED_LONG);
      await row.shown('`stale`', () => isStale(made));
      row.ended();
      cluster.signalApi('SIGCONT');
      await newsCome(row, made, 'after-long-stop');
    },
  );

  faultRow(
    { area: 'API server', fault: 'restarted', how: 'ended in good order and started again', over: OVER },
    async (row) => {
      const made = await scene(row);
      await cluster.stopApi();
      await cluster.startApi();
      row.ended();
      await newsCome(row, made, 'after-restart');
    },
  );

  faultRow(
    {
      area: 'API server',
      fault: 'killed',
      how: '`kill -9` of API server and etcd; started again once it shows',
      over: OVER,
    },
    async (row) => {
      const made = await scene(row);
      await cluster.killApi();
      await row.shown('`stale`', () => isStale(made));
      await row.shown('`eurek8s_source_state`', () =>
        hasMetric(made.served, 'eurek8s_source_state{source="cluster:main",state="stale"} 1'),
      );
      await cluster.startApi();
      row.ended();
      await newsCome(row, made, 'after-kill');
    },
  );

  faultRow(
    {
      area: 'API server',
      fault: 'compacted',
      how: 'out of reach; meanwhile objects change, etcd forgets its history and the API server is restarted',
      over: 'HTTP/1.1',
    },
    async (row) => {
      const proxy = await FaultyProxy.start(upstreamOf(cluster));
      row.t.after(() => proxy.close());
      const made = await scene(row, kubeconfigThrough(row.directory, proxy.url, cluster));
      await proxy.close();
      const [key, entry] = entryIn(NAMESPACE, 'meanwhile');
      made.truth.allow(key, { ...entry, statuses: ['UP', 'DOWN'] });
      await cluster.apply(servicesYaml(NAMESPACE, ['meanwhile']));
      added.push('meanwhile');
      await row.shown('`stale`', () => isStale(made));
      await cluster.compactHistory();
      await cluster.stopApi();
      await cluster.startApi();
      await proxy.listen();
      row.ended();
      await newsCome(row, made, 'after-compaction');
      made.truth.require(key);
    },
  );

  faultRow(
    {
      area: 'API server',
      fault: 'the token revoked, and rotated late',
      how: 'the Secret that the token is bound to is deleted, and the API server restarted; a new token is in the file after 25 s',
      over: OVER,
    },
    async (row) => {
      const token = await BoundToken.make(cluster, NAMESPACE, row.directory);
      await token.issue('first');
      const made = await scene(row, token.kubeconfig);
      await token.revoke('first');
      await cluster.stopApi();
      await cluster.startApi();
      await row.shown('`stale` with the reason', async () => {
        const { state, lastError = '' } = await sourceOf(made.served, SOURCE);
        return state === 'stale' && /401|Unauthorized/.test(lastError);
      });
      await sleep(REVOKED);
      await token.issue('second');
      row.ended();
      await newsCome(row, made, 'after-rotation');
    },
  );

  faultRow(
    {
      area: 'API server',
      fault: 'restored from an older backup',
      how: 'ended in good order, its etcd replaced by a copy from before the last change, and started',
      over: OVER,
    },
    async (row) => {
      await cluster.stopApi();
      const backup = join(row.directory, 'backup');
      cpSync(store, backup, { recursive: true });
      await cluster.startApi();
      const made = await scene(row);
      await newsCome(row, made, 'forgotten');
      const [forgotten, entry] = entryIn(NAMESPACE, 'forgotten');
      await cluster.stopApi();
      added.pop();
      rmSync(store, { recursive: true });
      cpSync(backup, store, { recursive: true });
      // The restored state is the truth as soon as there is one. Each kind has its own watch: the endpoints may be gone before the Ingress.
      made.truth.allow(forgotten, { ...entry, statuses: ['UP', 'DOWN'] });
      await cluster.startApi();
      row.ended();
      await newsCome(row, made, 'after-backup');
      await row.right('what it does not have is gone', async () => !(await isListed(made.served, forgotten)));
      made.truth.forbid([forgotten]);
      await sleep(500);
    },
  );

  faultRow(
    {
      area: 'API server',
      fault: 'restarted with an emptied store',
      how: 'ended in good order, its etcd deleted, started; later the objects are applied again',
      over: OVER,
    },
    async (row) => {
      const made = await scene(row);
      const { served, truth } = made;
      allowDown(truth, NAMESPACE);
      for (const name of added) {
        const [key, { address }] = entryIn(NAMESPACE, name);
        truth.require(key, { address, statuses: ['UP', 'DOWN'] });
      }
      await cluster.stopApi();
      rmSync(store, { recursive: true });
      await cluster.startApi();
      await row.shown('`/eurek8s/holds`', async () => (await sourceOf(served, SOURCE)).holds.length === 1);
      await sleep(3_000);
      row.ended();
      await cluster.kubectl(['create', 'namespace', NAMESPACE]);
      await cluster.apply(servicesYaml(NAMESPACE));
      await cluster.apply(servicesYaml(NAMESPACE, added));
      await row.right('nothing is held, and all are UP', async () => {
        const isHeld = (await sourceOf(served, SOURCE)).holds.length > 0;
        return !isHeld && !(await served.get('/eureka/apps')).body.includes('DOWN');
      });
      requireUp(truth, NAMESPACE);
      for (const name of added) truth.require(...entryIn(NAMESPACE, name));
      row.asked(made.asked());
      row.saw('DOWN while their endpoints were gone');
      await sleep(1_000);
    },
  );
});
