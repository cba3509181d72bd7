import { fnv, hex } from '../model/hash.ts';
import type { AppName } from '../model/names.ts';

export interface HeldAtFirst {
  /** By application, the instances of a registry or the Ingresses of a cluster. */
  readonly apps: ReadonlyMap<AppName, ReadonlyMap<string, unknown>>;
  /** How many of them. */
  readonly size: number;
}

/** To go through more ids would take longer than a turn of the event loop may: 100,000 take 50 ms. */
const MAX_HASHED_IDS = 5_000;

/**
 * The id of a hold: the source, and a hash over what was held at first. Replicas see a loss at slightly different times,
 * so neither the time nor the order counts, and no list is sorted for it: the hashes are added up. A small loss is known
 * by its instances, a large one by its applications and how many instances of each are in it.
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

/** Ids that differ in the last digit have hashes that differ in a regular way: sums of them would meet (`1 + 4 = 2 + 3`). */
function mixed(hash: number): number {
  let bits = hash;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
