import { setTimeout as sleep } from 'node:timers/promises';
import { cancelInstance, overrideStatus, registerInstance } from './eureka-rest.ts';

export interface ChurnOptions {
  readonly seed: number;
  readonly changesPerSecond: number;
  /** Base URLs of Eureka's API. Each change of an instance goes to one of them at random. */
  readonly registries: readonly [string, ...string[]];
  /** Makes this many endpoints of a service in Kubernetes ready. */
  readonly publish: (service: string, ready: number) => void;
}

/** Mulberry32. A run can be repeated from the seed that it prints. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const APPS = ['ALICE', 'BOB', 'CAROL', 'DAVE'] as const;
const INSTANCES_OF_EACH = 6;

/**
 * Instances of four applications register, change, are overridden and cancelled, and two services in Kubernetes grow
 * and shrink, for this many seconds at an even rate. Returns the number of changes.
 */
export async function churn(seconds: number, options: ChurnOptions): Promise<number> {
  const { changesPerSecond, registries, publish } = options;
  const next = seededRandom(options.seed);
  const pick = <T>(list: readonly [T, ...T[]]): T => list[Math.floor(next() * list.length)] ?? list[0];
  const registered = new Set<string>();
  const change = async (): Promise<void> => {
    const app = pick(APPS);
    const id = `${app.toLowerCase()}-${Math.floor(next() * INSTANCES_OF_EACH)}`;
    const registry = pick(registries);
    const dice = next();
    if (dice < 0.05) publish(pick(['alice', 'carol']), Math.floor(next() * 4));
    else if (!registered.has(id)) {
      await registerInstance(registry, { app, id, port: 8080, status: pick(['UP', 'UP', 'DOWN', 'STARTING']) });
      registered.add(id);
    } else if (dice < 0.5) {
      await cancelInstance(registry, app, id);
      registered.delete(id);
    } else if (dice < 0.75) await overrideStatus(registry, app, id, pick(['UP', 'OUT_OF_SERVICE', 'DOWN']));
    else await registerInstance(registry, { app, id, port: 8080, metadata: { color: String(next()) } });
  };
  const end = performance.now() + seconds * 1000;
  let changes = 0;
  for (let due = performance.now(); due < end; due += 1000 / changesPerSecond) {
    await sleep(Math.max(0, due - performance.now()));
    await change();
    changes++;
  }
  return changes;
}
