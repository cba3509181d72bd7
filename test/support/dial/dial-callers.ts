import { join } from 'node:path';
import { startRibbonClient } from '../../testbed/java/clients.ts';
import type { ClientOptions } from '../../testbed/clients/client.ts';
import { startGateway, startRegisteredZuul, startSpringDriver } from '../../testbed/clients/spring.ts';
import { startTap } from '../../testbed/clients/tap.ts';
import { freePort } from '../../testbed/ports.ts';
import { until } from '../../testbed/until.ts';

/** Calls a service once. Returns the Host header with which the call arrived; rejects when it failed. */
type CallOnce = (service: string) => Promise<string>;

/** A client as the table has it. */
export interface CallerKind {
  readonly key: string;
  readonly client: string;
  /** The zone that it keeps to while there are entries in it; `undefined`: it takes those of all zones. */
  readonly zone: string | undefined;
  /** Whether its load balancer leaves out zones, when it has no zone of its own. */
  readonly leavesOutZones: boolean;
  /** How many calls at a time are measured. */
  readonly atOnce: readonly number[];
  start(options: ClientOptions): Promise<StartedCaller>;
}

interface StartedCaller {
  readonly once: CallOnce;
  /** The process, where it is measured. */
  readonly pid?: number;
  readonly stop: () => Promise<void>;
}

/** A running caller with its own relay in front of Eurek8s. */
export interface Caller {
  readonly kind: CallerKind;
  readonly once: CallOnce;
  /** Resolves when it has fetched, and its load balancer has taken, what Eurek8s serves now. */
  refreshed(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A fetch that begins after two others has begun after the second was taken in, which began after now. The clients here
 * fetch each second and their load balancers refresh twice as often; three more fetches are time for that, however slow
 * the machine is.
 */
const FETCHES = 5;

export async function startCaller(
  kind: CallerKind,
  options: Pick<ClientOptions, 'dir' | 'hosts'> & { readonly url: string },
): Promise<Caller> {
  const tap = await startTap(options.url);
  const started = await kind
    .start({
      eurekaUrl: `${tap.url}/eureka`,
      dir: join(options.dir, kind.key),
      app: kind.key,
      id: `${kind.key}-1`,
      port: await freePort(),
      hosts: options.hosts,
    })
    .catch(async (error: unknown) => {
      await tap.stop();
      throw error;
    });
  const fetches = (): number => tap.exchanges.filter(({ method, status }) => method === 'GET' && status === 200).length;
  return {
    kind,
    once: started.once,
    refreshed: async () => {
      const before = fetches();
      const what = `${kind.key} has fetched the registry ${FETCHES} times`;
      await until(what, async () => fetches() >= before + FETCHES, { timeoutMs: 120_000, everyMs: 100 });
    },
    stop: async () => {
      await started.stop();
      await tap.stop();
    },
  };
}

function ribbon(zone: string | undefined, further: Properties = {}): CallerKind['start'] {
  return async (options) => {
    const properties = { ...(zone !== undefined && { 'eureka.instance.metadata-map.zone': zone }), ...further };
    const client = await startRibbonClient({ ...options, properties });
    return {
      pid: client.pid,
      once: async (service) => {
        const { hosts, failures } = await client.call(service, 1);
        const [host] = Object.keys(hosts);
        if (host === undefined) throw new Error(JSON.stringify(failures));
        return host;
      },
      stop: () => client.stop(),
    };
  };
}

type Properties = Readonly<Record<string, string>>;

/** A client that calls by its own interface, one call each. */
function calling(start: (options: ClientOptions) => Promise<ClientCalls>): CallerKind['start'] {
  return async (options) => {
    const client = await start(options);
    return {
      once: async (service) => Object.keys(await client.call(service, 1))[0] ?? '',
      stop: () => client.stop(),
    };
  };
}

interface ClientCalls {
  call(service: string, count: number): Promise<Readonly<Record<string, number>>>;
  stop(): Promise<void>;
}

const inZone1 = { 'eureka.instance.metadata-map.zone': 'zone1' };

export const CALLER_KINDS: readonly CallerKind[] = [
  {
    key: 'ribbon-zone1',
    client: 'Ribbon (Hoxton)',
    zone: 'zone1',
    leavesOutZones: true,
    atOnce: [1, 8],
    start: ribbon('zone1'),
  },
  {
    key: 'ribbon-zone2',
    client: 'Ribbon (Hoxton)',
    zone: 'zone2',
    leavesOutZones: true,
    atOnce: [1, 8],
    start: ribbon('zone2'),
  },
  {
    key: 'ribbon',
    client: 'Ribbon (Hoxton)',
    zone: undefined,
    leavesOutZones: true,
    atOnce: [1, 8],
    start: ribbon(undefined),
  },
  {
    key: 'feign',
    client: 'Feign on Ribbon (Hoxton)',
    zone: 'zone1',
    leavesOutZones: true,
    atOnce: [1],
    start: calling((options) => startSpringDriver('feign-client', options, inZone1)),
  },
  {
    key: 'zuul',
    client: 'Zuul 1 (Hoxton)',
    zone: undefined,
    leavesOutZones: true,
    atOnce: [1, 8],
    start: calling((options) => startRegisteredZuul(options)),
  },
  {
    key: 'spring-lb',
    client: 'Spring Cloud LoadBalancer 2025.1, round robin',
    zone: undefined,
    leavesOutZones: false,
    atOnce: [1],
    start: calling((options) => startSpringDriver('spring-client', options)),
  },
  {
    key: 'spring-lb-zone1',
    client: 'Spring Cloud LoadBalancer 2025.1, zone preference',
    zone: 'zone1',
    leavesOutZones: false,
    atOnce: [1],
    start: calling((options) =>
      startSpringDriver('spring-client', options, {
        ...inZone1,
        'spring.cloud.loadbalancer.configurations': 'zone-preference',
        'spring.cloud.loadbalancer.zone': 'zone1',
      }),
    ),
  },
  {
    key: 'gateway',
    client: 'Spring Cloud Gateway 2025.1',
    zone: undefined,
    leavesOutZones: false,
    atOnce: [1, 8],
    start: calling((options) => startGateway(options)),
  },
];

/** Those of which the table of many entries has the cost of a call. */
export const MANY_KINDS: readonly CallerKind[] = [
  ...CALLER_KINDS.filter(({ key }) => key === 'ribbon' || key === 'ribbon-zone1'),
  {
    key: 'ribbon-all-zones',
    client: 'Ribbon (Hoxton), zone avoidance off',
    zone: undefined,
    leavesOutZones: false,
    atOnce: [1],
    start: ribbon(undefined, { 'niws.loadbalancer.zoneAvoidanceRule.enabled': 'false' }),
  },
];
