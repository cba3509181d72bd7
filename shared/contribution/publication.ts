import type { Policy } from './policy.ts';
import type { Probe } from './probe.ts';
import type { AppName } from '../model/names.ts';
import type { InstanceStatus } from '../model/instance.ts';
import type { Traffic } from './traffic.ts';

/** Path of the health check where nobody names one: Spring's. */
export const DEFAULT_HEALTH_PATH = '/actuator/health';

/** What annotations set in place of the twins' values. What is absent is inherited, else it has its default. */
export interface Overrides {
  readonly vipAddress: string | undefined;
  readonly secureVipAddress: string | undefined;
  readonly zone: string | undefined;
  readonly metadata: ReadonlyMap<string, string>;
  readonly healthCheckPath: string | undefined;
  readonly statusPagePath: string | undefined;
  readonly homePagePath: string | undefined;
}

/** The Service of the cluster that answers the calls, and its port. */
export interface Backend {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
}

/**
 * One Ingress or HTTPRoute that shall become entries, with everything that the cluster objects state and nothing of the twins. A
 * source derives it, and the merge makes the instances out of it.
 */
export interface Publication {
  readonly cluster: string;
  readonly namespace: string;
  /** The name of the Ingress, or of the HTTPRoute. */
  readonly ingress: string;
  /** Absent: an Ingress. */
  readonly kind?: 'HTTPRoute';
  readonly app: AppName;
  /** The `hostName` of the entries, and so the Host header of the callers. */
  readonly host: string;
  /** The IP address of the load balancer, or the host where only a name is known; never empty. */
  readonly address: string;
  readonly port: number;
  readonly securePort: number;
  readonly scheme: 'http' | 'https' | 'both';
  /** UP, DOWN (fewer ready endpoints than required) or OUT_OF_SERVICE (by annotation). */
  readonly status: InstanceStatus;
  /** The reason for the status: `2 of 3 endpoints ready`. */
  readonly statusReason: string;
  readonly readyEndpoints: number;
  /**
   * Whether no controller has accepted the HTTPRoute yet, so that calls may reach nothing. Absent: one has, or the object
   * is of a kind or a place (manifests) without such a word.
   */
  readonly pending?: true;
  readonly traffic: Traffic;
  readonly maxEntries: number;
  /** Whether a share may be reached by copies of the real instances. Absent: it may not. */
  readonly copies?: true;
  /** The annotation `eurek8s.io/policy`. Absent: the configuration alone decides. */
  readonly policy?: Policy;
  /** Absent: the load balancer is not asked. */
  readonly probe?: Probe;
  readonly overrides: Overrides;
  /** Epoch milliseconds of the creation of the Ingress. Ownership goes to the oldest claim. */
  readonly createdAt: number;
  /** Epoch milliseconds when this content was first seen: the time stamps of the entries. Changes with the content. */
  readonly changedAt: number;
  /** What answers the calls, where it is one Service. Nothing that callers see of the entries. */
  readonly backend?: Backend;
  /** Choices of the derivation that an engineer may wonder about: `host a.example.com chosen out of 2`. */
  readonly notices: readonly string[];
}

/** What names an Ingress or an HTTPRoute within its cluster. */
export type PublishedObject = Pick<Publication, 'namespace' | 'ingress' | 'kind'>;

/** `namespace/ingress` or `namespace/httproute/route`: what it is known by within its cluster. */
export function publicationKey({ namespace, ingress, kind }: PublishedObject): string {
  return kind === 'HTTPRoute' ? `${namespace}/httproute/${ingress}` : `${namespace}/${ingress}`;
}

/** The same with its cluster: where an entry comes from, as people see it and as its metadata carries it. */
export function publicationObject(object: PublishedObject & Pick<Publication, 'cluster'>): string {
  return `${object.cluster}/${publicationKey(object)}`;
}

/** Whether such an object is an HTTPRoute. Names have no slash. */
export function isHttpRoute(publicationObject: string): boolean {
  return publicationObject.split('/').length === 4;
}
