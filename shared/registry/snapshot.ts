import type { AppName } from '../model/names.ts';
import { byText } from '../model/order.ts';
import type { MergedApplication } from './application.ts';
import { findByName, replaceByName } from '../collections/named-list.ts';
import { append, emptyLog, prune, type DeltaLog } from './delta.ts';
import type { DeltaWindow } from './delta-window.ts';
import { diffApplication, type Change } from './diff.ts';
import { hashCode, NO_COUNTS, replaceCounts, type StatusCounts } from './hashcode.ts';
import { listRewritten } from './restamps.ts';
import { ShardedMap } from '../collections/sharded-map.ts';
import { VipIndexChanges, type VipIndex } from './vip-index.ts';

/** The merged registry at one moment, never mutated. Every answer, look-up and explanation comes from a snapshot. */
export interface RegistrySnapshot {
  /** `versions__delta`. It grows with each change of served content, and only then. */
  readonly version: number;
  /** Epoch milliseconds. */
  readonly publishedAt: number;
  /** Sorted by name. Those without served entries are included, for explanations. */
  readonly applications: readonly MergedApplication[];
  readonly counts: StatusCounts;
  readonly hashCode: string;
  readonly log: DeltaLog;
  /** The applications with an id (served or hidden), a vip element, a secure vip element. */
  readonly ids: ShardedMap<readonly AppName[]>;
  readonly vips: VipIndex;
  readonly secureVips: VipIndex;
}

/** The snapshot before any contribution. `now` in epoch milliseconds. */
export function emptySnapshot(version: number, now: number): RegistrySnapshot {
  return {
    version,
    publishedAt: now,
    applications: [],
    counts: NO_COUNTS,
    hashCode: hashCode(NO_COUNTS),
    log: emptyLog(version),
    ids: ShardedMap.empty(),
    vips: ShardedMap.empty(),
    secureVips: ShardedMap.empty(),
  };
}

/**
 * The next snapshot, which shares everything that did not change. `merged`: the new state of the touched applications,
 * `undefined` for those that no source contributes to any more. `now` in epoch milliseconds. `window`: how long changes
 * stay in the delta.
 */
export function advance(
  before: RegistrySnapshot,
  merged: ReadonlyMap<AppName, MergedApplication | undefined>,
  now: number,
  window: DeltaWindow,
): { readonly snapshot: RegistrySnapshot; readonly changes: readonly Change[] } {
  const changes: Change[] = [];
  const version = before.version + 1;
  let counts = before.counts;
  const ids = new IndexChanges(before.ids);
  const vips = new VipIndexChanges(before.vips, (record) => record.vipAddress);
  const secureVips = new VipIndexChanges(before.secureVips, (record) => record.secureVipAddress);
  const { merged: listed, alone } = listRewritten(before, merged, window.maxRestamped);
  for (const [name, after] of listed) {
    const old = application(before, name);
    const restamped = alone.get(name);
    for (const change of diffApplication(name, old, after, now, version))
      changes.push(restamped?.has(change.record.id) === true ? { ...change, restamped: true } : change);
    counts = replaceCounts(counts, old?.counts ?? NO_COUNTS, after?.counts ?? NO_COUNTS);
    ids.move(name, idsOf(old), idsOf(after));
    vips.move(name, old?.served ?? [], after?.served ?? []);
    secureVips.move(name, old?.served ?? [], after?.served ?? []);
  }
  const snapshot: RegistrySnapshot = {
    version: changes.length > 0 ? version : before.version,
    publishedAt: now,
    applications: replaceByName(before.applications, listed),
    counts,
    hashCode: hashCode(counts),
    log: prune(append(before.log, changes), now, window),
    ids: ids.result(),
    vips: vips.result(),
    secureVips: secureVips.result(),
  };
  return { snapshot, changes };
}

/** `undefined` when no source contributes to the application. `name` is in upper case. */
export function application(snapshot: RegistrySnapshot, name: string): MergedApplication | undefined {
  return findByName(snapshot.applications, name);
}

/** Collects the changes of the index of ids, so that its shards are copied once per snapshot. */
class IndexChanges {
  readonly #before: ShardedMap<readonly AppName[]>;
  readonly #changed = new Map<string, readonly AppName[] | undefined>();

  constructor(before: ShardedMap<readonly AppName[]>) {
    this.#before = before;
  }

  move(app: AppName, from: ReadonlySet<string>, to: ReadonlySet<string>): void {
    for (const key of from)
      if (!to.has(key))
        this.#set(
          key,
          this.#get(key).filter((name) => name !== app),
        );
    for (const key of to) if (!from.has(key)) this.#set(key, withName(this.#get(key), app));
  }

  result(): ShardedMap<readonly AppName[]> {
    return this.#before.with(this.#changed);
  }

  #get(key: string): readonly AppName[] {
    return (this.#changed.has(key) ? this.#changed.get(key) : this.#before.get(key)) ?? [];
  }

  #set(key: string, names: readonly AppName[]): void {
    this.#changed.set(key, names.length === 0 ? undefined : names);
  }
}

/** Nearly all ids belong to one application. */
function withName(names: readonly AppName[], app: AppName): readonly AppName[] {
  return names.length === 0 ? [app] : [...names, app].toSorted(byText);
}

const NOTHING: ReadonlySet<string> = new Set();

function idsOf(app: MergedApplication | undefined): ReadonlySet<string> {
  if (app === undefined) return NOTHING;
  const ids = new Set<string>();
  for (const { id } of app.served) ids.add(id);
  for (const { record } of app.hidden) ids.add(record.id);
  return ids;
}
