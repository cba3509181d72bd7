import type { Skipped } from '../../../../shared/codec/decode-error.ts';
import type { DocumentFacts } from '../../../../shared/codec/document.ts';
import type { AppName } from '../../../../shared/model/names.ts';
import { noRegistryReason } from '../../../../shared/text/no-registry.ts';
import type { NewTimeSlice, TimeSlice } from '../../../../shared/time-slice.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { LegacyView } from '../view/legacy-view.ts';
import type { FetchKind } from '../view/poll-round.ts';
import type { Failover } from '../wire/failover.ts';
import type { LegacyServer } from '../wire/legacy-server.ts';
import type { DeltaFault, PollPlan } from './poll-plan.ts';

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
}

/** The result of a poll before its full fetch. */
interface Before {
  readonly changed: ReadonlySet<AppName>;
  readonly failures: readonly string[];
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
  /** Epoch milliseconds of the last answer that is a document. */
  #answeredAt: number | undefined;
  /** Whether a first answer was seen that is not believed at once. */
  #doubtful = false;
  #mismatches = 0;
  #unreadable: readonly Skipped[] = [];

  constructor(parts: PollerParts) {
    this.#servers = parts.servers;
    this.#plan = parts.plan;
    this.#view = parts.view;
    this.#clock = parts.clock;
    this.#newTimeSlice = parts.newTimeSlice;
    this.#staleAfter = parts.staleAfter;
  }

  /** The number of deltas so far after which the view did not have the server's hash code. */
  get mismatches(): number {
    return this.#mismatches;
  }

  /** The entries of the last full answer that could not be read. They are missing here, so the hash codes differ. */
  get unreadable(): readonly Skipped[] {
    return this.#unreadable;
  }

  async poll(): Promise<PollOutcome> {
    const slice = this.#newTimeSlice();
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
    const round = this.#view.begin('delta');
    const fetched = await server.delta(round, slice);
    const now = this.#clock.now();
    switch (fetched.kind) {
      case 'document': {
        this.#answered(askedAt, now);
        const { changed, hashAgrees } = await round.commit(fetched.facts, now, slice);
        if (hashAgrees) this.#plan.deltaDone(now);
        else {
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
  #faultOf(changed: ReadonlySet<AppName>, { hashCode }: DocumentFacts): DeltaFault {
    if (changed.size > 0 || this.#unreadable.length > 0) return 'changes';
    return hashCode ? 'no-change' : 'no-hash';
  }

  async #full(before: Before, slice: TimeSlice): Promise<PollOutcome> {
    const failures = [...before.failures];
    for (const server of this.#servers.ready(this.#clock.now())) {
      const askedAt = this.#clock.now();
      const round = this.#view.begin('full');
      const fetched = await server.full(round, slice);
      const now = this.#clock.now();
      if (fetched.kind !== 'document') {
        round.drop();
        failures.push(
          fetched.kind === 'refused' ? `${server.url}: ${noRegistryReason(fetched.status)}` : fetched.reason,
        );
        this.#servers.failed(server, now);
        continue;
      }
      const missing = this.#knowsNothing ? round.unlisted(fetched.facts) : 0;
      if (round.empty && missing > 0) {
        round.drop();
        failures.push(`${server.url}: lists no instances, and its hash code counts ${missing}`);
        this.#servers.failed(server, now);
        continue;
      }
      this.#servers.succeeded(server);
      if (this.#knowsNothing && (round.empty || missing > 0) && !this.#doubtful) {
        this.#doubtful = true;
        round.drop();
        const what = missing > 0 ? `lists ${missing} instances less than its hash code counts` : 'lists no instances';
        return { kind: 'unconfirmed', reason: `${server.url}: ${what}; asking again`, changed: before.changed };
      }
      this.#answered(askedAt, now);
      this.#plan.fullDone(now);
      const { changed } = await round.commit(fetched.facts, now, slice);
      this.#unreadable = [...fetched.facts.skipped, ...round.leftOut];
      return { kind: 'current', fetched: 'full', changed: new Set([...before.changed, ...changed]) };
    }
    this.#plan.doubt();
    const reason = failures.join('; ') || 'every server is resting after a failure';
    return { kind: 'failed', reason, changed: before.changed };
  }

  /** An answer may take long, and that is no time out of touch: it counts from the request. */
  #answered(askedAt: number, now: number): void {
    if (this.#answeredAt !== undefined && askedAt - this.#answeredAt > this.#staleAfter) this.#view.lostTouch();
    this.#answeredAt = now;
  }

  /**
   * A server that has just lost everything lists an empty registry, which is legal; others never agree with their own
   * hash code. As the very first answer such a list must be seen twice.
   */
  get #knowsNothing(): boolean {
    return this.#plan.lastFullAt === undefined && this.#view.polledSize === 0;
  }
}
