import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, InstanceId } from '../model/names.ts';
import type { WaveState } from './brake-state.ts';
import { totalSize } from './limit.ts';

/** Lost instances by application. No application is empty. */
export interface Losses {
  readonly apps: ReadonlyMap<AppName, Map<InstanceId, InstanceRecord>>;
  /** The number of instances. */
  readonly size: number;
}

/**
 * The instances that one answer no longer showed. They stay together: a registry of any size is held and released at
 * once.
 */
export interface Loss {
  readonly since: number;
  readonly apps: Map<AppName, Instances>;
  size: number;
}

interface Instances {
  readonly size: number;
  keys(): IterableIterator<InstanceId>;
  delete(id: InstanceId): boolean;
}

export interface Wave extends Loss {
  readonly apps: Map<AppName, Map<InstanceId, InstanceRecord>>;
  /** Epoch milliseconds from which confirmations count. */
  watchedSince: number;
  /** Whether the next full fetch is the first that counts, because nobody has watched the upstream until then. */
  isUnwatched: boolean;
  /** Later full fetches that did not show the instances either. */
  confirmations: number;
}

export function newWave({ apps, size }: Losses, now: number): Wave {
  return { since: now, watchedSince: now, isUnwatched: false, apps: new Map(apps), size, confirmations: 0 };
}

/** The wave of a previous process. `recordOf`: the instances as they are served; those without a record are left out. */
export function restoredWave(
  { since, apps }: WaveState,
  recordOf: (app: AppName, id: InstanceId) => InstanceRecord | undefined,
  now: number,
): Wave {
  const known = apps.map(({ app, ids }) => {
    const records = ids.flatMap((id) => recordOf(app, id) ?? []);
    return [app, new Map(records.map((record) => [record.id, record]))] as const;
  });
  const found = new Map(known.filter(([, instances]) => instances.size > 0));
  return {
    since,
    watchedSince: now,
    isUnwatched: true,
    apps: found,
    size: totalSize(found.values()),
    confirmations: 0,
  };
}

/** A loss that passed in a previous process. */
export function restoredLoss({ since, apps }: WaveState, now: number): Loss {
  const sets = new Map(apps.map(({ app, ids }) => [app, new Set(ids)]));
  // The clock may have been set back since.
  return { since: Math.min(since, now), apps: sets, size: totalSize(sets.values()) };
}

export function plainWave({ since, apps }: Loss): WaveState {
  return { since, apps: Array.from(apps, ([app, instances]) => ({ app, ids: [...instances.keys()] })) };
}

/** Takes one instance out of a wave. */
export function take(wave: Loss, app: AppName, id: InstanceId): void {
  const instances = wave.apps.get(app);
  if (instances?.delete(id) !== true) return;
  wave.size--;
  if (instances.size === 0) wave.apps.delete(app);
}

/** Takes these instances out of a wave. Returns them as a wave that is watched from now on, or none. */
export function split(wave: Wave, ids: ReadonlyMap<AppName, ReadonlySet<InstanceId>>, now: number): readonly Wave[] {
  const apps = new Map<AppName, Map<InstanceId, InstanceRecord>>();
  for (const [app, some] of ids) {
    const part = [...(wave.apps.get(app) ?? [])].filter(([id]) => some.has(id));
    if (part.length > 0) apps.set(app, new Map(part));
    for (const [id] of part) take(wave, app, id);
  }
  const size = totalSize(apps.values());
  return size === 0 ? [] : [{ ...newWave({ apps, size }, now), since: wave.since }];
}

export function applicationsOf(waves: readonly Wave[]): ReadonlySet<AppName> {
  const [first, ...others] = waves.map(({ apps }) => [...apps.keys()]);
  return new Set(first?.concat(...others));
}
