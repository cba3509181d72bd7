import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveProcess, type ServedProcess } from '../support/served-process.ts';
import { startCluster, type Cluster } from '../testbed/kubernetes/cluster.ts';
import { until } from '../testbed/until.ts';
import { FaultyProxy } from '../faults/faulty-proxy.ts';
import { isListed, sourceOf } from '../faults/fleet.ts';
import type { Judge } from '../faults/judge.ts';
import { kubeconfigThrough, SERVICES, servicesYaml, upstreamOf } from '../faults/kubernetes-scene.ts';
import { publishedEntry } from '../faults/manifests.ts';
import { faultRow, PATIENCE, type Row } from '../faults/row.ts';
import { Truth, type Entry } from '../faults/truth.ts';

const ADDRESS = '127.0.0.1';
const WEST = 'cluster:west';
/** As the proxy in front of it speaks. */
const OVER = 'HTTP/1.1';
/** What the API servers do not know. */
const WRONG_TOKEN = 'nobody-has-this-one';

type Side = 'east' | 'west';

// East is always there, and is asked directly; west is behind a proxy, and not required.
describe('two real API servers with the same applications', { concurrency: 4 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'eurek8s-faults-clusters-'));
  let clusters: Readonly<Record<Side, Cluster>>;

  before(async () => {
    const [east, west] = await Promise.all(
      ['east', 'west'].map((name) => startCluster({ dir: join(directory, name), roles: 'api' })),
    );
    if (east === undefined || west === undefined) throw new Error('two clusters were started');
    clusters = { east, west };
  });
  after(async () => {
    await Promise.all([clusters.east.stop(), clusters.west.stop()]);
    rmSync(directory, { recursive: true, force: true });
  });

  interface Scene {
    readonly namespace: string;
    readonly proxy: FaultyProxy;
    readonly truth: Truth;
    readonly served: ServedProcess;
    readonly judge: Judge;
  }

  const entryOf = (side: Side, namespace: string, name: string): readonly [key: string, entry: Entry] =>
    publishedEntry(side, namespace, name, ADDRESS);
  const entriesOf = (side: Side, namespace: string): readonly (readonly [key: string, entry: Entry])[] =>
    SERVICES.map((name) => entryOf(side, namespace, name));

  /** A namespace of its own in both, and a process that is answered by what `prepare` makes of west. */
  async function scene(
    row: Row,
    namespace: string,
    prepare: (proxy: FaultyProxy) => unknown = () => undefined,
    token?: string,
  ): Promise<Scene> {
    const proxy = await FaultyProxy.start(upstreamOf(clusters.west));
    row.t.after(() => proxy.close());
    for (const cluster of [clusters.east, clusters.west]) {
      await cluster.kubectl(['create', 'namespace', namespace]);
      await cluster.apply(servicesYaml(namespace));
    }
    const kubeconfig = kubeconfigThrough(row.directory, proxy.url, clusters.west, token);
    await prepare(proxy);
    const served = await serveProcess(row.t, row.directory, {
      clusters: [
        { name: 'east', kubeconfig: clusters.east.kubeconfig },
        { name: 'west', kubeconfig, required: false },
      ],
      selection: { namespaces: [namespace] },
      guards: { grace: '1h' },
    });
    const truth = new Truth(entriesOf('east', namespace));
    for (const [key, entry] of entriesOf('west', namespace)) truth.allow(key, entry);
    const judge = row.judge({ url: served.url, truth });
    judge.allowed.refused = true;
    await served.ready();
    judge.allowed.refused = false;
    return { namespace, proxy, truth, served, judge };
  }

  /** Another application in one of them, until it is UP. */
  async function newsIn(side: Side, { namespace, truth, served }: Scene, name: string): Promise<void> {
    const [key, entry] = entryOf(side, namespace, name);
    truth.allow(key, { ...entry, statuses: ['UP', 'DOWN'] });
    await clusters[side].apply(servicesYaml(namespace, [name]));
    const isUp = async (): Promise<boolean> =>
      (await isListed(served, key)) && !(await served.get(`/eureka/apps/${name}`)).body.includes('DOWN');
    await until(`news of ${side}`, isUp, { ...PATIENCE, everyMs: 25 });
    truth.require(key, entry);
  }

  async function westServed(row: Row, { namespace, truth, served }: Scene): Promise<void> {
    await row.right('both are served', async () => {
      const all = await Promise.all(entriesOf('west', namespace).map(([key]) => isListed(served, key)));
      return all.every(Boolean);
    });
    for (const [key, entry] of entriesOf('west', namespace)) truth.require(key, entry);
    await sleep(1_000);
  }

  /** While it lasts, news of the other one are served. */
  async function lasts(row: Row, made: Scene, shown: string, isShown: () => Promise<boolean>): Promise<void> {
    await row.shown(shown, isShown);
    const from = performance.now();
    await newsIn('east', made, 'eastern');
    row.saw(
      `news of the other one served ${((performance.now() - from) / 1000).toFixed(1)} s after kubectl was called`,
    );
    row.ended();
  }

  const westIs = async ({ served }: Scene, state: string, error: RegExp): Promise<boolean> => {
    const found = await sourceOf(served, WEST);
    return found.state === state && error.test(found.lastError ?? '');
  };

  faultRow(
    {
      area: 'clusters',
      fault: 'one of two gone at the start, and there later',
      how: 'nothing listens at its address',
      over: OVER,
    },
    async (row) => {
      const made = await scene(row, 'gone-at-start', (proxy) => proxy.close());
      await lasts(row, made, '`starting` with the reason', () => westIs(made, 'starting', /connection refused/));
      await made.proxy.listen();
      await westServed(row, made);
    },
  );

  faultRow(
    { area: 'clusters', fault: 'one of two gone later, and back', how: 'nothing listens at its address', over: OVER },
    async (row) => {
      const made = await scene(row, 'gone-later');
      await westServed(row, made);
      const before = made.proxy.requests;
      const from = performance.now();
      await made.proxy.close();
      await lasts(row, made, '`stale` with the reason', () => westIs(made, 'stale', /connection refused/));
      await made.proxy.listen();
      await row.right('its news are served', async () => {
        await newsIn('west', made, 'western');
        return true;
      });
      row.asked({ count: made.proxy.requests - before, ms: performance.now() - from });
    },
  );

  faultRow(
    { area: 'clusters', fault: 'one of two slow at the start', how: 'a proxy sends a byte every 100 ms', over: OVER },
    async (row) => {
      const made = await scene(row, 'slow', (proxy) => proxy.tamper('slow'));
      await lasts(row, made, '`starting`', () => westIs(made, 'starting', /^/));
      made.proxy.tamper('none');
      await westServed(row, made);
    },
  );

  faultRow(
    {
      area: 'clusters',
      fault: 'wrong credentials for one of two',
      how: 'a token that nobody has, until it is corrected',
      over: OVER,
    },
    async (row) => {
      const made = await scene(row, 'credentials', () => undefined, WRONG_TOKEN);
      await lasts(row, made, '`starting` with the reason', () => westIs(made, 'starting', /401/));
      kubeconfigThrough(row.directory, made.proxy.url, clusters.west);
      await westServed(row, made);
    },
  );
});
