import type { Backend } from '../contribution/publication.ts';
import type { MergedApplication } from '../registry/application.ts';
import type { InstanceRecord } from '../model/instance.ts';
import { vipElements } from '../model/instance.ts';

/** Where one service is called without a registry. */
export interface Target {
  /** Mostly one. A vip that several applications have leads callers to all of them. */
  readonly apps: readonly string[];
  /** The name that callers know it by: its vip, in lower case as Spring's clients have it. */
  readonly service: string;
  readonly endpoints: readonly Endpoint[];
  /** What answers in the cluster: one for each Ingress or HTTPRoute. */
  readonly backends: readonly PlacedBackend[];
}

/** A Service, in the cluster where its name means something. */
export interface PlacedBackend extends Backend {
  readonly cluster: string;
  /** `cluster/namespace/ingress`. */
  readonly object: string;
}

export interface Endpoint {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
}

/** An application that the file leaves out, and why. */
export interface LeftOut {
  readonly app: string;
  readonly reason: string;
}

export interface Mapping {
  readonly targets: readonly Target[];
  readonly leftOut: readonly LeftOut[];
}

/** `some`: what is called besides is not known. */
export type Extent = 'all' | 'some';

/** Names that need no quoting in any of the formats. */
const PLAIN_NAME = /^[a-z0-9](?:[a-z0-9._-]{0,250}[a-z0-9])?$/;
const PLAIN_HOST = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** The mapping of the applications that Kubernetes serves: one target for each name that callers use, by its Ingresses. */
export function mappingOf(applications: readonly MergedApplication[]): Mapping {
  const targets = new Map<string, Target>();
  const leftOut: LeftOut[] = [];
  for (const application of applications) {
    const { name, served, hidden, origins } = application;
    if (served.length + hidden.length === 0) continue;
    const made = served.filter(({ id }) => origins.get(id)?.kind === 'ingress');
    const [first] = made;
    if (first === undefined) {
      leftOut.push({ app: name, reason: 'it is not served from Kubernetes' });
      continue;
    }
    const service = (vipElements(first.vipAddress)[0] ?? '').trim().toLowerCase() || name.toLowerCase();
    const endpoints = endpointsOf(made);
    if (!PLAIN_NAME.test(service)) leftOut.push({ app: name, reason: 'its vip cannot be a key of a configuration' });
    else if (endpoints.length === 0) leftOut.push({ app: name, reason: 'its entries have no port that is enabled' });
    else {
      const target = { apps: [name], service, endpoints, backends: backendsOf(application) };
      targets.set(service, both(targets.get(service), target));
    }
  }
  return { targets: [...targets.values()], leftOut };
}

/** A key is written once: most readers of configuration refuse it twice, and others take the last. */
function both(one: Target | undefined, other: Target): Target {
  if (one === undefined) return other;
  const endpoints = new Map([...one.endpoints, ...other.endpoints].map((endpoint) => [urlOf(endpoint), endpoint]));
  return {
    apps: [...one.apps, ...other.apps],
    service: one.service,
    endpoints: [...endpoints.values()],
    backends: [...one.backends, ...other.backends],
  };
}

/** Each once: duplicates carry a share, which nobody asks for any more. */
function endpointsOf(records: readonly InstanceRecord[]): readonly Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const { hostName, port, securePort } of records) {
    const host = hostName.toLowerCase();
    if (!PLAIN_HOST.test(host)) continue;
    const endpoint: Endpoint | undefined = port.enabled
      ? { scheme: 'http', host, port: port.number }
      : securePort.enabled
        ? { scheme: 'https', host, port: securePort.number }
        : undefined;
    if (endpoint !== undefined) found.set(urlOf(endpoint), endpoint);
  }
  return [...found.values()];
}

function backendsOf({ served, origins }: MergedApplication): readonly PlacedBackend[] {
  const found = new Map<string, PlacedBackend>();
  for (const { id } of served) {
    const origin = origins.get(id);
    if (origin?.kind !== 'ingress' || origin.backend === undefined) continue;
    const { object, backend } = origin;
    found.set(object, { ...backend, object, cluster: object.slice(0, object.indexOf('/')) });
  }
  return [...found.values()];
}

/** Without the port that the scheme means anyway. */
export function urlOf({ scheme, host, port }: Endpoint): string {
  return port === (scheme === 'http' ? 80 : 443) ? `${scheme}://${host}` : `${scheme}://${host}:${port}`;
}
