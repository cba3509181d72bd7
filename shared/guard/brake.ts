import type { GuardsConfig } from '../config/config.ts';
import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, InstanceId } from '../model/names.ts';
import type { Held, Hold, HoldHead } from './hold.ts';
import { holdId } from './hold-id.ts';
import { countedFor, exceedsLimit } from './limit.ts';

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
interface Wave {
  readonly since: number;
  readonly apps: Map<AppName, Map<InstanceId, InstanceRecord>>;
  size: number;
  /** Later full fetches that did not show the instances either. */
  confirmations: number;
}

/** A hold as plain data, to be kept over a restart. */
export interface BrakeState {
  readonly head: HoldHead;
  readonly waves: readonly {
    readonly since: number;
    readonly confirmations: number;
    readonly apps: readonly (readonly [AppName, readonly InstanceRecord[]])[];
  }[];
}

/** Further full fetches that must confirm a removal before it is let through. */
const MIN_CONFIRMATIONS = 2;
/** Confirming full fetches in a grace period. */
const CHECKS_PER_GRACE = 5;

/**
 * Holds mass removals without evidence: the upstream no longer lists an instance, or reports that its lease expired. A
 * few such removals pass. Many at once are held, because an upstream that was restarted or split looks exactly like
 * that. A hold ends when full fetches have confirmed it over the whole grace period, or when an operator releases it.
 * Additions and modifications never come here. Recent removals count together with the next ones, because a registry
 * that loses a few instances every few seconds becomes empty as well.
 */
export class Brake {
  readonly #source: string;
  readonly #guards: GuardsConfig;
  /** What is held, in the order of time. */
  #waves: readonly Wave[] = [];
  /** Recent removals that passed and have not come back. */
  #passed: readonly Wave[] = [];
  #head: HoldHead | undefined;

  constructor(source: string, guards: GuardsConfig) {
    this.#source = source;
    this.#guards = guards;
  }

  /**
   * Decides on removals without evidence. The brake keeps what is held. `before`: the number of instances served so
   * far. `after`: the number in the upstream's new view. While there is a hold, every further removal joins it. Only
   * removals that exceed the limit join a hold that an operator keeps.
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

  /** The held instances of an application, which are still served as last known. */
  retained(app: AppName): ReadonlyMap<InstanceId, InstanceRecord> | undefined {
    if (this.#waves.length === 0) return undefined;
    const parts = this.#waves.flatMap(({ apps }) => apps.get(app) ?? []);
    return parts.length > 1 ? new Map(parts.flatMap((part) => [...part])) : parts[0];
  }

  /** `undefined` when the instance is not held. */
  held(app: AppName, id: InstanceId): Held | undefined {
    const wave = this.#waveOf(app, id);
    if (wave === undefined || this.#head === undefined) return undefined;
    return { holdId: this.#head.id, since: wave.since, releasesAt: this.#releasesAt(wave) };
  }

  get size(): number {
    return sizeOf(this.#waves);
  }

  /** Ends the hold of an instance that is back, or of whose removal there is evidence now. */
  forget(app: AppName, id: InstanceId): boolean {
    const wave = this.#waveOf(app, id);
    if (wave === undefined) return false;
    take(wave, app, id);
    if (wave.size === 0) this.#setWaves(this.#waves.filter((each) => each !== wave));
    return true;
  }

  /** Forgets the losses of instances that are listed again, both held and passed ones. */
  recover(app: AppName, isListed: (id: InstanceId) => boolean): void {
    for (const id of this.retained(app)?.keys() ?? []) if (isListed(id)) this.forget(app, id);
    for (const wave of this.#passed)
      for (const id of wave.apps.get(app)?.keys() ?? []) if (isListed(id)) take(wave, app, id);
  }

  /**
   * Counts a full fetch that does not show what is held; what it shows must be forgotten before. Returns the
   * applications whose removals it lets through.
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

  /** Lets the removals through, because an operator knows that they are real. Returns their applications. */
  release(holdId: string): ReadonlySet<AppName> {
    if (this.#head?.id !== holdId) return new Set();
    const released = this.#waves;
    this.#setWaves([]);
    return applicationsOf(released);
  }

  /** Keeps the hold until it is released: an operator knows that the removals are wrong, or wants to look first. */
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

  /** Whether a confirming full fetch is due. `lastFullAt`: epoch milliseconds of the last full fetch. */
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

  /** Must be called before any removal is judged. */
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
