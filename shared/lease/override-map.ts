import type { InstanceStatus } from '../model/instance.ts';
import type { AppName, InstanceId } from '../model/names.ts';
import type { OverrideState } from './registry-state.ts';

/** An override that is not used for this time is forgotten. Each heartbeat of its instance uses it. */
export const OVERRIDE_IDLE_MS = 3_600_000;

/**
 * What an override belongs to. `id`: to an instance id alone, as in stock, so that one id in two applications has one
 * override. `instance`: to one instance of one application. A client with rights to some applications could otherwise
 * take an instance of another one out of service, by registering its id as one of its own.
 */
export type OverrideScope = 'id' | 'instance';

interface Override {
  readonly status: InstanceStatus;
  /** Epoch milliseconds. Changed in place, as every heartbeat of an overridden instance is a use. */
  usedAt: number;
}

/** Stands for all applications. No application has an empty name. */
const EVERY_APP = '';

type ScopeKey = AppName | typeof EVERY_APP;

/** The status overrides that operators have set. */
export class OverrideMap {
  readonly scope: OverrideScope;
  readonly #apps = new Map<ScopeKey, Map<InstanceId, Override>>();
  #size = 0;

  constructor(scope: OverrideScope) {
    this.scope = scope;
  }

  /** The override, which counts as used. */
  get(app: AppName, id: InstanceId, now: number): InstanceStatus | undefined {
    // The usual case. A look-up would have to compute the hash of the id first.
    if (this.#size === 0) return undefined;
    const entry = this.#live(app, id, now);
    if (entry === undefined) return undefined;
    entry.usedAt = now;
    return entry.status;
  }

  has(app: AppName, id: InstanceId, now: number): boolean {
    return this.#live(app, id, now) !== undefined;
  }

  set(app: AppName, id: InstanceId, status: InstanceStatus, now: number): void {
    this.#put(this.#keyOf(app), id, status, now);
  }

  /** Returns whether there was an override. */
  remove(app: AppName, id: InstanceId, now: number): boolean {
    const had = this.has(app, id, now);
    this.#delete(this.#keyOf(app), id);
    return had;
  }

  /**
   * Takes over overrides, which may be of another scope. One of an id becomes that of its instances, by `appsOf`, and one
   * of an instance that of its id.
   */
  restore(overrides: readonly OverrideState[], appsOf: (id: InstanceId) => readonly AppName[], now: number): void {
    for (const { app, id, status } of overrides) {
      if (this.scope === 'id') this.#put(EVERY_APP, id, status, now);
      else for (const each of app === undefined ? appsOf(id) : [app]) this.#put(each, id, status, now);
    }
  }

  /** Those that have not expired. */
  all(now: number): readonly OverrideState[] {
    return Array.from(this.#apps).flatMap(([app, entries]) =>
      Array.from(entries).flatMap(([id, entry]) =>
        isIdle(entry, now) ? [] : { ...(app !== EVERY_APP && { app }), id, status: entry.status },
      ),
    );
  }

  /** Removes forgotten overrides, so that those of ids that never come back do not accumulate. */
  sweep(now: number): void {
    for (const [app, entries] of this.#apps)
      for (const [id, entry] of entries) if (isIdle(entry, now)) this.#delete(app, id);
  }

  /** How many there are, including forgotten ones until they are swept. */
  get size(): number {
    return this.#size;
  }

  #keyOf(app: AppName): ScopeKey {
    return this.scope === 'id' ? EVERY_APP : app;
  }

  #live(app: AppName, id: InstanceId, now: number): Override | undefined {
    const entry = this.#apps.get(this.#keyOf(app))?.get(id);
    return entry === undefined || isIdle(entry, now) ? undefined : entry;
  }

  #put(key: ScopeKey, id: InstanceId, status: InstanceStatus, now: number): void {
    let entries = this.#apps.get(key);
    if (entries === undefined) this.#apps.set(key, (entries = new Map()));
    if (!entries.has(id)) this.#size++;
    entries.set(id, { status, usedAt: now });
  }

  #delete(key: ScopeKey, id: InstanceId): void {
    const entries = this.#apps.get(key);
    if (entries?.delete(id) !== true) return;
    this.#size--;
    if (entries.size === 0) this.#apps.delete(key);
  }
}

function isIdle(entry: Override, now: number): boolean {
  return now - entry.usedAt >= OVERRIDE_IDLE_MS;
}
