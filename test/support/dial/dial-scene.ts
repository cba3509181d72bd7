import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Policy } from '../../../shared/contribution/policy.ts';
import { startBackend, type Backend } from '../../testbed/backend.ts';
import { startEureka } from '../../testbed/java/eureka.ts';
import { startIngressProxy } from '../../testbed/nginx.ts';
import { freePort } from '../../testbed/ports.ts';
import { startProduct, type Product } from '../../testbed/product.ts';
import { until } from '../../testbed/until.ts';
import { httpRequest } from '../http-request.ts';
import { cancelInstance, readRegistry, registerInstance, type ShownInstance } from '../eureka-rest.ts';
import { publishedService } from '../published-service.ts';
import type { LongList } from './dial-cost.ts';

/** What an Ingress asks for; annotations without their prefix. */
export type Asked = Readonly<Partial<Record<'traffic' | 'copies' | 'policy', string>>>;

/** A service of both worlds: registered instances by zone, and one Ingress. */
export interface DialledService {
  readonly name: string;
  /** Zone → number of registered instances. */
  readonly zones: Readonly<Record<string, number>>;
}

/** Eurek8s between a stock Eureka and a directory of manifests, and services that answer for real. */
export interface DialScene {
  /** `http://127.0.0.1:PORT` of Eurek8s, which stays the same over restarts. */
  readonly url: string;
  /** `http://127.0.0.1:PORT/eureka` of the stock Eureka. */
  readonly legacyUrl: string;
  /** Host name → address, for callers. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Writes the Ingress, and waits until Eurek8s serves what it asks for. */
  ask(service: string, asked: Asked): Promise<void>;
  /** Starts Eurek8s again with a policy for the service in its configuration. */
  configure(service: string, policy: Policy): Promise<void>;
  /** Registers a service with so many entries, all of one address, in the stock Eureka. Every fourth is in the last zone. */
  registerMany(service: string, list: LongList): Promise<void>;
  /** What is served of a service. */
  entries(service: string): Promise<readonly ShownInstance[]>;
  /** Ends the registered instance without a word. */
  kill(instance: string): Promise<void>;
  /** Takes the registration of the instance from the stock Eureka. It goes on answering. */
  cancel(instance: string): Promise<void>;
  stop(): Promise<void>;
}

/** So that 99 % beside four instances is within it. */
const MAX_ENTRIES = 512;

export function hostOf(service: string): string {
  return `${service}.k8s.example.test`;
}

/** `alice`, 1 → `alice-1`. */
export function instanceName(service: string, number: number): string {
  return `${service}-${number}`;
}

export function isOfKubernetes(entry: Pick<ShownInstance, 'hostName'>): boolean {
  return entry.hostName.endsWith('.k8s.example.test');
}

export async function startDialScene(
  dir: string,
  services: readonly DialledService[],
  progress: (line: string) => void,
): Promise<DialScene> {
  const stops: (() => Promise<void>)[] = [];
  const keep = <T extends { stop(): Promise<void> }>(started: T): T => {
    stops.push(() => started.stop());
    return started;
  };
  const stop = async (): Promise<void> => {
    for (const each of stops.toReversed()) await each();
  };
  try {
    const backends = new Map<string, Backend>();
    const pods = keep(await startBackend({ name: 'pods' }));
    const eureka = keep(await startEureka({ generation: 'hoxton', dir: join(dir, 'eureka'), progress }));
    for (const { name, zones } of services) {
      const all = Object.entries(zones).flatMap(([zone, count]) => Array.from({ length: count }, () => zone));
      for (const [i, zone] of all.entries()) {
        const id = instanceName(name, i + 1);
        const backend = keep(await startBackend({ name: id }));
        backends.set(id, backend);
        await registerInstance(eureka.url, { app: name, id, port: backend.port, zone });
      }
    }
    const routes = new Map(services.map(({ name }) => [hostOf(name), `http://127.0.0.1:${pods.port}`]));
    const proxy = keep(await startIngressProxy({ dir: join(dir, 'nginx'), routes }));
    const manifests = join(dir, 'manifests');
    mkdirSync(manifests, { recursive: true });
    const write = (service: string, asked: Asked): void => {
      // In one piece: half a manifest would be refused.
      const file = join(manifests, `${service}.yaml`);
      writeFileSync(
        `${file}.new`,
        publishedService({
          name: service,
          host: hostOf(service),
          port: proxy.port,
          annotations: asked,
          ready: [true, true],
        }),
      );
      renameSync(`${file}.new`, file);
    };
    for (const { name } of services) write(name, { traffic: '0%' });
    const port = await freePort();
    const serve = async (applications: object): Promise<Product> => {
      const config = {
        legacy: { urls: [eureka.url], pollInterval: '500ms' },
        manifests: [{ name: 'local', directory: manifests }],
        defaults: { maxEntriesPerApp: MAX_ENTRIES },
        applications,
      };
      const started = await startProduct({ dir: join(dir, 'product'), config, port });
      await until('reads are answered', () => started.ready());
      return started;
    };
    let product = await serve({});
    stops.push(() => product.stop());
    return {
      url: product.url,
      legacyUrl: eureka.url,
      hosts: Object.fromEntries(services.map(({ name }) => [hostOf(name), '127.0.0.1'])),
      ask: async (service, asked) => {
        write(service, asked);
        await until(`Eurek8s has ${JSON.stringify(asked)} for ${service}`, () => has(product, service, asked));
      },
      configure: async (service, policy) => {
        await product.stop();
        product = await serve({ [service.toUpperCase()]: { policy } });
      },
      registerMany: async (service, { entries, zones }) => {
        for (let i = 1; i <= entries; i++) {
          const zone = i % 4 === 0 ? `zone${zones}` : 'zone1';
          await registerInstance(eureka.url, { app: service, id: instanceName(service, i), port: pods.port, zone });
        }
      },
      entries: async (service) => (await readRegistry(product.eureka)).get(service.toUpperCase()) ?? [],
      kill: async (instance) => backends.get(instance)?.stop(),
      cancel: (instance) => cancelInstance(eureka.url, instance.replace(/-\d+$/, ''), instance),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function has(
  product: Product,
  service: string,
  { traffic = 'single', policy = 'both' }: Asked,
): Promise<boolean> {
  const answer = await httpRequest(`${product.url}/eurek8s/explain/${service}`, {
    headers: { accept: 'application/json' },
  });
  const explained = JSON.parse(answer.body) as { readonly policy: string; readonly share?: { readonly asked: string } };
  return explained.policy === policy && (policy !== 'both' || explained.share?.asked === traffic);
}
