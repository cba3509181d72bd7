import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEureka, type Eureka } from '../testbed/java/eureka.ts';
import { startCluster, type Cluster } from '../testbed/kubernetes/cluster.ts';
import { freePorts } from '../testbed/ports.ts';
import { Balancer } from '../testbed/balancer.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { KubeApi } from './kube-api.ts';
import { NAMESPACE } from './kubernetes-app.ts';
import type { Plant } from './options.ts';
import { plantedConfig, startMangler, startWrongRegistry } from './planted.ts';
import { REPLICAS } from './plan.ts';
import { Replica } from './replica.ts';
import { TIMES } from './timing.ts';

/** The real parts, as they stand before anything is injected. The replicas are not started yet. */
export interface World {
  readonly eureka: Eureka;
  readonly cluster: Cluster;
  readonly kubeApi: KubeApi;
  readonly legacyProxy: FaultyProxy;
  readonly apiProxy: FaultyProxy;
  readonly balancer: Balancer;
  readonly balancerUrl: string;
  readonly replicas: readonly Replica[];
  /** Where the judge asks each replica. */
  readonly bases: readonly string[];
  readonly ingressPort: number;
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly dir: string;
  readonly plants: readonly Plant[];
  readonly now: () => number;
  readonly ended: (replica: number, how: string) => void;
  readonly progress: (line: string) => void;
}

export async function startWorld({ dir, plants, now, ended, progress }: WorldOptions): Promise<World> {
  const ports = await freePorts(6 + REPLICAS);
  const [legacyPort = 0, apiPort = 0, balancerPort = 0, ingressPort = 0, wrongPort = 0, manglerPort = 0] = ports;
  const replicaPorts = ports.slice(6);
  progress('starting Eureka and the API server');
  const eureka = await startEureka({ generation: 'hoxton', dir: join(dir, 'eureka'), progress });
  const cluster = await startCluster({ dir: join(dir, 'cluster'), roles: 'api', progress });
  await cluster.kubectl(['create', 'namespace', NAMESPACE]);
  const ca = readFileSync(cluster.caFile);
  const token = readFileSync(join(cluster.dir, 'pki', 'admin.token'), 'utf8').trim();
  const legacyProxy = await FaultyProxy.start({ origin: `http://127.0.0.1:${eureka.port}` }, legacyPort);
  const apiProxy = await FaultyProxy.start(
    { origin: cluster.url, ca, headers: { authorization: `Bearer ${token}` } },
    apiPort,
  );
  const balancer = await Balancer.start(replicaPorts, balancerPort);
  const kubeconfig = join(dir, 'kubeconfig.json');
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigFor(`http://127.0.0.1:${apiPort}`)));
  const config = {
    legacy: {
      urls: [`http://127.0.0.1:${legacyPort}/eureka`],
      pollInterval: `${TIMES.poll}ms`,
      fullInterval: `${TIMES.full}ms`,
    },
    clusters: [{ name: 'main', kubeconfig, context: 'main' }],
    guards: { grace: `${TIMES.grace}ms`, window: `${TIMES.window}ms` },
  };
  const wrongRegistry = `http://127.0.0.1:${wrongPort}/eureka`;
  const stopWrong = plants.includes('wrong registry') ? await startWrongRegistry(wrongPort) : undefined;
  const replicas = replicaPorts.map(
    (port, index) =>
      new Replica({
        index,
        dir: join(dir, `replica-${index}`),
        port,
        config: plantedConfig(plants, index, config, wrongRegistry),
        now,
        ended,
      }),
  );
  const bases = replicas.map(({ eureka: base }) => base);
  const stopMangler = plants.includes('mangled delta')
    ? await startMangler(manglerPort, `http://127.0.0.1:${replicaPorts[0]}`)
    : undefined;
  if (plants.includes('mangled delta')) bases[0] = `http://127.0.0.1:${manglerPort}/eureka`;
  return {
    eureka,
    cluster,
    kubeApi: new KubeApi({ url: cluster.url, ca, token }),
    legacyProxy,
    apiProxy,
    balancer,
    balancerUrl: `http://127.0.0.1:${balancerPort}/eureka`,
    replicas,
    bases,
    ingressPort,
    stop: async () => {
      stopWrong?.();
      stopMangler?.();
      goOn(() => eureka.signal('SIGCONT'));
      goOn(() => cluster.signalApi('SIGCONT'));
      await Promise.all(replicas.map((replica) => replica.stop()));
      await Promise.all([balancer.stop(), legacyProxy.stop(), apiProxy.stop()]);
      await Promise.all([eureka.stop(), cluster.stop()]);
    },
  };
}

/** A process that was stopped could not end; one that is not there needs nothing. */
function goOn(signal: () => void): void {
  try {
    signal();
  } catch {
    // it has ended
  }
}

/** Plain HTTP to our proxy, which adds the credentials. */
function kubeconfigFor(server: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'main', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'main', user: { token: 'the-proxy-has-a-better-one' } }],
    contexts: [{ name: 'main', context: { cluster: 'main', user: 'main' } }],
    'current-context': 'main',
  };
}
