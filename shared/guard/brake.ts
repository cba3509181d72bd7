import type { GuardsConfig } from '../config/config.ts';
import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, InstanceId } from '../model/names.ts';
import type { BrakeState, Passed } from './brake-state.ts';
import { holdId } from './hold-id.ts';

/** Instances that are gone, by application; none of them without any. */
export interface Losses {
  readonly apps: ReadonlyMap<AppName, Map<InstanceId, InstanceRecord>>;
  /** How many instances. */
  readonly size: number;
}

/** A change that is kept back: the entries named here are still served as last known. */
export interface Hold {
  /** The same on all replicas that saw the same loss (`holdId`), and for as long as there is a hold. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly what: string;
  readonly instances: number;
  /** How many instances the source served when the last of them was lost, those included. */
  readonly instancesBefore: number;
  readonly applications: number;
  /** Epoch milliseconds from which a confirming full fetch lets (the first of) the removals through. */
  readonly releasesAt: number;
}

/** One instance that is served though its upstream does not list it any more. Times in epoch milliseconds. */
export interface Held {
  readonly holdId: string;
  readonly since: number;
  readonly releasesAt: number;
}

/** What one answer did not show any more. Kept together, so that a registry of any size is held and let go at once. */
interface Wave {
  readonly since: number;
  /** From when on confirmations count: another process may have begun the hold, and nobody has looked in between. */
  readonly watchedSince: number;
  readonly apps: Map<AppName, Map<InstanceId, InstanceRecord>>;
  size: number;
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
 * whole grace period, or by an operator. Additions and modifications never come here.
 */
export class Brake {
  readonly #source: string;
  readonly #guards: GuardsConfig;
  readonly #window: number;
  /** In the order of time. */
  #waves: readonly Wave[] = [];
  /** Removals let through lately: one loss may arrive in slices. */
  #passed: readonly Passed[] = [];
  #id = '';
  #since = 0;
  #what = '';
  #before = 0;

  /** `window`, in milliseconds: what goes within it counts as one change (default: one refresh of a stock server's cache). */
  constructor(source: string, guards: GuardsConfig, window = 30_000) {
    this.#source = source;
    this.#guards = guards;
    this.#window = window;
  }

  /**
   * Decides on removals without evidence; what is held belongs to the brake from then on. `before` is the number of
   * instances served so far, `after` that of the upstream's new view. While there is a hold, every further removal joins
   * it.
   */
  judge(losses: Losses, before: number, after: number, now: number): 'passed' | 'held' {
    if (losses.size === 0) return 'passed';
    this.#passed = this.#passed.filter((step) => now - step.at < this.#window);
    const lately = this.#passed.reduce((sum, step) => sum + step.count, 0);
    const { maxRemoval, minInstances } = this.#guards;
    const count = losses.size + lately;
    const many = count >= minInstances && count * 100 > maxRemoval * (before + lately);
    if (this.#waves.length === 0 && !many && after > 0) {
      this.#passed = [...this.#passed, { at: now, count: losses.size }];
      return 'passed';
    }
    if (this.#waves.length === 0) {
      this.#id = holdId(this.#source, losses);
      this.#since = now;
      this.#what =
        after === 0
          ? `the registry went from ${before} instances to none`
          : `${count} of ${before + lately} instances are gone at once, more than ${maxRemoval} %`;
    }
    this.#before = before;
    const wave = { since: now, watchedSince: now, apps: new Map(losses.apps), size: losses.size, confirmations: 0 };
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
    return wave && { holdId: this.#id, since: wave.since, releasesAt: wave.watchedSince + this.#guards.grace };
  }

  get size(): number {
    return this.#waves.reduce((sum, { size }) => sum + size, 0);
  }

  /** The instance is back, or there is evidence now that it is gone. */
  forget(app: AppName, id: InstanceId): boolean {
    const wave = this.#waveOf(app, id);
    const instances = wave?.apps.get(app);
    if (wave === undefined || instances === undefined) return false;
    instances.delete(id);
    wave.size--;
    if (instances.size === 0) wave.apps.delete(app);
    if (wave.size === 0) this.#waves = this.#waves.filter((each) => each !== wave);
    return true;
  }

  /**
   * A full fetch was made and does not show what is held (whatever it showed was `forget`-ed before). Returns the
   * applications of what goes now.
   */
  confirm(now: number): ReadonlySet<AppName> {
    const confirmed = this.#waves.filter((wave) => {
      if (wave.since === now) return false;
      wave.confirmations++;
      return wave.confirmations >= MIN_CONFIRMATIONS && now - wave.watchedSince >= this.#guards.grace;
    });
    this.#waves = this.#waves.filter((wave) => !confirmed.includes(wave));
    return applicationsOf(confirmed);
  }

  /** The operator knows that the removal is real. */
  release(holdId: string): ReadonlySet<AppName> {
    if (this.holds()[0]?.id !== holdId) return new Set();
    const released = this.#waves;
    this.#waves = [];
    return applicationsOf(released);
  }

  holds(): readonly Hold[] {
    const first = this.#waves[0];
    if (first === undefined) return [];
    const applications = this.#waves.length > 1 ? applicationsOf(this.#waves).size : first.apps.size;
    return [
      {
        id: this.#id,
        since: this.#since,
        what: this.#what,
        instances: this.size,
        instancesBefore: this.#before,
        applications,
        releasesAt: first.watchedSince + this.#guards.grace,
      },
    ];
  }

  /** Whether it is time for a confirming full fetch, the last one having been made at `lastFullAt`. */
  wantsFull(lastFullAt: number, now: number): boolean {
    const first = this.#waves[0];
    if (first === undefined) return false;
    const gap = this.#guards.grace / CHECKS_PER_GRACE;
    return now - lastFullAt >= gap || now >= first.watchedSince + this.#guards.grace;
  }

  state(): BrakeState {
    if (this.#waves.length === 0) return { passed: this.#passed };
    const waves = this.#waves.map(({ since, apps }) => ({
      since,
      apps: Array.from(apps, ([app, instances]) => ({ app, ids: [...instances.keys()] })),
    }));
    return {
      hold: { id: this.#id, since: this.#since, what: this.#what, before: this.#before, waves },
      passed: this.#passed,
    };
  }

  /**
   * Takes up the holds of a process before this one, at `now`. Their grace period begins anew: nobody has seen what the
   * upstream showed in between, and a restart must let nothing through. `recordOf`: the instances as they are served.
   */
  restore(
    { hold, passed }: BrakeState,
    recordOf: (app: AppName, id: InstanceId) => InstanceRecord | undefined,
    now: number,
  ): void {
    this.#passed = passed;
    if (hold === undefined) return;
    const waves = hold.waves.map(({ since, apps }): Wave => {
      const found = apps.map(({ app, ids }) => [app, restored(app, ids, recordOf)] as const);
      const size = found.reduce((sum, [, instances]) => sum + instances.size, 0);
      const some = found.filter(([, instances]) => instances.size > 0);
      return { since, watchedSince: now, apps: new Map(some), size, confirmations: 0 };
    });
    this.#waves = waves.filter(({ size }) => size > 0);
    this.#id = hold.id;
    this.#since = hold.since;
    this.#what = hold.what;
    this.#before = hold.before;
  }

  #waveOf(app: AppName, id: InstanceId): Wave | undefined {
    return this.#waves.find(({ apps }) => apps.get(app)?.has(id) === true);
  }
}

function restored(
  app: AppName,
  ids: readonly InstanceId[],
  recordOf: (app: AppName, id: InstanceId) => InstanceRecord | undefined,
): Map<InstanceId, InstanceRecord> {
  const records = ids.flatMap((id) => recordOf(app, id) ?? []);
  return new Map(records.map((record) => [record.id, record]));
}

function applicationsOf(waves: readonly Wave[]): ReadonlySet<AppName> {
  const [first, ...others] = waves.map(({ apps }) => [...apps.keys()]);
  return new Set(first?.concat(...others));
}
