import { setTimeout as sleep } from 'node:timers/promises';
import type { Eureka } from '../testbed/java/eureka.ts';
import type { Cluster } from '../testbed/kubernetes/cluster.ts';
import type { Balancer } from '../testbed/balancer.ts';
import type { FaultyProxy, ProxyMode } from './faulty-proxy.ts';
import type { FaultKind, InjectedFault, Part } from './faults.ts';
import type { Fleet } from './fleet.ts';
import type { PlannedFault } from './plan.ts';
import { random } from './random.ts';
import type { Replica } from './replica.ts';
import { LIMITS } from './timing.ts';

export interface Injectable {
  readonly eureka: Eureka;
  readonly cluster: Cluster;
  readonly legacyProxy: FaultyProxy;
  readonly apiProxy: FaultyProxy;
  readonly balancer: Balancer;
  readonly replicas: readonly Replica[];
  readonly fleet: Fleet;
  /** A replica's process was ended, and another is about to start. */
  readonly restarted: (replica: Replica) => void;
}

const LEGACY_MODES: Partial<Readonly<Record<FaultKind, ProxyMode>>> = {
  'legacy answers an empty registry': 'empty registry',
  'legacy answers garbage': 'garbage',
  'legacy answers 500': '500',
  'legacy answers HTML': 'html',
  'legacy answers truncated gzip': 'truncated gzip',
  'legacy answers slowly': 'slow',
  'legacy resets connections': 'reset',
};

const API_MODES: Partial<Readonly<Record<FaultKind, ProxyMode>>> = {
  'API server answers garbage': 'garbage',
  'API server answers 500': '500',
  'API server answers HTML': 'html',
  'API server answers slowly': 'slow',
  'API server resets watches': 'reset',
};

/** Does to the real parts what the plan says, and writes down when. */
export class Injector {
  readonly faults: InjectedFault[];
  readonly #parts: Injectable;
  readonly #now: () => number;
  readonly #seed: number;
  /** One fault of a part at a time: a slow machine may take longer for one than the plan thinks. */
  readonly #last = new Map<Part, Promise<void>>();

  constructor(parts: Injectable, faults: InjectedFault[], now: () => number, seed: number) {
    this.#parts = parts;
    this.faults = faults;
    this.#now = now;
    this.#seed = seed;
  }

  /** Resolves when the fault is over, or left out since it would begin too late; `begun` is called when it begins. */
  inject(planned: PlannedFault, latest: number, begun: () => void): Promise<'done' | 'left out'> {
    const part = partOf(planned.kind, planned.replica);
    const before = this.#last.get(part) ?? Promise.resolve();
    const injecting = this.#after(before, planned, part, latest, begun);
    const over = async (): Promise<void> => void (await injecting.catch(() => undefined));
    this.#last.set(part, over());
    return injecting;
  }

  async #after(
    before: Promise<void>,
    planned: PlannedFault,
    part: Part,
    latest: number,
    begun: () => void,
  ): Promise<'done' | 'left out'> {
    await before;
    if (this.#now() > latest) return 'left out';
    begun();
    await this.#inject(planned, part);
    return 'done';
  }

  async #inject(planned: PlannedFault, part: Part): Promise<void> {
    const { kind } = planned;
    const settle = settleOf(part);
    const from = this.#now();
    const at = this.faults.push({ kind, part, from, to: undefined, settle }) - 1;
    // What cannot be ended lasts, and excuses what comes of it.
    await this.#do(planned);
    this.faults[at] = { kind, part, from, to: this.#now(), settle };
  }

  async #do({ kind, lasts, replica: index, at }: PlannedFault): Promise<void> {
    const { eureka, cluster, legacyProxy, apiProxy, balancer, replicas, fleet, restarted } = this.#parts;
    const replica = replicas[index];
    if (replica === undefined) throw new Error(`no replica ${index}`);
    const turned = async (proxy: FaultyProxy, mode: ProxyMode | undefined): Promise<void> => {
      if (mode === undefined) return;
      proxy.turn(mode);
      await sleep(lasts);
      proxy.turn('through');
    };
    const paused = async (signal: (name: 'SIGSTOP' | 'SIGCONT') => void): Promise<void> => {
      signal('SIGSTOP');
      await sleep(lasts);
      signal('SIGCONT');
    };
    switch (kind) {
      case 'legacy killed, comes back empty':
      case 'legacy killed, comes back with half':
        await eureka.kill();
        await sleep(lasts / 3);
        if (kind === 'legacy killed, comes back with half') fleet.loseHalf(random(this.#seed + Math.floor(at)));
        await eureka.restart();
        // It is in order when everybody has found back; who is late for long is an absence of its own.
        if (kind === 'legacy killed, comes back with half')
          await sleep(Math.max(0, ...fleet.instances.map(({ silentUntil }) => silentUntil - this.#now())));
        return;
      case 'legacy stopped (SIGSTOP)':
        return paused((signal) => eureka.signal(signal));
      case 'API server killed':
        await cluster.killApi();
        await sleep(lasts);
        return cluster.startApi();
      case 'API server restarted':
        await cluster.stopApi();
        return cluster.startApi();
      case 'API server stopped (SIGSTOP)':
        return paused((signal) => cluster.signalApi(signal));
      case 'replica killed (SIGKILL)':
      case 'replica restarted (SIGTERM)':
        await replica.end(kind === 'replica killed (SIGKILL)' ? 'SIGKILL' : 'SIGTERM');
        await sleep(lasts / 2);
        restarted(replica);
        return replica.start();
      case 'replica stopped (SIGSTOP)':
        return paused((signal) => replica.signal(signal));
      case 'disk of the registry file full':
        replica.fillDisk();
        await sleep(lasts * 2);
        return replica.freeDisk();
      case 'balancer resets connections':
        balancer.reset(true);
        await sleep(lasts);
        return balancer.reset(false);
      case 'legacy answers an empty registry':
      case 'legacy answers garbage':
      case 'legacy answers 500':
      case 'legacy answers HTML':
      case 'legacy answers truncated gzip':
      case 'legacy answers slowly':
      case 'legacy resets connections':
        return turned(legacyProxy, LEGACY_MODES[kind]);
      case 'API server answers garbage':
      case 'API server answers 500':
      case 'API server answers HTML':
      case 'API server answers slowly':
      case 'API server resets watches':
        return turned(apiProxy, API_MODES[kind]);
    }
  }
}

function partOf(kind: FaultKind, replica: number): Part {
  if (kind.startsWith('legacy')) return 'legacy';
  if (kind.startsWith('API server')) return 'kubernetes';
  if (kind.startsWith('disk')) return `disk-${replica}`; // nobody must notice
  return kind.startsWith('balancer') ? 'balancer' : `replica-${replica}`;
}

function settleOf(part: Part): number {
  switch (part) {
    case 'legacy':
      return LIMITS.legacySettle;
    case 'kubernetes':
      return LIMITS.kubernetesSettle;
    case 'balancer':
      return LIMITS.balancerSettle;
    case 'machine':
      return LIMITS.lag;
    default:
      return part.startsWith('disk') ? 0 : LIMITS.replicaSettle;
  }
}
