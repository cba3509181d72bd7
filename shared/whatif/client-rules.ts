import type { InstanceRecord } from '../model/instance.ts';
import { DEFAULT_ZONE } from '../registry/synthesize.ts';
import type { ClientKind } from './caller.ts';

/** What a client makes of the instances that it has found and that are UP. */
export interface ClientRules {
  /** For people. */
  readonly name: string;
  /** The zone that a caller keeps to, by the one that it is set up with; `undefined`: it takes all zones. */
  readonly keepsTo: (zone: string | undefined) => string | undefined;
  /** The zone that an instance counts to; `undefined`: none, so that a caller that keeps to one does not take it. */
  readonly zoneOf: (record: InstanceRecord) => string | undefined;
  /** Where it calls the instance. */
  readonly urlOf: (record: InstanceRecord) => string;
  /** Whether instances of one host and port are one for it. */
  readonly duplicates: 'kept' | 'dropped';
}

export const CLIENT_RULES: Readonly<Record<ClientKind, ClientRules>> = {
  /**
   * Ribbon as Spring Cloud sets it up. Raw Ribbon has no zone preference, and reads no metadata. What decides is, in order:
   * `EurekaRibbonClientConfiguration` (the zone of the caller: its metadata, else the first of its availability zones,
   * which is defaultZone unless set), `DiscoveryEnabledNIWSServerList` (those that are UP; the zone of an instance is
   * Amazon's, else the first availability zone of the *caller*), `DomainExtractingServerList` (`metadata.zone` goes first;
   * an enabled secure port is called, by https), `ZonePreferenceServerListFilter`, and `ZoneAvoidanceRule`, which goes
   * round over what is left. Duplicates stay: nothing looks for them.
   */
  ribbon: {
    name: 'Ribbon',
    keepsTo: (zone) => zone ?? DEFAULT_ZONE,
    zoneOf: (record) => record.metadata.get('zone') ?? amazonZone(record) ?? DEFAULT_ZONE,
    urlOf: springUrl,
    duplicates: 'kept',
  },
  /**
   * `RoundRobinLoadBalancer` over what `EurekaDiscoveryClient` finds, which is UP. A zone is looked at where
   * `spring.cloud.loadbalancer.configurations: zone-preference` is set, and there `metadata.zone` alone counts: neither
   * Amazon's zone nor a default.
   */
  springlb: {
    name: 'Spring Cloud LoadBalancer',
    keepsTo: (zone) => zone,
    zoneOf: (record) => record.metadata.get('zone'),
    urlOf: springUrl,
    duplicates: 'kept',
  },
  /**
   * `EurekaClient.js`: `validateInstance` keeps those that are UP, and `addInstance` takes none whose `hostName` and
   * `port.$` it has already (`findInstance` of `deltaUtils.js`). It looks at no zone of an instance, and chooses none:
   * its users take one of the list. They read `port.$`, whatever `@enabled` says.
   */
  node: {
    name: 'eureka-js-client',
    keepsTo: () => undefined,
    zoneOf: () => undefined,
    urlOf: ({ hostName, port }) => `http://${hostName}:${port.number}`,
    duplicates: 'dropped',
  },
};

/** An enabled secure port goes first, and `port.$` counts even where it is not enabled. */
function springUrl({ hostName, port, securePort }: InstanceRecord): string {
  return securePort.enabled ? `https://${hostName}:${securePort.number}` : `http://${hostName}:${port.number}`;
}

export function amazonZone({ dataCenterInfo }: InstanceRecord): string | undefined {
  return dataCenterInfo.name === 'Amazon' ? dataCenterInfo.metadata.get('availability-zone') : undefined;
}
