import type { Policy } from './policy.ts';
import type { AppName } from '../model/names.ts';
import type { InstanceStatus } from '../model/instance.ts';
import type { Traffic } from './traffic.ts';

/** What annotations ask for beyond the twins' values; absent means: inherit, then default. */
export interface Overrides {
  readonly vipAddress: string | undefined;
  readonly secureVipAddress: string | undefined;
  readonly zone: string | undefined;
  readonly metadata: ReadonlyMap<string, string>;
  readonly healthCheckPath: string | undefined;
  readonly statusPagePath: string | undefined;
  readonly homePagePath: string | undefined;
}

/**
 * One Ingress that shall be published: everything that the cluster objects say, before the twins have a word.
 * Derived by a cluster source; merge makes the instances out of it.
 */
export interface Publication {
  readonly cluster: string;
  readonly namespace: string;
  readonly ingress: string;
  readonly app: AppName;
  /** Becomes hostName and so the Host header of the callers. */
  readonly host: string;
  /** IP of the load balancer (or the host itself where only a name is known), never blank. */
  readonly address: string;
  readonly port: number;
  readonly securePort: number;
  readonly scheme: 'http' | 'https' | 'both';
  /** UP, DOWN (fewer ready endpoints than asked for) or OUT_OF_SERVICE (kill switch). */
  readonly status: InstanceStatus;
  /** Why the status is what it is, in words: `2 of 3 endpoints ready`. */
  readonly statusReason: string;
  readonly readyEndpoints: number;
  readonly traffic: Traffic;
  readonly maxEntries: number;
  /** What the annotation `eurek8s.io/policy` asks for; absent: the configuration alone decides. */
  readonly policy?: Policy;
  readonly overrides: Overrides;
  /** Epoch milliseconds of the Ingress's creation: ownership goes to the oldest claim. */
  readonly createdAt: number;
  /** Epoch milliseconds when this content was first seen: the time stamps of the entries. Changes with the content. */
  readonly changedAt: number;
  /** Choices made on the way that an engineer may wonder about: `host a.example.com chosen out of 2`. */
  readonly notices: readonly string[];
}

/** `cluster/namespace/ingress`: the provenance shown to people and the marker metadata's value. */
export function publicationObject(publication: Publication): string {
  return `${publication.cluster}/${publication.namespace}/${publication.ingress}`;
}
