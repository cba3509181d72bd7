import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { endpointSlice, ingress, service } from '../support/fake-kubernetes/objects.ts';
import { FakeKubernetes } from '../support/fake-kubernetes.ts';
import { serveProcess, type ServedProcess, type ServedProcessOptions } from '../support/served-process.ts';
import { startCluster, type Cluster } from '../testbed/kubernetes/cluster.ts';
import { until } from '../testbed/until.ts';
import { awayAtStart, restartedWhileAway } from './away-at-start.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { isListed, sourceOf } from './fleet.ts';
import type { Judge } from './judge.ts';
import {
  allowDown,
  ANSWERS,
  areUp,
  entryIn,
  kubeconfigThrough,
  requireUp,
  servicesTruth,
  servicesYaml,
  upstreamOf,
} from './kubernetes-scene.ts';
import { publishedEntry, publishedManifests } from './manifests.ts';
import { faultRow, PATIENCE, type Row } from './row.ts';
import type { Requests } from './table.ts';
import type { Truth } from './truth.ts';

/** Cases at the same time: they mostly wait. */
const CONCURRENCY = 6;
const SOURCE = 'cluster:main';
/** As the proxy speaks. */
const OVER = 'HTTP/1.1';
const STEPPED_CLOCK = join(import.meta.dirname, 'preload', 'stepped-clock.ts');
const HOUR_MS = 3_600_000;

describe('a real API server behind a proxy', { concurrency: CONCURRENCY }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'eurek8s-faults-kubernetes-'));
  let cluster: Cluster;

  before(async () => {
    cluster = await startCluster({ dir: join(directory, 'cluster'), roles: 'api' });
  });
  after(async () => {
    await cluster.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  interface Scene {
    readonly namespace: string;
    readonly proxy: FaultyProxy;
    readonly truth: Truth;
    readonly serve: (more?: object, options?: ServedProcessOptions, required?: boolean) => Promise<ServedProcess>;
  }

  /** A namespace of its own with six published services. */
  async function scene(row: Row, namespace: string): Promise<Scene> {
    const proxy = await FaultyProxy.start(upstreamOf(cluster));
    row.t.after(() => proxy.close());
    await cluster.kubectl(['create', 'namespace', namespace]);
    await cluster.apply(servicesYaml(namespace));
    const kubeconfig = kubeconfigThrough(row.directory, proxy.url, cluster);
    const base = { selection: { namespaces: [namespace] }, guards: { grace: '1h' } };
    return {
      namespace,
      proxy,
      truth: servicesTruth(namespace),
      serve: (more, options, required = true) => {
        const clusters = [{ name: 'main', kubeconfig, required }];
        return serveProcess(row.t, row.directory, { ...base, clusters, ...more }, options);
      },
    };
  }

  async function judgedScene(
    row: Row,
    namespace: string,
  ): Promise<Scene & { readonly served: ServedProcess; readonly judge: Judge; readonly asked: () => Requests }> {
    const made = await scene(row, namespace);
    const served = await made.serve();
    await served.ready();
    const judge = row.judge({ url: served.url, truth: made.truth });
    await sleep(1_000);
    const [from, before] = [performance.now(), made.proxy.requests];
    const asked = (): Requests => ({ count: made.proxy.requests - before, ms: performance.now() - from });
    return { ...made, served, judge, asked };
  }

  async function newsCome({ right }: Row, { namespace, truth }: Scene, served: ServedProcess): Promise<void> {
    const [key, entry] = entryIn(namespace, 'news');
    truth.allow(key, { ...entry, statuses: ['UP', 'DOWN'] });
    await cluster.apply(servicesYaml(namespace, ['news']));
    await right('news are served', () => isListed(served, key));
    truth.require(key);
    await sleep(500);
  }

  for (const { fault, tampering, how } of ANSWERS)
    faultRow({ area: 'API server', fault, how, over: OVER }, async (row) => {
      const made = await judgedScene(row, `answers-${tampering}`);
      const { served, proxy } = made;
      proxy.tamper(tampering);
      await row.shown('`stale` with the reason', async () => {
        const { state, lastError } = await sourceOf(served, SOURCE);
        return state === 'stale' && lastError !== undefined;
      });
      await sleep(1_000);
      row.ended();
      proxy.tamper('none');
      await newsCome(row, made, served);
      row.asked(made.asked());
    });

  faultRow(
    {
      area: 'API server',
      fault: 'a namespace wiped',
      how: '`kubectl delete namespace`; later it is made anew',
      over: OVER,
    },
    async (row) => {
      const made = await judgedScene(row, 'wiped');
      const { served, truth, namespace } = made;
      allowDown(truth, namespace);
      await cluster.kubectl(['delete', 'namespace', namespace, '--wait=false']);
      await row.shown('`/eurek8s/holds`', async () => (await sourceOf(served, SOURCE)).holds.length === 1);
      await cluster.deleteAll(namespace, ['ingress', 'service', 'endpointslice']);
      // What the namespace controller does, which does not run here.
      const raw = `/api/v1/namespaces/${namespace}`;
      const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace }, spec: { finalizers: [] } };
      await cluster.kubectl(['replace', '--raw', `${raw}/finalize`, '-f', '-'], JSON.stringify(object));
      await sleep(3_000);
      row.ended();
      await cluster.kubectl(['create', 'namespace', namespace]);
      await cluster.apply(servicesYaml(namespace));
      await newsCome(row, made, served);
      await row.right('nothing is held', async () => (await sourceOf(served, SOURCE)).holds.length === 0);
      row.asked(made.asked());
      row.saw('DOWN while their endpoints were gone');
      await until('all are UP', async () => !(await served.get('/eureka/apps')).body.includes('DOWN'), PATIENCE);
      requireUp(truth, namespace);
      await sleep(1_000);
    },
  );

  faultRow(
    {
      area: 'API server',
      fault: 'a wrong cluster behind the address',
      how: 'the proxy leads to another API server with other services, and later back',
      over: OVER,
    },
    async (row) => {
      const made = await judgedScene(row, 'wrong-cluster');
      const { served, truth, namespace, proxy } = made;
      const wrong = await FakeKubernetes.start();
      row.t.after(() => wrong.stop());
      const strangers = ['xavier', 'yves', 'zoe'];
      for (const name of strangers) {
        for (const object of [service(namespace, name), endpointSlice(namespace, name, 1), ingress(namespace, name)])
          wrong.state.put(object);
        // Its answer is believed, as that of any API server.
        const [key, entry] = publishedEntry('main', namespace, name, '10.1.2.3');
        truth.allow(key, { ...entry, statuses: ['UP', 'DOWN'] });
      }
      allowDown(truth, namespace);
      proxy.upstream = () => ({ origin: wrong.url });
      proxy.cut();
      await row.shown('`/eurek8s/holds`', async () => (await sourceOf(served, SOURCE)).holds.length === 1);
      await sleep(3_000);
      row.ended();
      proxy.upstream = () => upstreamOf(cluster);
      proxy.cut();
      await newsCome(row, made, served);
      row.saw(
        'ours all the time, DOWN while their endpoints were unknown; the others beside them, and held as ours were',
      );
      await row.right('all of ours are UP', () => areUp(served));
      row.asked(made.asked());
      requireUp(truth, namespace);
      await sleep(1_000);
    },
  );

  faultRow(
    {
      area: 'API server',
      fault: 'unreachable at the start',
      how: 'nothing listens at its address; no registry file',
      over: OVER,
    },
    async (row) => awayAtStart(row, { source: SOURCE, ...(await scene(row, 'late')) }),
  );

  faultRow(
    {
      area: 'API server',
      fault: 'unreachable at the start, with a registry file',
      how: 'killed with -9, then started while nothing listens at its address',
      over: OVER,
    },
    async (row) => {
      const made = await scene(row, 'late-file');
      const served = await restartedWhileAway(row, made);
      await row.shown('`restored`', async () => (await sourceOf(served, SOURCE)).restored === true);
      await sleep(2_000);
      row.ended();
      await made.proxy.listen();
      await newsCome(row, made, served);
      await row.right('it is confirmed', async () => (await sourceOf(served, SOURCE)).restored === undefined);
    },
  );

  faultRow(
    {
      area: 'API server',
      fault: 'unreachable at the start, `required: false`',
      how: 'nothing listens at its address; a directory of manifests is the other source',
      over: OVER,
    },
    async (row) => {
      const { proxy, truth, serve, namespace } = await scene(row, 'late-optional');
      await proxy.close();
      truth.release([...truth.facts.must.keys()]);
      const { manifests, entries } = publishedManifests(row.directory, ['local-a', 'local-b']);
      for (const [key, entry] of entries) truth.require(key, entry);
      // The manifests are of the namespace `shop`.
      const selection = { namespaces: [namespace, 'shop'] };
      const served = await serve({ manifests, selection }, {}, false);
      const judge = row.judge({ url: served.url, truth });
      judge.allowed.refused = true;
      await served.ready();
      judge.allowed.refused = false;
      await row.shown('the log', async () => served.log().includes('reads are answered without this source'));
      await sleep(2_000);
      row.ended();
      await proxy.listen();
      await row.right('the cluster is served', () => isListed(served, entryIn(namespace, 'alice')[0]));
      requireUp(truth, namespace);
      await sleep(1_000);
    },
  );

  faultRow(
    {
      area: 'machine',
      fault: 'the clock is set back by an hour while the API server is away',
      how: 'nothing listens at its address; the clock of the process jumps, its timers go on',
    },
    async (row) => {
      const made = await scene(row, 'clock-back');
      const clock = { node: ['--import', STEPPED_CLOCK], environment: { STEPS: String(-HOUR_MS) } };
      const served = await made.serve({}, clock);
      await served.ready();
      row.judge({ url: served.url, truth: made.truth });
      await sleep(1_000);
      await made.proxy.close();
      await sleep(2_000);
      process.kill(served.pid, 'SIGUSR2');
      await row.shown('`stale`', async () => (await sourceOf(served, SOURCE)).state === 'stale');
      row.ended();
      await made.proxy.listen();
      await newsCome(row, made, served);
    },
  );

  faultRow(
    {
      area: 'machine',
      fault: 'the clock is set forward by an hour while a removal in a cluster is held',
      how: 'all objects are deleted; the clock of the process jumps over `guards.grace`, its timers go on',
    },
    async (row) => {
      const made = await scene(row, 'clock-forward');
      const { truth, namespace } = made;
      const clock = { node: ['--import', STEPPED_CLOCK], environment: { STEPS: String(HOUR_MS) } };
      const served = await made.serve({ guards: { grace: '1m' } }, clock);
      await served.ready();
      row.judge({ url: served.url, truth });
      await sleep(1_000);
      allowDown(truth, namespace);
      await cluster.kubectl(['delete', 'namespace', namespace, '--wait=false']);
      await row.shown('`/eurek8s/holds`', async () => (await sourceOf(served, SOURCE)).holds.length === 1);
      process.kill(served.pid, 'SIGUSR2');
      await sleep(8_000);
    },
  );
});
