import { foundByVips, type InstanceRecord } from '../model/instance.ts';
import type { AppName } from '../model/names.ts';
import { byText } from '../model/order.ts';
import type { ShardedMap } from '../collections/sharded-map.ts';

/** The applications whose served instances have an element in their vip addresses. */
export interface VipHolders {
  /** Sorted. */
  readonly names: readonly AppName[];
  /** Of each of them, how many different addresses have the element: at zero it is forgotten. */
  readonly addresses: readonly number[];
}

export type VipIndex = ShardedMap<VipHolders>;
export type VipOf = (record: InstanceRecord) => string | undefined;

const NO_HOLDERS: VipHolders = { names: [], addresses: [] };

/**
 * Collects the changes of an index, so that its shards are copied once per snapshot. Only addresses that came or went are
 * taken apart: the others of an application cost no more than a comparison.
 */
export class VipIndexChanges {
  readonly #before: VipIndex;
  readonly #vipOf: VipOf;
  readonly #changed = new Map<string, VipHolders | undefined>();

  constructor(before: VipIndex, vipOf: VipOf) {
    this.#before = before;
    this.#vipOf = vipOf;
  }

  move(app: AppName, from: readonly InstanceRecord[], to: readonly InstanceRecord[]): void {
    const before = addressesOf(from, this.#vipOf);
    const after = addressesOf(to, this.#vipOf);
    // Nearly all vips belong to one application, so that their holders are one object.
    const alone: VipHolders = { names: [app], addresses: [1] };
    for (const address of after) if (!before.has(address)) this.#count(app, address, 1, alone);
    for (const address of before) if (!after.has(address)) this.#count(app, address, -1, alone);
  }

  result(): VipIndex {
    return this.#before.with(this.#changed);
  }

  #count(app: AppName, address: string, by: 1 | -1, alone: VipHolders): void {
    for (const element of new Set(foundByVips(address))) {
      const known = this.#changed.has(element) ? this.#changed.get(element) : this.#before.get(element);
      const holders = known === undefined && by === 1 ? alone : counted(known ?? NO_HOLDERS, app, by);
      this.#changed.set(element, holders.names.length === 0 ? undefined : holders);
    }
  }
}

/** Neighbours nearly always have the same. */
function addressesOf(records: readonly InstanceRecord[], vipOf: VipOf): ReadonlySet<string> {
  const addresses = new Set<string>();
  let last: string | undefined;
  for (const record of records) {
    const address = vipOf(record);
    if (address !== undefined && address !== last) addresses.add(address);
    last = address;
  }
  return addresses;
}

function counted({ names, addresses }: VipHolders, app: AppName, by: 1 | -1): VipHolders {
  const at = names.indexOf(app);
  if (at === -1) {
    const place = names.filter((name) => byText(name, app) < 0).length;
    return { names: names.toSpliced(place, 0, app), addresses: addresses.toSpliced(place, 0, 1) };
  }
  const count = (addresses[at] ?? 0) + by;
  return count === 0
    ? { names: names.toSpliced(at, 1), addresses: addresses.toSpliced(at, 1) }
    : { names, addresses: addresses.with(at, count) };
}
