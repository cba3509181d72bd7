import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cancelInstance, registerInstance } from '../support/eureka-rest.ts';
import { publishedService } from '../support/published-service.ts';
import { startBackend, type Backend } from '../testbed/backend.ts';
import { startEureka, type Eureka } from '../testbed/java/eureka.ts';
import { startIngressProxy } from '../testbed/nginx.ts';
import { freePort } from '../testbed/ports.ts';
import { startProduct, type Product } from '../testbed/product.ts';

/** bob is only on EC2, carol only in Kubernetes, alice in both. */
export type Ec2Instance = 'bob-1' | 'bob-2' | 'alice-1' | 'alice-2';
export type KubernetesService = 'alice' | 'carol';

/** Eurek8s between a stock Eureka and a directory of manifests, and services of both worlds that answer for real. */
export interface ClientsScene {
  readonly eureka: Eureka;
  /** `http://127.0.0.1:PORT` of Eurek8s, which stays the same over restarts. */
  readonly url: string;
  /** Host name → address, for callers. */
  readonly hosts: Readonly<Record<string, string>>;
  /** `host:port`, as callers put it in the Host header. */
  readonly address: Readonly<Record<Ec2Instance | KubernetesService, string>>;
  /** Registers at the stock Eureka, not through Eurek8s. */
  register(name: Ec2Instance): Promise<void>;
  cancel(name: Ec2Instance): Promise<void>;
  /** Writes the manifests of the service, its one endpoint ready or not. */
  deploy(service: KubernetesService, ready: boolean): void;
  restartProduct(): Promise<void>;
  isReady(): Promise<boolean>;
  stop(): Promise<void>;
}

const hostOf = (service: KubernetesService): string => `${service}.k8s.example.test`;
const applicationOf = (name: Ec2Instance): string => name.split('-')[0] ?? '';

export async function startClientsScene(dir: string, progress: (line: string) => void): Promise<ClientsScene> {
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async (): Promise<void> => {
    for (const stop of stops.toReversed()) await stop();
  };
  try {
    return { ...(await startParts(dir, progress, stops)), stop: stopAll };
  } catch (error) {
    // Nothing else stops what has been started so far, and the run would wait for it.
    await stopAll();
    throw error;
  }
}

/** Functions added to `stops` must be called in the end, the last one first. */
async function startParts(
  dir: string,
  progress: (line: string) => void,
  stops: (() => Promise<void>)[],
): Promise<Omit<ClientsScene, 'stop'>> {
  const keep = <T extends { stop(): Promise<void> }>(started: T): T => {
    stops.push(() => started.stop());
    return started;
  };
  const names = ['bob-1', 'bob-2', 'alice-1', 'alice-2', 'alice-pods', 'carol-pods'] as const;
  const backends = new Map<string, Backend>();
  for (const name of names) backends.set(name, keep(await startBackend({ name })));
  const url = (name: string): string => `http://127.0.0.1:${backends.get(name)?.port}`;
  const proxy = keep(
    await startIngressProxy({
      dir: join(dir, 'nginx'),
      routes: new Map([
        [hostOf('alice'), url('alice-pods')],
        [hostOf('carol'), url('carol-pods')],
      ]),
    }),
  );
  const manifests = join(dir, 'manifests');
  mkdirSync(manifests, { recursive: true });
  const deploy = (service: KubernetesService, ready: boolean): void =>
    writeFileSync(
      join(manifests, `${service}.yaml`),
      publishedService({ name: service, host: hostOf(service), port: proxy.port, ready: [ready] }),
    );
  deploy('alice', true);
  deploy('carol', true);

  const eureka = keep(await startEureka({ generation: 'hoxton', dir: join(dir, 'eureka'), progress }));
  const config = {
    legacy: { urls: [eureka.url], pollInterval: '500ms' },
    manifests: [{ name: 'local', directory: manifests }],
  };
  const port = await freePort();
  const start = (): Promise<Product> => startProduct({ dir: join(dir, 'product'), config, port });
  let product = await start();
  stops.push(() => product.stop());

  const ec2 = (name: Ec2Instance): string => `127.0.0.1:${backends.get(name)?.port}`;
  return {
    eureka,
    url: product.url,
    hosts: { [hostOf('alice')]: '127.0.0.1', [hostOf('carol')]: '127.0.0.1' },
    address: {
      'bob-1': ec2('bob-1'),
      'bob-2': ec2('bob-2'),
      'alice-1': ec2('alice-1'),
      'alice-2': ec2('alice-2'),
      alice: `${hostOf('alice')}:${proxy.port}`,
      carol: `${hostOf('carol')}:${proxy.port}`,
    },
    register: (name) =>
      registerInstance(eureka.url, {
        app: applicationOf(name),
        id: name,
        port: backends.get(name)?.port ?? 0,
        zone: 'zone1',
      }),
    cancel: (name) => cancelInstance(eureka.url, applicationOf(name), name),
    deploy,
    restartProduct: async () => {
      await product.stop();
      product = await start();
    },
    isReady: () => product.ready(),
  };
}
