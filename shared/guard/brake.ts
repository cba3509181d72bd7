import type { GuardsConfig } from '../config/config.ts';
import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, InstanceId } from '../model/names.ts';
import type { BrakeState, WaveState } from './brake-state.ts';
import type { Held, Hold, HoldHead } from './hold.ts';
import { holdId } from './hold-id.ts';
import { countedFor, exceedsLimit } from './limit.ts';

/** Instances that are gone, by application; none of them without any. */
export interface Losses {
  readonly apps: ReadonlyMap<AppName, Map<InstanceId, InstanceRecord>>;
  /** How many instances. */
  readonly size: number;
}

/** What one answer did not show any more. Kept together, so that a registry of any size is held and let go at once. */
interface Loss {
  readonly since: number;
  readonly apps: Map<AppName, Instances>;
  size: number;
}

interface Instances {
  readonly size: number;
  keys(): IterableIterator<InstanceId>;
  delete(id: InstanceId): boolean;
}

interface Wave extends Loss {
  readonly apps: Map<AppName, Map<InstanceId, InstanceRecord>>;
  /**
   * From when on confirmations count. Another process may have begun the hold: then from the first answer on, as nobody has
   * looked in between.
   */
  watchedSince: number;
  isRestored: boolean;
  /** Full fetches after the first one that showed the instances missing too. */
  confirmations: number;
}

/** Full fetches, beyond the one that raised the suspicion, that must show a removal before it is believed. */
const MIN_CONFIRMATIONS = 2;
/** Confirming full fetches spread over a grace period. */
const CHECKS_PER_GRACE = 5;

/**
 * The mass-change brake: removals without evidence (the upstream just does not list the instance any more, or says that
 * its lease ran out) pass while they are few, and are held when they are many at once, because an upstream that was
 * restarted or split looks exactly like that. Held removals are let through when full fetches have shown them over the
 * whole grace period, or by an operator. Additions and modifications never come here. What passed lately counts with what
 * is lost next: a registry that loses a little every few seconds is emptied all the same.
 */
export class Brake {
  readonly #source: string;
  readonly #guards: GuardsConfig;
  /** In the order of time. */
  #waves: readonly Wave[] = [];
  /** What was let through lately and has not come back. */
  #passed: readonly Loss[] = [];
  #head: HoldHead | undefined;

  constructor(source: string, guards: GuardsConfig) {
    this.#source = source;
    this.#guards = guards;
  }

  /**
   * Decides on removals without evidence; what is held belongs to the brake from then on. `before` is the number of
   * instances served so far, `after` that of the upstream's new view. While there is a hold, every further removal joins
   * it; what joins a hold that an operator keeps must be too much by itself.
   */
  judge(losses: Losses, before: number, after: number, now: number): 'passed' | 'held' {
    if (losses.size === 0) return 'passed';
    const period = countedFor(this.#guards);
    this.#passed = this.#passed.filter(({ since }) => now - since < period);
    const lately = sizeOf(this.#passed);
    const { maxRemoval } = this.#guards;
    const count = losses.size + lately;
    const wave: Wave = {
      since: now,
      watchedSince: now,
      isRestored: false,
      apps: new Map(losses.apps),
      size: losses.size,
      confirmations: 0,
    };
    const joins = this.#head !== undefined && !this.#head.kept;
    if (!joins && after > 0 && !exceedsLimit(count, before + lately, this.#guards)) {
      this.#passed = [...this.#passed, wave];
      return 'passed';
    }
    const what =
      after === 0
        ? `the registry went from ${before} instances to none`
        : `${count} of ${before + lately} instances are gone at once, more than ${maxRemoval} %`;
    this.#head = {
      ...(this.#head ?? { id: holdId(this.#source, losses), since: now, what, kept: false }),
      before,
    };
    this.#waves = [...this.#waves, wave];
    return 'held';
  }

  /** Last-known instances of an application that are still to be served. */
  retained(app: AppName): ReadonlyMap<InstanceId, InstanceRecord> | undefined {
    if (this.#waves.length === 0) return undefined;
    const parts = this.#waves.flatMap(({ apps }) => apps.get(app) ?? []);
    return parts.length > 1 ? new Map(parts.flatMap((part) => [...part])) : parts[0];
  }

  /** Since when an instance is held; `undefined`: it is not. */
  held(app: AppName, id: InstanceId): Held | undefined {
    const wave = this.#waveOf(app, id);
    if (wave === undefined || this.#head === undefined) return undefined;
    return { holdId: this.#head.id, since: wave.since, releasesAt: this.#releasesAt(wave) };
  }

  get size(): number {
    return sizeOf(this.#waves);
  }

  /** The instance is back, or there is evidence now that it is gone. */
  forget(app: AppName, id: InstanceId): boolean {
    const wave = this.#waveOf(app, id);
    if (wave === undefined) return false;
    take(wave, app, id);
    if (wave.size === 0) this.#setWaves(this.#waves.filter((each) => each !== wave));
    return true;
  }

  /** Of an application's instances, those that are listed again are no loss any more, be it held or passed. */
  recover(app: AppName, isListed: (id: InstanceId) => boolean): void {
    for (const id of this.retained(app)?.keys() ?? []) if (isListed(id)) this.forget(app, id);
    for (const wave of this.#passed)
      for (const id of wave.apps.get(app)?.keys() ?? []) if (isListed(id)) take(wave, app, id);
  }

  /**
   * A full fetch was made and does not show what is held (whatever it showed was `forget`-ed before). Returns the
   * applications of what goes now.
   */
  confirm(now: number): ReadonlySet<AppName> {
    if (this.#head?.kept === true) return new Set();
    const confirmed = this.#waves.filter((wave) => {
      if (wave.since === now) return false;
      if (wave.isRestored) wave.watchedSince = now;
      wave.isRestored = false;
      wave.confirmations++;
      return wave.confirmations >= MIN_CONFIRMATIONS && now - wave.watchedSince >= this.#guards.grace;
    });
    this.#setWaves(this.#waves.filter((wave) => !confirmed.includes(wave)));
    return applicationsOf(confirmed);
  }

  /** The operator knows that the removal is real. */
  release(holdId: string): ReadonlySet<AppName> {
    if (this.#head?.id !== holdId) return new Set();
    const released = this.#waves;
    this.#setWaves([]);
    return applicationsOf(released);
  }

  /** The operator knows that the removal is wrong, or wants to look first: it stays until it is released. */
  keep(holdId: string): boolean {
    if (this.#head?.id !== holdId) return false;
    this.#head = { ...this.#head, kept: true };
    return true;
  }

  holds(): readonly Hold[] {
    const first = this.#waves[0];
    if (first === undefined || this.#head === undefined) return [];
    const { id, since, what, before } = this.#head;
    return [
      {
        id,
        since,
        what,
        counted: 'instance',
        instances: this.size,
        instancesBefore: before,
        applications: this.#waves.length > 1 ? applicationsOf(this.#waves).size : first.apps.size,
        releasesAt: this.#releasesAt(first),
      },
    ];
  }

  /** Whether it is time for a confirming full fetch, the last one having been made at `lastFullAt`. */
  wantsFull(lastFullAt: number, now: number): boolean {
    const first = this.#waves[0];
    if (first === undefined || this.#head?.kept === true) return false;
    const gap = this.#guards.grace / CHECKS_PER_GRACE;
    return now - lastFullAt >= gap || now >= first.watchedSince + this.#guards.grace;
  }

  state(): BrakeState {
    const passed = this.#passed.map(plainWave);
    return this.#head === undefined
      ? { passed }
      : { hold: { head: this.#head, waves: this.#waves.map(plainWave) }, passed };
  }

  /**
   * Before anything was judged: takes up the holds of a process before this one, at `now`. Their grace period begins anew,
   * with the first answer: nobody has seen what the upstream showed in between, and a restart must let nothing through. `recordOf`: the instances
   * as they are served.
   */
  restore(
    { hold, passed }: BrakeState,
    recordOf: (app: AppName, id: InstanceId) => InstanceRecord | undefined,
    now: number,
  ): void {
    this.#passed = passed.map(({ since, apps }) => {
      const sets = new Map(apps.map(({ app, ids }) => [app, new Set(ids)]));
      return { since, apps: sets, size: countIn(sets) };
    });
    if (hold === undefined) return;
    const waves = hold.waves.map(({ since, apps }): Wave => {
      const known = apps.map(({ app, ids }) => {
        const records = ids.flatMap((id) => recordOf(app, id) ?? []);
        return [app, new Map(records.map((record) => [record.id, record]))] as const;
      });
      const found = new Map(known.filter(([, instances]) => instances.size > 0));
      return { since, watchedSince: now, isRestored: true, apps: found, size: countIn(found), confirmations: 0 };
    });
    this.#head = hold.head;
    this.#setWaves(waves.filter(({ size }) => size > 0));
  }

  #setWaves(waves: readonly Wave[]): void {
    this.#waves = waves;
    if (waves.length === 0) this.#head = undefined;
  }

  #releasesAt({ watchedSince }: Wave): number | undefined {
    return this.#head?.kept === true ? undefined : watchedSince + this.#guards.grace;
  }

  #waveOf(app: AppName, id: InstanceId): Wave | undefined {
    return this.#waves.find(({ apps }) => apps.get(app)?.has(id) === true);
  }
}

function applicationsOf(waves: readonly Wave[]): ReadonlySet<AppName> {
  const [first, ...others] = waves.map(({ apps }) => [...apps.keys()]);
  return new Set(first?.concat(...others));
}

function plainWave({ since, apps }: Loss): WaveState {
  return { since, apps: Array.from(apps, ([app, instances]) => ({ app, ids: [...instances.keys()] })) };
}

function countIn(apps: ReadonlyMap<AppName, { readonly size: number }>): number {
  let count = 0;
  for (const { size } of apps.values()) count += size;
  return count;
}

function sizeOf(waves: readonly Loss[]): number {
  return waves.reduce((sum, { size }) => sum + size, 0);
}

function take(wave: Loss, app: AppName, id: InstanceId): void {
  const instances = wave.apps.get(app);
  if (instances?.delete(id) !== true) return;
  wave.size--;
  if (instances.size === 0) wave.apps.delete(app);
}
