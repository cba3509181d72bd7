import type { Skipped } from '../../../../shared/codec/decode-error.ts';
import type { AppName } from '../../../../shared/model/names.ts';
import { noRegistryReason } from '../../../../shared/text/no-registry.ts';
import type { NewTimeSlice, TimeSlice } from '../../../../shared/time-slice.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { LegacyView } from '../view/legacy-view.ts';
import type { FetchKind, PollRound } from '../view/poll-round.ts';
import type { Failover } from '../wire/failover.ts';
import type { LegacyServer } from '../wire/legacy-server.ts';
import type { ListFacts } from '../wire/own-count.ts';
import { FirstLists, isEnough } from './first-lists.ts';
import { HashCounts } from './hash-counts.ts';
import { isWhole, lackOf } from './lack.ts';
import { countedByPart, isLonger } from './list-size.ts';
import { OtherLists, type Part } from './other-lists.ts';
import type { DeltaFault, PollPlan } from './poll-plan.ts';
import type { PollState } from './poll-state.ts';

/**
 * The result of one poll. A delta may have changed applications even when the full fetch after it failed.
 * `unconfirmed`: the registry is empty or lacks something, which counts only when the next poll shows it too.
 */
export type PollOutcome =
  | { readonly kind: 'current'; readonly fetched: FetchKind; readonly changed: ReadonlySet<AppName> }
  | { readonly kind: 'failed' | 'unconfirmed'; readonly reason: string; readonly changed: ReadonlySet<AppName> };

export interface PollerParts {
  readonly servers: Failover<LegacyServer>;
  readonly plan: PollPlan;
  readonly view: LegacyView;
  readonly clock: Clock;
  readonly newTimeSlice: NewTimeSlice;
  /** Milliseconds without an answer after which the legacy was out of touch. */
  readonly staleAfter: number;
  readonly pollInterval: number;
}

/** The result of a poll before its full fetch. */
interface Before {
  readonly changed: ReadonlySet<AppName>;
  readonly failures: readonly string[];
}

/** A full answer that is read and not in force yet. */
interface Answer {
  readonly server: LegacyServer;
  /** Epoch milliseconds. */
  readonly askedAt: number;
  readonly round: PollRound;
  readonly facts: ListFacts;
  /** What is wrong with it when a part is missing. */
  readonly lacks: string | undefined;
}

const NOTHING: Before = { changed: new Set(), failures: [] };

/** Updates the view, one poll at a time: by a delta if that suffices, otherwise by a full fetch from any server. */
export class Poller {
  readonly #servers: Failover<LegacyServer>;
  readonly #plan: PollPlan;
  readonly #view: LegacyView;
  readonly #clock: Clock;
  readonly #newTimeSlice: NewTimeSlice;
  readonly #staleAfter: number;
  /** Epoch milliseconds of the last answer that is a whole document. */
  #answeredAt: number | undefined;
  readonly #firstLists = new FirstLists();
  readonly #counts = new HashCounts();
  #mismatches = 0;
  #unreadable: readonly Skipped[] = [];
  readonly #others: OtherLists;
  /** What was polled until another one was taken for what it lists besides, until the first whole list of that one. */
  #insteadOf: LegacyServer | undefined;

  constructor(parts: PollerParts) {
    this.#servers = parts.servers;
    this.#plan = parts.plan;
    this.#view = parts.view;
    this.#clock = parts.clock;
    this.#newTimeSlice = parts.newTimeSlice;
    this.#staleAfter = parts.staleAfter;
    this.#others = new OtherLists(parts.pollInterval, () => this.#view.polledSize);
  }

  /**
   * Before the first poll: what a process before this one knew. The server that it polled last is asked first: what is
   * served is what that one listed, and another one may be cut off from it.
   */
  restore({ countsAreTrue, server: url }: PollState): void {
    this.#counts.restore(countsAreTrue);
    const server = this.#servers.all(this.#clock.now()).find((each) => each.url === url);
    if (server !== undefined) this.#servers.succeeded(server);
  }

  state(): PollState {
    const countsAreTrue = this.#counts.known;
    const server = this.#servers.current?.url;
    return { ...(countsAreTrue !== undefined && { countsAreTrue }), ...(server !== undefined && { server }) };
  }

  /** The number of deltas so far after which the view did not have the server's hash code. */
  get mismatches(): number {
    return this.#mismatches;
  }

  /** The entries of the last full answer that could not be read. They are missing here, so the hash codes differ. */
  get unreadable(): readonly Skipped[] {
    return this.#unreadable;
  }

  /** `undefined` when the last full answer was complete, or a delta has led to what the server counts since. */
  get part(): Part | undefined {
    return this.#others.part;
  }

  /** Whether the list of another server is wanted. `askedAt`: epoch milliseconds of the last request to it. */
  wantsList(server: LegacyServer, askedAt: number, now: number): boolean {
    return this.#others.isWanted(server, askedAt, now);
  }

  /**
   * Another server lists this, and is polled from the next time on when that is better. One that counts more than it
   * lists, and more than we have, may have what is held: that was not confirmed.
   */
  heard(server: LegacyServer, facts: ListFacts, now: number): void {
    const saysMore = this.#others.heard(server, facts, now);
    if (saysMore && lackOf(facts) !== undefined && this.#counts.areTrue) this.#view.lostTouch();
  }

  async poll(): Promise<PollOutcome> {
    const slice = this.#newTimeSlice();
    const next = this.#others.takeNext();
    if (next !== undefined) {
      this.#insteadOf = this.#servers.current;
      this.#servers.succeeded(next);
      this.#plan.doubt();
    }
    const server = this.#deltaServer(this.#clock.now());
    return server === undefined ? this.#full(NOTHING, slice) : this.#delta(server, slice);
  }

  /** The server whose delta continues our view; `undefined` when a full fetch is needed. */
  #deltaServer(now: number): LegacyServer | undefined {
    const server = this.#servers.current;
    if (server === undefined || !this.#servers.ready(now).includes(server)) return undefined;
    if (this.#view.wantsFull(this.#plan.lastFullAt ?? 0, now)) return undefined;
    return this.#plan.next(now, this.#view.polledSize + this.#view.ownSize === 0) === 'delta' ? server : undefined;
  }

  async #delta(server: LegacyServer, slice: TimeSlice): Promise<PollOutcome> {
    const askedAt = this.#clock.now();
    const round = this.#view.begin('delta', server);
    const fetched = await server.delta(round, slice);
    const now = this.#clock.now();
    switch (fetched.kind) {
      case 'document': {
        this.#answered(askedAt, now);
        const { changed, hashAgrees } = await round.commit(fetched.facts.hashCode, now, slice);
        if (hashAgrees) {
          this.#plan.deltaDone(now);
          this.#others.completed(server);
        } else {
          this.#mismatches++;
          if (this.#plan.deltaMismatched(now, this.#faultOf(changed, fetched.facts)) === 'full')
            return this.#full({ changed, failures: [] }, slice);
        }
        return { kind: 'current', fetched: 'delta', changed };
      }
      case 'refused':
        round.drop();
        this.#plan.deltaUnavailable(now);
        return this.#full(NOTHING, slice);
      case 'failed':
        round.drop();
        this.#servers.failed(server, now);
        this.#plan.doubt();
        return this.#full({ ...NOTHING, failures: [fetched.reason] }, slice);
    }
  }

  /**
   * Instances that cannot be read are missing here and counted by the server, so a difference of the hash codes is then
   * no fault of the delta.
   */
  #faultOf(changed: ReadonlySet<AppName>, { hashCode }: ListFacts): DeltaFault {
    if (changed.size > 0 || this.#unreadable.length > 0) return 'changes';
    return hashCode ? 'no-change' : 'no-hash';
  }

  /**
   * The first answer counts: what a part of a list lacks stays, and other servers are asked beside the polls. Before
   * anything is known the others are asked when it is too little, and the longest list counts.
   */
  async #full(before: Before, slice: TimeSlice): Promise<PollOutcome> {
    const failures = [...before.failures];
    const servers = this.#servers.ready(this.#clock.now());
    for (const [n, server] of servers.entries()) {
      const answer = await this.#ask(server, slice);
      if (typeof answer === 'string') failures.push(answer);
      else if (!this.#isFirst || isEnough(answer.facts)) return this.#take(answer, before, slice);
      else return this.#take(await this.#longest(answer, servers.slice(n + 1)), before, slice, true);
    }
    this.#plan.doubt();
    const reason = failures.join('; ') || 'every server is resting after a failure';
    return { kind: 'failed', reason, changed: before.changed };
  }

  /** Returns what is wrong when there is no list. */
  async #ask(server: LegacyServer, slice: TimeSlice): Promise<Answer | string> {
    const askedAt = this.#clock.now();
    const round = this.#view.begin('full', server);
    const fetched = await server.full(round, slice);
    if (fetched.kind === 'document')
      return { server, askedAt, round, facts: fetched.facts, lacks: lackOf(fetched.facts) };
    round.drop();
    this.#servers.failed(server, this.#clock.now());
    return fetched.kind === 'refused' ? `${server.url}: ${noRegistryReason(fetched.status)}` : fetched.reason;
  }

  /** The longest list there is, of these servers and the one that answered. Of equal ones, that which counts most. */
  async #longest(first: Answer, others: readonly LegacyServer[]): Promise<Answer> {
    const answers = await Promise.all(others.map((server) => this.#ask(server, this.#newTimeSlice())));
    let longest = first;
    const now = this.#clock.now();
    this.#others.heard(first.server, first.facts, now);
    for (const answer of answers) {
      if (typeof answer === 'string') continue;
      this.#others.heard(answer.server, answer.facts, now);
      const [kept, dropped] = isLonger(answer.facts, longest.facts) ? [answer, longest] : [longest, answer];
      dropped.round.drop();
      longest = kept;
      if (isWhole(answer.facts)) this.#counts.note(answer.facts);
    }
    return longest;
  }

  async #take(
    { server, askedAt, round, facts, lacks }: Answer,
    before: Before,
    slice: TimeSlice,
    isTooLittle = false,
  ): Promise<PollOutcome> {
    const now = this.#clock.now();
    const isFirst = this.#isFirst;
    this.#servers.succeeded(server);
    if (isFirst && !this.#firstLists.isBelieved(facts)) {
      round.drop();
      const words = lacks ?? (facts.own > 0 ? 'lists nothing but what an Eurek8s published' : 'lists no instances');
      return { kind: 'unconfirmed', reason: `${server.url}: ${words}; asking again`, changed: before.changed };
    }
    // A part of a list is no time in touch: nobody can tell by it what is gone.
    this.#counts.note(facts);
    const isPart = this.#counts.areTrue && lacks !== undefined;
    if (!isPart) this.#answered(askedAt, now);
    this.#plan.fullDone(now);
    const ownBefore = Math.max(this.#view.ownSize, this.#others.part?.own ?? 0);
    const insteadOf = this.#insteadOf === server ? undefined : this.#insteadOf;
    if (!isPart) this.#insteadOf = undefined;
    const { changed } = await round.commit(facts.hashCode, now, slice, { isPart, insteadOf });
    this.#unreadable = [...facts.skipped, ...round.leftOut];
    const effect = isPart ? 'what it does not list stays as last known' : 'taken for whole, as none ever was';
    const part =
      lacks === undefined
        ? undefined
        : {
            counted: countedByPart(facts, ownBefore, this.#view.polledSize),
            own: Math.max(facts.own, ownBefore),
            at: now,
            shortfall: `${server.url}: ${lacks}: ${effect}`,
          };
    const others = this.#servers.all(now).filter((other) => other !== server);
    this.#others.took({ server, facts, part }, others, isTooLittle || (isFirst && this.#firstLists.isDoubted));
    return { kind: 'current', fetched: 'full', changed: new Set([...before.changed, ...changed]) };
  }

  /** Whether nothing is known yet, from no list and from no process before this one. */
  get #isFirst(): boolean {
    const { polledSize } = this.#view;
    return this.#plan.lastFullAt === undefined && polledSize === 0 && this.#view.holds().length === 0;
  }

  /** An answer may take long, and that is no time out of touch: it counts from the request. */
  #answered(askedAt: number, now: number): void {
    if (this.#answeredAt !== undefined && askedAt - this.#answeredAt > this.#staleAfter) this.#view.lostTouch();
    this.#answeredAt = now;
  }
}
