import type { GuardsConfig } from '../config/config.ts';
import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, InstanceId } from '../model/names.ts';
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
interface Wave {
  readonly since: number;
  readonly apps: Map<AppName, Map<InstanceId, InstanceRecord>>;
  size: number;
  /** Full fetches after the first one that showed the instances missing too. */
  confirmations: number;
}

/** A hold as plain data, for whoever keeps it over a restart. */
export interface BrakeState {
  readonly head: HoldHead;
  readonly waves: readonly {
    readonly since: number;
    readonly confirmations: number;
    readonly apps: readonly (readonly [AppName, readonly InstanceRecord[]])[];
  }[];
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
  #passed: readonly Wave[] = [];
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
    const wave = { since: now, apps: new Map(losses.apps), size: losses.size, confirmations: 0 };
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
      wave.confirmations++;
      return wave.confirmations >= MIN_CONFIRMATIONS && now - wave.since >= this.#guards.grace;
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
    return now - lastFullAt >= gap || now >= first.since + this.#guards.grace;
  }

  state(): BrakeState | undefined {
    if (this.#head === undefined) return undefined;
    const waves = this.#waves.map(({ since, confirmations, apps }) => ({
      since,
      confirmations,
      apps: Array.from(apps, ([app, instances]) => [app, [...instances.values()]] as const),
    }));
    return { head: this.#head, waves };
  }

  /** Before anything was judged. */
  restore({ head, waves }: BrakeState): void {
    this.#head = head;
    this.#setWaves(
      waves.map(({ since, confirmations, apps }) => ({
        since,
        confirmations,
        apps: new Map(apps.map(([app, records]) => [app, new Map(records.map((record) => [record.id, record]))])),
        size: apps.reduce((sum, [, records]) => sum + records.length, 0),
      })),
    );
  }

  #setWaves(waves: readonly Wave[]): void {
    this.#waves = waves;
    if (waves.length === 0) this.#head = undefined;
  }

  #releasesAt({ since }: Wave): number | undefined {
    return this.#head?.kept === true ? undefined : since + this.#guards.grace;
  }

  #waveOf(app: AppName, id: InstanceId): Wave | undefined {
    return this.#waves.find(({ apps }) => apps.get(app)?.has(id) === true);
  }
}

function applicationsOf(waves: readonly Wave[]): ReadonlySet<AppName> {
  const [first, ...others] = waves.map(({ apps }) => [...apps.keys()]);
  return new Set(first?.concat(...others));
}

function sizeOf(waves: readonly Wave[]): number {
  return waves.reduce((sum, { size }) => sum + size, 0);
}

function take(wave: Wave, app: AppName, id: InstanceId): void {
  const instances = wave.apps.get(app);
  if (instances?.delete(id) !== true) return;
  wave.size--;
  if (instances.size === 0) wave.apps.delete(app);
}
