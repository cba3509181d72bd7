import { fnv, hex } from '../model/hash.ts';
import type { AppName } from '../model/names.ts';

export interface HeldAtFirst {
  /** The instances of a registry or the Ingresses of a cluster, by application. */
  readonly apps: ReadonlyMap<AppName, ReadonlyMap<string, unknown>>;
  /** The number of instances or Ingresses. */
  readonly size: number;
}

/** More ids would take longer than a turn of the event loop may: 100,000 take 50 ms. */
const MAX_HASHED_IDS = 5_000;

/**
 * The id of a hold: the source, and a hash over what was held at first, or what the source had then. Replicas see a loss at slightly different
 * times, so neither time nor order counts: the hashes are added up, which needs no sorting. The hash of a small loss is
 * over its instances, that of a large loss over its applications and the number of instances of each.
 */
export function holdId(source: string, { apps, size }: HeldAtFirst): string {
  let sum = 0;
  for (const [app, instances] of apps) {
    const seed = fnv(`${app}/`);
    if (size > MAX_HASHED_IDS) sum = (sum + mixed(fnv(String(instances.size), seed))) | 0;
    else for (const id of instances.keys()) sum = (sum + mixed(fnv(id, seed))) | 0;
  }
  return `${source}-${hex(sum)}`;
}

/**
 * Ids that differ only in the last digit have hashes at regular distances, so that sums of them would be equal (`1 + 4
 * = 2 + 3`).
 */
function mixed(hash: number): number {
  let bits = hash;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
