import type { GuardsConfig } from '../config/config.ts';
import type { AppName } from '../model/names.ts';
import type { Held, Hold, HoldHead } from './hold.ts';
import { firstHeld } from './held-application.ts';
import { holdId } from './hold-id.ts';
import { LetThrough } from './let-through.ts';
import { countedFor, exceedsLimit, totalSize } from './limit.ts';
import { lossWords } from './loss-words.ts';

/** Applications that have no published Ingress any more; for each lost Ingress, what was known of it. */
export type LostApps<T> = ReadonlyMap<AppName, ReadonlyMap<string, T>>;

/** The numbers of what a cluster publishes, including what is held and what was just lost. */
export interface Published {
  readonly applications: number;
  readonly ingresses: number;
}

interface Loss<T> {
  /** Epoch milliseconds. */
  readonly since: number;
  /** Epoch milliseconds from which a restored loss counts, because nobody watched the source in between. */
  readonly watchedSince?: number;
  readonly ingresses: ReadonlyMap<string, T>;
}

/** A guard as plain data, to be stored over a restart, provided that `T` is plain data. */
export interface GuardState<T> {
  readonly hold?: HoldState<T>;
  /** In the order of time. Those that would not come back any more only count, and have no Ingresses. */
  readonly passed: readonly LossState<T>[];
}

export interface HoldState<T> {
  readonly head: HoldHead;
  readonly apps: readonly LossState<T>[];
}

export interface LossState<T> {
  readonly app: AppName;
  readonly since: number;
  readonly ingresses: readonly (readonly [ingress: string, known: T])[];
}

/**
 * Holds mass removals in a cluster. Deletions arrive one by one, so a loss is judged together with the recent losses
 * that passed. The loss that exceeds the limit is held. The losses that passed within the window are taken back and
 * held with it, because they are one change. While there is a hold, further losses join it. A held loss goes through
 * when the source has confirmed it over a grace period, or when an operator releases it. `T`: what is known of an
 * Ingress and is needed to keep serving it.
 */
export class RemovalGuard<T> {
  readonly #source: string;
  readonly #guards: GuardsConfig;
  /** Both in the order of time. */
  readonly #held = new Map<AppName, Loss<T>>();
  readonly #passed = new Map<AppName, Loss<T>>();
  readonly #letThroughLast = new LetThrough();
  #head: HoldHead | undefined;

  constructor(source: string, guards: GuardsConfig) {
    this.#source = source;
    this.#guards = guards;
  }

  /**
   * Returns the applications that are held from now on: none when the losses pass, otherwise all of them and those that
   * are taken back. `published`: the numbers before the loss.
   */
  judge(lost: LostApps<T>, published: Published, now: number): readonly AppName[] {
    if (lost.size === 0) return [];
    this.#forgetOldPassed(now);
    // Lost again, it counts once.
    for (const app of lost.keys()) this.#passed.delete(app);
    const count = lost.size + this.#passed.size;
    const before = published.applications + this.#passed.size;
    const head = this.#head;
    const joins = head !== undefined && !head.kept;
    if (!joins && !exceedsLimit(count, before, this.#guards)) {
      for (const [app, ingresses] of lost) this.#passed.set(app, { since: now, ingresses });
      return [];
    }
    const back = this.#takeBack(now);
    const held = back.size > 0 ? new Map([...back, ...lost]) : lost;
    const ingresses = published.ingresses + totalSize(back.values());
    this.#head = { ...(head ?? this.#newHead(held, count, before, now)), before: ingresses };
    for (const [app, known] of held) this.#held.set(app, { since: now, ingresses: known });
    return [...held.keys()];
  }

  /**
   * Forgets the loss of an application that is published again or has changed. Returns the Ingresses that were held for
   * it.
   */
  forget(app: AppName): readonly string[] {
    this.#passed.delete(app);
    this.#letThroughLast.forget(app);
    const ingresses = [...(this.#held.get(app)?.ingresses.keys() ?? [])];
    this.#held.delete(app);
    this.#endIfEmpty();
    return ingresses;
  }

  /**
   * Lets removals through that have been held for a grace period and are still missing. `viewAt`: the time (epoch
   * milliseconds) up to which the source shows the state of its cluster; `undefined` while it is disconnected, because
   * its view is no evidence then.
   */
  confirm(viewAt: number | undefined, now: number): LostApps<T> {
    if (this.#head === undefined || this.#head.kept || viewAt === undefined) return new Map();
    const { grace } = this.#guards;
    return this.#letThrough(([, loss]) => now - watchedSince(loss) >= grace && viewAt > watchedSince(loss));
  }

  /**
   * Lets the removals through, because an operator knows that they are real. They do not count together with later
   * losses.
   */
  release(id: string): LostApps<T> {
    return this.#head?.id === id ? this.#letThrough(() => true) : new Map();
  }

  /** Keeps the hold until it is released: an operator knows that the removals are wrong, or wants to check first. */
  keep(id: string): boolean {
    if (this.#head?.id !== id) return false;
    this.#head = { ...this.#head, kept: true };
    return true;
  }

  /** The first `count` held applications, or all if there are fewer. */
  apps(count: number): readonly AppName[] {
    return [...this.#held.keys()].slice(0, count);
  }

  ingressesOf(app: AppName): Iterable<string> {
    return this.#held.get(app)?.ingresses.keys() ?? [];
  }

  /** What was known of a held Ingress. */
  known(app: AppName, ingress: string): T | undefined {
    return this.#held.get(app)?.ingresses.get(ingress);
  }

  held(app: AppName): Held | undefined {
    const loss = this.#held.get(app);
    if (loss === undefined || this.#head === undefined) return undefined;
    return { holdId: this.#head.id, since: loss.since, releasesAt: this.#releasesAt(loss) };
  }

  /** The hold that let the removal of this Ingress through, until its application is published again. */
  letThroughBy(app: AppName, ingress: string): string | undefined {
    return this.#letThroughLast.holdOf(app, ingress);
  }

  holds(): readonly Hold[] {
    const [first] = this.#held.values();
    if (first === undefined || this.#head === undefined) return [];
    const { id, since, what, before } = this.#head;
    const held = new Map(Array.from(this.#held, ([app, { ingresses }]) => [app, ingresses]));
    return [
      {
        id,
        since,
        what,
        counted: 'Ingress',
        instances: totalSize(held.values()),
        instancesBefore: before,
        applications: this.#held.size,
        held: firstHeld([held]),
        releasesAt: this.#releasesAt(first),
      },
    ];
  }

  state(now: number): GuardState<T> {
    const passed = [...this.#passed].flatMap(([app, { since, ingresses }]) => {
      if (!this.#counts(since, now)) return [];
      return { app, since, ingresses: this.#comesBack(since, now) ? [...ingresses] : [] };
    });
    if (this.#head === undefined) return { passed };
    const apps = Array.from(this.#held, ([app, { since, ingresses }]) => ({ app, since, ingresses: [...ingresses] }));
    return { hold: { head: this.#head, apps }, passed };
  }

  /** Restores what a previous process held and let pass, at `now`. Must be called before anything is judged. */
  restore({ hold, passed }: GuardState<T>, now: number): void {
    // The clock may have been set back since.
    for (const { app, since, ingresses } of passed)
      this.#passed.set(app, { since: Math.min(since, now), ingresses: new Map(ingresses) });
    if (hold === undefined || hold.apps.length === 0) return;
    this.#head = hold.head;
    for (const { app, since, ingresses } of hold.apps)
      this.#held.set(app, { since, watchedSince: now, ingresses: new Map(ingresses) });
  }

  /** The applications whose loss passed and would come back with the next one. */
  passed(now: number): readonly AppName[] {
    return [...this.#passed].flatMap(([app, { since }]) => (this.#comesBack(since, now) ? app : []));
  }

  /** What was known of the Ingresses of such an application. */
  passedOf(app: AppName, now: number): ReadonlyMap<string, T> | undefined {
    const loss = this.#passed.get(app);
    return loss !== undefined && this.#comesBack(loss.since, now) ? loss.ingresses : undefined;
  }

  /** The source has given its first complete view: the grace periods of restored losses restart. */
  watch(now: number): void {
    for (const [app, loss] of this.#held)
      if (loss.watchedSince !== undefined) this.#held.set(app, { ...loss, watchedSince: now });
  }

  /** The losses that passed within the window: they are one change with the current loss. */
  #takeBack(now: number): LostApps<T> {
    const back = new Map<AppName, ReadonlyMap<string, T>>();
    for (const [app, { since, ingresses }] of this.#passed)
      if (this.#comesBack(since, now) && ingresses.size > 0) back.set(app, ingresses);
    for (const app of back.keys()) this.#passed.delete(app);
    return back;
  }

  #newHead(held: LostApps<T>, count: number, before: number, now: number): HoldHead {
    const id = holdId(this.#source, { apps: held, size: totalSize(held.values()) });
    const loss = { kind: 'published applications', count, of: before, earlier: count - held.size };
    const what = lossWords(loss, this.#guards);
    return { id, since: now, what, before: 0, kept: false };
  }

  #letThrough(isDue: (entry: readonly [AppName, Loss<T>]) => boolean): LostApps<T> {
    const gone = new Map<AppName, ReadonlyMap<string, T>>();
    for (const entry of this.#held) if (isDue(entry)) gone.set(entry[0], entry[1].ingresses);
    for (const app of gone.keys()) this.#held.delete(app);
    if (this.#head !== undefined)
      this.#letThroughLast.note(
        this.#head.id,
        Array.from(gone, ([app, ingresses]) => [app, ingresses.keys()] as const),
      );
    this.#endIfEmpty();
    return gone;
  }

  #endIfEmpty(): void {
    if (this.#held.size === 0) this.#head = undefined;
  }

  #forgetOldPassed(now: number): void {
    for (const [app, { since }] of this.#passed) {
      if (this.#counts(since, now)) break;
      this.#passed.delete(app);
    }
  }

  #counts(since: number, now: number): boolean {
    return now - since < countedFor(this.#guards);
  }

  #comesBack(since: number, now: number): boolean {
    return now - since <= this.#guards.window;
  }

  #releasesAt(loss: Loss<T>): number | undefined {
    return this.#head?.kept === true ? undefined : watchedSince(loss) + this.#guards.grace;
  }
}

function watchedSince(loss: Loss<unknown>): number {
  return loss.watchedSince ?? loss.since;
}
