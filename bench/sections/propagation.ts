import type { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cancelInstance, registerInstance } from '../../test/support/eureka-rest.ts';
import {
  endpointChange,
  firstShown,
  follow,
  FOLLOWED_APP,
  type FollowedChange,
  followedObjects,
  ingressChange,
} from '../../test/support/followed-change.ts';
import { KubePatcher } from '../../test/support/kube-patch.ts';
import { startCluster } from '../../test/testbed/kubernetes/cluster.ts';
import { freePort } from '../../test/testbed/ports.ts';
import { until } from '../../test/testbed/until.ts';
import { ask, keptConnections } from '../load/ask.ts';
import { CORES } from '../machine.ts';
import { ms } from '../report/text.ts';
import type { Bench, Section } from '../section.ts';
import { startEurek8s } from '../servers/eurek8s.ts';
import { stage } from '../servers/server.ts';
import { startStock } from '../servers/stock.ts';
import { percentile } from '../statistics.ts';

/** The way of a change: where it is made, where it is seen, and the milliseconds of each time. */
interface Way {
  readonly from: string;
  readonly to: string;
  readonly took: readonly number[];
}

export const propagation: Section = {
  name: 'propagation',
  title: 'From a change to the answer that shows it',
  about:
    'A change is made while a client asks again and again; measured is the time until the first complete answer that shows it. Legacy: registers and cancels at a stock server (current generation, without its read-only cache), seen at an Eurek8s that polls it every second and at one that it pushes to as its peer; and registers through Eurek8s. Kubernetes: patches of an Ingress and of an EndpointSlice, from their acceptance by a real API server. Not in quick mode: it needs servers of its own.',
  run: async (bench) => {
    if (bench.quick) return { tables: [], verdicts: [] };
    const legacy = await legacyPropagation(bench);
    // The API server is built with Go, which not every machine has: then the report has the reason.
    const kubernetes = await kubernetesPropagation(bench).catch(String);
    const ways = [...legacy, ...(typeof kubernetes === 'string' ? [] : kubernetes)];
    const columns = ['change', 'seen by', 'samples', 'median', 'p90', 'worst'];
    const rows = ways.map(({ from, to, took }) => {
      return [from, to, `${took.length}`, ...[50, 90, 100].map((percent) => ms(percentile(took, percent)))];
    });
    return {
      tables: [{ title: 'Propagation', columns, rows }],
      verdicts: [],
      notes: typeof kubernetes === 'string' ? [`Kubernetes left out: ${kubernetes}`] : [],
    };
  },
};

/** Reads the text of a URL over a kept connection. */
function reader(url: string, agent: Agent): () => Promise<string> {
  return async () => (await ask(url, { headers: { accept: 'application/json' }, agent })).body.toString();
}

const LEGACY_ROUNDS = 20;
const POLL = '1s';

/** Measures changes at a stock server and through us, in turns. */
async function legacyPropagation(bench: Bench): Promise<readonly Way[]> {
  return stage(async (keep) => {
    const dir = join(bench.workDir, 'propagation');
    const fedPort = await freePort();
    bench.say('propagation: a stock server and two Eurek8s');
    const properties = {
      'eureka.client.service-url.defaultZone': `http://localhost:${fedPort}/peer/eureka/`,
      'eureka.client.fetch-registry': 'true',
      'eureka.server.wait-time-in-ms-when-sync-empty': '0',
    };
    const stock = await keep(
      startStock({ generation: 'current', freshness: 'fresh', dir, core: CORES.load, properties }),
    );
    const eureka = `${stock.url}/eureka`;
    await registerInstance(eureka, { app: 'anchor', id: 'anchor-1', port: 1 });
    const startAt = (port: number, peerFeed: boolean) => {
      const config = { legacy: { urls: [eureka], pollInterval: POLL, peerFeed } };
      return keep(startEurek8s({ program: bench.program, dir: join(dir, `${port}`), config, port, until: 'ready' }));
    };
    const polling = await startAt(await freePort(), false);
    const fed = await startAt(fedPort, true);
    const agent = keptConnections(4);
    const seenBy = ({ url }: { readonly url: string }, shows: (body: string) => boolean): Promise<number> =>
      firstShown(reader(`${url}/eureka/apps`, agent), shows);

    const [polled, pushed, through]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < LEGACY_ROUNDS; round++) {
      // At no fixed phase of the polls.
      await sleep(200 + ((round * 137) % 1000));
      const there = round % 2 === 0;
      const shows = (body: string): boolean => body.includes('"ORDERS"') === there;
      if (there) await registerInstance(eureka, { app: 'orders', id: 'orders-1', port: 8080 });
      else await cancelInstance(eureka, 'orders', 'orders-1');
      const since = performance.now();
      const [byPoll, byPush] = await Promise.all([seenBy(polling, shows), seenBy(fed, shows)]);
      polled.push(byPoll - since);
      pushed.push(byPush - since);

      const own = `through-${round}`;
      const sentAt = performance.now();
      await registerInstance(`${polling.url}/eureka`, { app: own, id: own, port: 8080 });
      through.push((await seenBy(polling, (body) => body.includes(own))) - sentAt);
    }
    agent.destroy();
    return [
      { from: 'register or cancel at the legacy', to: `Eurek8s, polling every ${POLL}`, took: polled },
      { from: 'register or cancel at the legacy', to: 'Eurek8s, peer feed', took: pushed },
      { from: 'register through Eurek8s, from sending it', to: 'the same Eurek8s', took: through },
    ];
  });
}

const NAMESPACE = 'bench';
const KUBERNETES_ROUNDS = 25;

/** Measures changes of the objects of a real API server, in turns. */
async function kubernetesPropagation(bench: Bench): Promise<readonly Way[]> {
  return stage(async (keep) => {
    const dir = join(bench.workDir, 'propagation-kubernetes');
    bench.say('propagation: a Kubernetes API server');
    const cluster = await keep(startCluster({ dir: join(dir, 'cluster'), roles: 'api', progress: bench.say }));
    await cluster.kubectl(['create', 'namespace', NAMESPACE]);
    await cluster.apply(followedObjects(NAMESPACE));
    const config = { clusters: [{ name: 'main', kubeconfig: cluster.kubeconfig }] };
    const eurek8s = await keep(startEurek8s({ program: bench.program, dir, config }));
    const agent = keptConnections(4);
    const app = `${eurek8s.url}/eureka/apps/${FOLLOWED_APP}`;
    await until(`${FOLLOWED_APP} is served`, async () => (await ask(app)).status === 200);
    const patcher = new KubePatcher(cluster.kubeconfig, cluster.caFile);

    const measure = async (change: FollowedChange): Promise<number> =>
      (await follow(patcher, change, reader(app, agent))).fromAccepted;
    const [ingress, endpoints]: [number[], number[]] = [[], []];
    for (let round = 0; round < KUBERNETES_ROUNDS; round++) {
      await sleep(20 + ((round * 37) % 200));
      ingress.push(await measure(ingressChange(NAMESPACE, `round-${round}`)));
      endpoints.push(await measure(endpointChange(NAMESPACE, round % 2 === 1)));
    }
    agent.destroy();
    patcher.close();
    return [
      { from: 'Ingress, from its acceptance', to: 'Eurek8s', took: ingress },
      { from: 'EndpointSlice, from its acceptance', to: 'Eurek8s', took: endpoints },
    ];
  });
}
