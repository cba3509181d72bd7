import { withoutMark } from './entry.ts';
import { heardBackTo, shownFaults, undisturbedSince, type InjectedFault, type Part } from './faults.ts';
import type { Listings } from './listings.ts';
import type { Observation, Restart, Violation, ViolationKind } from './observation.ts';
import { LIMITS, TIMES } from './timing.ts';
import { endingOf, supersededAt, type End, type Episode, type State, type Timeline, type Truth } from './truth.ts';
import { Memory } from './memory.ts';

/** Losses within `guards.grace` from which on a hold is possible, by source; beyond it nothing is expected to go in time. */
const HOLD_FROM = { legacy: 3, kubernetes: 3 } as const;

/** Losses this far apart can be parts of one hold. */
const WAVE_MS = TIMES.grace + TIMES.window;

/** More than are asked for until a fault's end has been noticed. */
const KEPT_RIGHT = 200;

/**
 * Decides whether an answer may be what it is, by what was done to the sources, by the faults of the time, and by what
 * the same replica has served before: what it has known it must not forget.
 */
export class Judge {
  readonly #truth: Truth;
  readonly #listings: Listings;
  readonly #faults: readonly InjectedFault[];
  readonly #memory = new Memory();
  readonly #violations: Violation[] = [];
  #followed = 0;
  #marked = 0;
  readonly #found: (violation: Violation) => void;
  /** Of each replica, when it was asked for the answers that were right by the strict rule: as if nothing had been injected. */
  readonly #right = new Map<number, number[]>();

  /** `found` is told of each violation at once. */
  constructor(
    truth: Truth,
    listings: Listings,
    faults: readonly InjectedFault[],
    found: (violation: Violation) => void = () => undefined,
  ) {
    this.#found = found;
    this.#truth = truth;
    this.#listings = listings;
    this.#faults = faults;
  }

  get violations(): readonly Violation[] {
    return this.#violations;
  }

  /** How often an answer showed an older state again that the legacy itself showed again. */
  get followed(): number {
    return this.#followed;
  }

  /** How often an answer showed the mark of a cancel that was under way. */
  get marked(): number {
    return this.#marked;
  }

  restarted(restart: Restart): void {
    this.#memory.restarted(restart);
  }

  /** When the replica was first asked, after a time, for an answer that was right without any regard to faults. */
  firstRightSince(replica: number, at: number): number | undefined {
    return this.#right.get(replica)?.find((asked) => asked >= at);
  }

  note(kind: ViolationKind, at: number, where: string, what: string): void {
    this.#add({ kind, at, where, what, during: shownFaults(this.#faults, at, at) });
  }

  #add(violation: Violation): void {
    this.#violations.push(violation);
    this.#found(violation);
  }

  judge(observation: Observation): void {
    const { facts, app, question } = observation;
    const keys = new Set(facts.keys());
    for (const line of this.#truth.timelines.values()) if (app === undefined || line.app === app) keys.add(line.key);
    let right = question === 'full';
    for (const key of keys) {
      if (key.endsWith('|status') && !facts.has(key)) continue; // of an entry that is not there
      if (!this.#fact(observation, key)) right = false;
    }
    if (!right) return;
    const times = this.#right.get(observation.replica) ?? [];
    this.#right.set(observation.replica, [...times.slice(-KEPT_RIGHT), observation.sentAt]);
  }

  /** Returns whether the fact is right by the strict rule. */
  #fact(observation: Observation, key: string): boolean {
    const { replica, facts, receivedAt } = observation;
    const shownState = facts.get(key) ?? 'absent';
    const line = this.#truth.timelines.get(key);
    if (line === undefined)
      return this.#wrong(observation, 'never true', `${key}: ${shownState}, nothing like it was ever made`);
    const seen = this.#withoutMark(observation, line, shownState);
    if (observation.app !== undefined && line.app !== observation.app)
      return this.#wrong(observation, 'not asked for', `${key}: ${seen}`);
    const last = this.#memory.last(replica, key);
    const candidates = line.episodes
      .map(({ state, from }, index) => ({ state, from, index }))
      .filter(({ state, from }) => state === seen && from <= receivedAt)
      .map(({ index }) => index);
    const forward = candidates.filter((index) => index >= last);
    // The oldest that it may be: of two alike, the younger one could make what comes between them look like a step back.
    const timely = forward.find((index) => this.#timely(observation, line, index));
    if (timely !== undefined) {
      this.#memory.saw(replica, key, timely, receivedAt);
      return forward.some((index) => observation.sentAt <= supersededAt(line, index) + LIMITS.lag);
    }
    if (seen === 'absent') return this.#lacking(observation, line, last);
    if (candidates.length === 0)
      return this.#wrong(observation, 'never true', `${key}: ${seen}; true: ${shown(line, receivedAt)}`);
    if (forward.length === 0) {
      if (this.#cameBack(observation, line, last) || this.#legacyWentBack(observation, line, seen)) return false;
      return this.#wrong(
        observation,
        'went back',
        `${key}: ${seen} after ${line.episodes[last]?.state}; true: ${shown(line, receivedAt)}`,
      );
    }
    const since = Math.min(...forward.map((index) => observation.sentAt - supersededAt(line, index)));
    return this.#wrong(
      observation,
      'not true any more',
      `${key}: ${seen}, not true any more for ${(since / 1000).toFixed(1)} s; true: ${shown(line, receivedAt)}`,
    );
  }

  /**
   * The state without the mark of a cancel, where it may have that: a stock server marks an instance as deleted when it
   * takes it out of its registry, and a list that was made before and is written after that has it with the mark.
   */
  #withoutMark(observation: Observation, line: Timeline, shownState: State): State {
    const unmarked = withoutMark(shownState);
    if (unmarked === shownState || line.source !== 'legacy') return shownState;
    const isGone = wasJustCancelled(line, unmarked, observation) || this.#wasJustEvicted(observation, line);
    if (!isGone) return shownState;
    this.#marked++;
    return unmarked;
  }

  /** Its heartbeats may come too late on a busy machine, or through what is disturbed: then the legacy lacks it for a moment. */
  #wasJustEvicted({ receivedAt }: Observation, { key }: Timeline): boolean {
    return this.#listings.lackingSince(key, receivedAt + 2_000, LIMITS.lag + 2_000) !== undefined;
  }

  /** Whether an answer may still show this episode. */
  #timely(observation: Observation, line: Timeline, index: number): boolean {
    const { replica, sentAt } = observation;
    const parts: readonly Part[] = [line.source, `replica-${replica}`];
    const end = { at: supersededAt(line, index), ending: endingOf(line, index) };
    if (sentAt <= this.shownUntil(line.source, end, parts, sentAt)) return true;
    if (line.source !== 'legacy' || end.ending !== undefined) return false;
    // The legacy may have lost the instance before anybody could hear of the next state: then the one before is held.
    const lostAt = this.#listings.lackingSince(line.key, sentAt, LIMITS.lag) ?? Infinity;
    if (lostAt > this.shownUntil(line.source, end, parts, sentAt)) return false;
    return sentAt <= this.shownUntil(line.source, { at: lostAt, ending: 'lost' }, parts, sentAt);
  }

  /** Until when what ended so may be shown by whatever depends on these parts, as far as is known at a time. */
  shownUntil(source: Timeline['source'], end: End, parts: readonly Part[], at: number): number {
    const due = Math.max(end.at, this.#calm(source, parts, at, end.ending !== undefined)) + LIMITS.lag;
    return at <= due ? due : due + this.#heldFor(source, end, parts);
  }

  /** Only absence tells of some ends, and absences that are many at once are held. */
  #heldFor(source: Timeline['source'], { at, ending }: End, parts: readonly Part[]): number {
    if (ending === undefined) return 0;
    const many = ending === 'cancelled' ? 2 * HOLD_FROM.legacy : HOLD_FROM[source];
    const longest = TIMES.grace + LIMITS.holdSlack[source];
    // While there is a hold, every further loss joins it.
    const earlier = this.#lossesOf(source).filter(({ since }) => since < at && since >= at - longest);
    return [at, ...earlier.map(({ since }) => since)].some((each) => this.#oneOfMany(source, each, many, parts))
      ? longest
      : 0;
  }

  #lacking(observation: Observation, line: Timeline, last: number): boolean {
    const { replica, sentAt, receivedAt } = observation;
    if (line.source === 'legacy') {
      const calm = this.#calm('legacy', ['legacy', `replica-${replica}`], sentAt, false);
      const unguarded = this.#memory.unguarded(replica, line.key);
      if (this.#listings.excuses(line.key, receivedAt, calm, LIMITS.lag, unguarded)) return false;
    }
    const had = line.episodes[last]?.state ?? 'absent';
    const before = had === 'absent' ? 'it was never served here' : `it was served here as ${had}`;
    return this.#wrong(observation, 'lacks an entry', `${line.key}; true: ${shown(line, receivedAt)}; ${before}`);
  }

  /** Deletions of one wave that had passed come back when the wave is held. */
  #cameBack(observation: Observation, line: Timeline, last: number): boolean {
    if (line.source !== 'kubernetes' || line.episodes[last]?.state !== 'absent') return false;
    const deleted = line.episodes[last]?.since ?? 0;
    const parts: readonly Part[] = ['kubernetes', `replica-${observation.replica}`];
    const calm = this.#calm('kubernetes', parts, observation.sentAt, true);
    const heard = Math.max(deleted + TIMES.window, calm);
    return (
      observation.sentAt <= heard + TIMES.grace + LIMITS.holdSlack.kubernetes &&
      this.#oneOfMany('kubernetes', deleted, HOLD_FROM.kubernetes, parts)
    );
  }

  /** A replica shows what the legacy shows: that the legacy itself shows an older state again is no fault of it. */
  #legacyWentBack({ replica, receivedAt }: Observation, line: Timeline, seen: State): boolean {
    const index = line.episodes.findLastIndex(({ state, from }) => state === seen && from <= receivedAt);
    // One list that was late excuses no more than what was heard at its time.
    const heard = heardBackTo(this.#faults, ['legacy', `replica-${replica}`], receivedAt) - LIMITS.lag;
    const since = Math.max(supersededAt(line, index), heard);
    const isShown = line.source === 'legacy' && this.#listings.showed(line.key, seen, since, receivedAt + 1_000);
    if (isShown) this.#followed++;
    return isShown;
  }

  #oneOfMany(source: Timeline['source'], at: number, many: number, parts: readonly Part[]): boolean {
    const earliest = heardBackTo(this.#faults, parts, at - WAVE_MS);
    // Between the moment at which it was sent and that of its answer: on a busy machine that is seconds.
    const wave = this.#lossesOf(source).filter(({ from, since }) => from <= at + WAVE_MS && since >= earliest);
    if (wave.length >= many) return true;
    return source === 'legacy' && this.#listings.mostLackingSince(at - TIMES.grace) >= many;
  }

  #lossesOf(source: Timeline['source']): readonly Episode[] {
    const ofSource = [...this.#truth.timelines.values()].filter((line) => line.source === source);
    return ofSource.flatMap(({ episodes }) =>
      episodes.filter(({ state, ending }) => state === 'absent' && ending !== undefined),
    );
  }

  /** Since when these parts have been hearing from the source without any disturbance. */
  #calm(source: Timeline['source'], parts: readonly Part[], sentAt: number, removal: boolean): number {
    const calm = undisturbedSince(this.#faults, parts, sentAt);
    if (!removal || source !== 'legacy' || calm === Infinity) return calm;
    // After a restart of the legacy, or an outage, absence alone tells of what ended meanwhile, among many others: it is held.
    const after = this.#faults.filter(({ part, from }) => part === 'legacy' && from <= sentAt);
    const held = after.map(({ kind, to }) =>
      /empty|half/.test(kind) ? (to ?? Infinity) + TIMES.grace + LIMITS.legacySettle + LIMITS.holdSlack.legacy : 0,
    );
    const until = Math.max(calm, ...held);
    return until > sentAt ? Infinity : until;
  }

  #wrong({ replica, question, app, sentAt, receivedAt }: Observation, kind: ViolationKind, what: string): false {
    const asked = app === undefined ? question : `${question} ${app}`;
    const during = shownFaults(this.#faults, sentAt, receivedAt);
    this.#add({ kind, at: receivedAt, where: `replica-${replica}, ${asked}`, what, during });
    return false;
  }
}

/** Whether this state is being cancelled, or was a moment ago; what registers after that has no mark. */
function wasJustCancelled({ episodes }: Timeline, seen: State, { sentAt, receivedAt }: Observation): boolean {
  return episodes.some(({ state, from, since }, index) => {
    if (state !== 'absent' || from > receivedAt || since < sentAt - LIMITS.lag) return false;
    // What was sent since the last confirmed one may have come there, or not.
    const first = episodes.findLastIndex((each, before) => before < index && each.since < Infinity);
    return episodes.slice(Math.max(0, first), index).some((each) => each.state === seen);
  });
}

function shown({ episodes }: Timeline, at: number): string {
  const current = episodes.findLast(({ since }) => since <= at);
  const coming = episodes.filter(({ from, since }) => from <= at && since > at).map(({ state }) => state);
  const since = ((current?.since ?? 0) / 1000).toFixed(1);
  return `${current?.state} since ${since} s${coming.length === 0 ? '' : `, unconfirmed ${coming.join(', ')}`}`;
}
