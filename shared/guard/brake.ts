import type { GuardsConfig } from '../config/config.ts';
import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, InstanceId } from '../model/names.ts';
import type { BrakeState } from './brake-state.ts';
import type { Held, Hold, HoldEnd, HoldHead } from './hold.ts';
import { firstHeld } from './held-application.ts';
import { holdId, type HeldAtFirst } from './hold-id.ts';
import { LetThrough } from './let-through.ts';
import { CHECKS_PER_GRACE, countedFor, exceedsLimit, totalSize } from './limit.ts';
import { lossWords } from './loss-words.ts';
import { SetAside } from './set-aside.ts';
import {
  applicationsOf,
  newWave,
  plainWave,
  restoredLoss,
  restoredWave,
  split,
  take,
  type Loss,
  type Losses,
  type Wave,
} from './waves.ts';

/** Further full fetches that must confirm a removal before it is let through. */
const MIN_CONFIRMATIONS = 2;

/**
 * Holds mass removals without evidence: the upstream no longer lists an instance, or reports that its lease expired. A
 * few such removals pass. Many at once are held, because an upstream that was restarted or split looks exactly like
 * that. A hold ends when full fetches have confirmed it over the whole grace period, or when an operator releases it.
 * The brake does not judge additions and modifications. Recent removals count together with the next ones, because a
 * registry that loses a few instances every few seconds becomes empty as well.
 */
export class Brake {
  readonly #source: string;
  readonly #guards: GuardsConfig;
  /** What is held, in the order of time. */
  #waves: readonly Wave[] = [];
  /** Recent removals that passed and have not come back. */
  #passed: readonly Loss[] = [];
  readonly #letThrough = new LetThrough();
  readonly #aside = new SetAside();
  #head: HoldHead | undefined;

  constructor(source: string, guards: GuardsConfig) {
    this.#source = source;
    this.#guards = guards;
  }

  /**
   * Decides on removals without evidence. The brake keeps what is held. `before`: the number of instances served so
   * far. `after`: the number in the upstream's new view. While there is a hold, every further removal joins it. Only
   * removals that exceed the limit join a hold that an operator keeps. `known`: what a new hold has its id from.
   */
  judge(
    losses: Losses,
    before: number,
    after: number,
    now: number,
    known: () => HeldAtFirst = () => losses,
  ): 'passed' | 'held' {
    if (losses.size === 0) return 'passed';
    if (this.#head?.kept === false && this.join(losses, before, now)) return 'held';
    const period = countedFor(this.#guards);
    this.#passed = this.#passed.filter(({ since }) => now - since < period);
    const lately = totalSize(this.#passed);
    const count = losses.size + lately;
    if (after > 0 && !exceedsLimit(count, before + lately, this.#guards)) {
      this.#passed = [...this.#passed, newWave(losses, now)];
      return 'passed';
    }
    const what =
      after === 0
        ? `the registry went from ${before} instances to none`
        : lossWords({ kind: 'instances', count, of: before + lately, earlier: lately }, this.#guards);
    this.#head ??= { id: holdId(this.#source, known()), since: now, what, before, kept: false };
    this.join(losses, before, now);
    return 'held';
  }

  /**
   * Adds removals to the hold, also to one that an operator keeps; without a hold to one of the head `ended`. Returns
   * false when there is neither.
   */
  join(losses: Losses, before: number, now: number, ended?: HoldHead): boolean {
    const head = this.#head ?? ended;
    if (head === undefined) return false;
    if (losses.size === 0) return true;
    this.#head = { ...head, before };
    this.#waves = [...this.#waves, newWave(losses, now)];
    return true;
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
    return { holdId: this.#head.id, since: wave.since, ...this.#endOf(wave) };
  }

  /** The hold that let the removal of this instance through, until it is back. */
  letThroughBy(app: AppName, id: InstanceId): string | undefined {
    return this.#letThrough.holdOf(app, id);
  }

  get size(): number {
    return totalSize(this.#waves);
  }

  /** Ends the hold of an instance that is back, or of whose removal there is evidence now. */
  forget(app: AppName, id: InstanceId): boolean {
    this.#letThrough.forget(app, id);
    this.#aside.take(app, id);
    const wave = this.#waveOf(app, id);
    if (wave === undefined) return false;
    take(wave, app, id);
    if (wave.size === 0) this.#setWaves(this.#waves.filter((each) => each !== wave));
    return true;
  }

  /** Ends the hold of an instance that is served because of a write from now on. */
  setAside(app: AppName, id: InstanceId): void {
    const head = this.#waveOf(app, id) === undefined ? this.#aside.take(app, id) : this.#head;
    this.forget(app, id);
    if (head !== undefined) this.#aside.add(head, app, id);
  }

  /** The writes of these end. Returns the head of the hold that one of them was set aside from. */
  takeAside(losses: Losses): HoldHead | undefined {
    const taken = [...losses.apps].flatMap(([app, records]) => [...records.keys()].map((id) => [app, id] as const));
    return taken.map(([app, id]) => this.#aside.take(app, id)).find((head) => head !== undefined);
  }

  /** Forgets the losses of instances that are listed again, both held and passed ones. */
  recover(app: AppName, isListed: (id: InstanceId) => boolean): void {
    for (const id of this.retained(app)?.keys() ?? []) if (isListed(id)) this.forget(app, id);
    for (const id of this.#aside.ids(app)) if (isListed(id)) this.#aside.take(app, id);
    for (const id of this.#letThrough.ids(app)) if (isListed(id as InstanceId)) this.#letThrough.forget(app, id);
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
      if (wave.isUnwatched) {
        wave.watchedSince = now;
        wave.confirmations = 0;
      }
      wave.isUnwatched = false;
      wave.confirmations++;
      return wave.confirmations >= MIN_CONFIRMATIONS && now - wave.watchedSince >= this.#guards.grace;
    });
    return this.#letGo(confirmed);
  }

  /**
   * The upstream was out of touch, or gave a part of its list. What is held must be confirmed over a whole grace period
   * from the next full fetch on: an upstream that comes back may just have been started once more, with as little as
   * before.
   */
  lostTouch(): void {
    for (const wave of this.#waves) wave.isUnwatched = true;
  }

  /**
   * Another server of the upstream lists these, at `now`: the one whose answers lack them may have been restarted, or be
   * cut off. Their grace period begins anew.
   */
  seenElsewhere(listed: ReadonlyMap<AppName, ReadonlySet<InstanceId>>, now: number): void {
    const seen = this.#waves.flatMap((wave) => split(wave, listed, now));
    this.#waves = [...this.#waves.filter(({ size }) => size > 0), ...seen];
  }

  /** Whether the other servers are to be asked. `lastAskedAt`: epoch milliseconds. */
  wantsOthers(lastAskedAt: number, now: number): boolean {
    return this.#isConfirmed && now - lastAskedAt >= this.#checkGap;
  }

  /** Lets the removals through, because an operator knows that they are real. Returns their applications. */
  release(holdId: string): ReadonlySet<AppName> {
    if (this.#head?.id !== holdId) return new Set();
    this.#aside.clear();
    return this.#letGo(this.#waves);
  }

  #letGo(waves: readonly Wave[]): ReadonlySet<AppName> {
    const apps = applicationsOf(waves);
    const removed = Array.from(
      apps,
      (app) => [app, waves.flatMap((wave) => [...(wave.apps.get(app)?.keys() ?? [])])] as const,
    );
    if (this.#head !== undefined) this.#letThrough.note(this.#head.id, removed);
    this.#setWaves(this.#waves.filter((wave) => !waves.includes(wave)));
    return apps;
  }

  /** Keeps the hold until it is released: an operator knows that the removals are wrong, or wants to check first. */
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
        held: firstHeld(this.#waves.map(({ apps }) => apps)),
        ...this.#endOf(first),
      },
    ];
  }

  /** Whether a confirming full fetch is due. `lastFullAt`: epoch milliseconds of the last full fetch. */
  wantsFull(lastFullAt: number, now: number): boolean {
    const first = this.#waves[0];
    if (first === undefined || !this.#isConfirmed) return false;
    if (now - lastFullAt >= this.#checkGap) return true;
    return !first.isUnwatched && now >= first.watchedSince + this.#guards.grace;
  }

  state(): BrakeState {
    const passed = this.#passed.map(plainWave);
    return this.#head === undefined
      ? { passed }
      : { hold: { head: this.#head, waves: this.#waves.map(plainWave) }, passed };
  }

  /**
   * Restores the holds of a previous process, at `now`. Must be called before any removal is judged. Their grace period
   * restarts with the first answer: nobody watched the upstream in between, and a restart must not let a removal
   * through. `recordOf`: the instances as they are served.
   */
  restore(
    { hold, passed }: BrakeState,
    recordOf: (app: AppName, id: InstanceId) => InstanceRecord | undefined,
    now: number,
  ): void {
    this.#passed = passed.map((each) => restoredLoss(each, now));
    if (hold === undefined) return;
    const waves = hold.waves.map((each) => restoredWave(each, recordOf, now));
    this.#head = hold.head;
    this.#setWaves(waves.filter(({ size }) => size > 0));
  }

  /** Whether there is a hold that confirmations end. */
  get #isConfirmed(): boolean {
    return this.#head !== undefined && !this.#head.kept;
  }

  /** Milliseconds. */
  get #checkGap(): number {
    return this.#guards.grace / CHECKS_PER_GRACE;
  }

  #setWaves(waves: readonly Wave[]): void {
    this.#waves = waves;
    if (waves.length === 0) this.#head = undefined;
  }

  #endOf({ watchedSince, isUnwatched }: Wave): HoldEnd {
    if (this.#head?.kept === true) return { releasesAt: undefined };
    if (isUnwatched) return { releasesAt: undefined, waits: true };
    return { releasesAt: watchedSince + this.#guards.grace };
  }

  #waveOf(app: AppName, id: InstanceId): Wave | undefined {
    return this.#waves.find(({ apps }) => apps.get(app)?.has(id) === true);
  }
}
