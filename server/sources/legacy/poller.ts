import type { Skipped } from '../../../shared/codec/decode-error.ts';
import type { AppName } from '../../../shared/model/names.ts';
import type { NewTimeSlice, TimeSlice } from '../../../shared/time-slice.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Failover } from './failover.ts';
import type { LegacyServer } from './legacy-server.ts';
import type { LegacyView } from './legacy-view.ts';
import type { Fetch, PollPlan } from './poll-plan.ts';

/** What one round brought. A delta may have changed applications even when the full fetch after it failed. */
export type Round =
  | { readonly kind: 'current'; readonly fetched: Fetch; readonly changed: ReadonlySet<AppName> }
  | { readonly kind: 'failed'; readonly reason: string; readonly changed: ReadonlySet<AppName> };

export interface PollerParts {
  readonly servers: Failover<LegacyServer>;
  readonly plan: PollPlan;
  readonly view: LegacyView;
  readonly clock: Clock;
  readonly newTimeSlice: NewTimeSlice;
}

const NONE: ReadonlySet<AppName> = new Set();

/** Brings the view up to date, one round at a time: a delta where one will do, a full fetch from any server otherwise. */
export class Poller {
  readonly #servers: Failover<LegacyServer>;
  readonly #plan: PollPlan;
  readonly #view: LegacyView;
  readonly #clock: Clock;
  readonly #newTimeSlice: NewTimeSlice;
  #emptySeen = false;
  #mismatches = 0;
  #unreadable: readonly Skipped[] = [];

  constructor(parts: PollerParts) {
    this.#servers = parts.servers;
    this.#plan = parts.plan;
    this.#view = parts.view;
    this.#clock = parts.clock;
    this.#newTimeSlice = parts.newTimeSlice;
  }

  /** Deltas so far that did not lead to the server's hash. */
  get mismatches(): number {
    return this.#mismatches;
  }

  /** What the last full answer listed and we could not read: missing here, and in the way of the hash. */
  get unreadable(): readonly Skipped[] {
    return this.#unreadable;
  }

  async round(): Promise<Round> {
    const now = this.#clock.now();
    const slice = this.#newTimeSlice();
    const server = this.#servers.current;
    const confirm = this.#view.wantsFull(this.#plan.lastFullAt ?? 0, now);
    const wanted = this.#plan.next(now, this.#view.polledSize === 0);
    if (server === undefined || confirm || wanted === 'full' || !this.#servers.ready(now).includes(server))
      return this.#full(NONE, slice);
    const point = this.#view.point();
    const draft = this.#view.draftDelta();
    const fetched = await server.delta(draft, slice);
    const done = this.#clock.now();
    switch (fetched.kind) {
      case 'document': {
        const { hashCode } = fetched.facts;
        const changed = await this.#view.delta(draft, hashCode, point, done, slice);
        if (hashCode === this.#view.hashCode()) {
          this.#plan.deltaDone(done);
          return { kind: 'current', fetched: 'delta', changed };
        }
        this.#mismatches++;
        const next = this.#plan.deltaMismatched(done);
        return next === 'full' ? this.#full(changed, slice) : { kind: 'current', fetched: 'delta', changed };
      }
      case 'refused':
        this.#plan.deltaUnavailable(done);
        return this.#full(NONE, slice);
      case 'failed':
        this.#servers.failed(server, done);
        this.#plan.doubt();
        return this.#full(NONE, slice, [fetched.reason]);
    }
  }

  async #full(changed: ReadonlySet<AppName>, slice: TimeSlice, reasons: readonly string[] = []): Promise<Round> {
    const failures = [...reasons];
    for (const server of this.#servers.ready(this.#clock.now())) {
      const point = this.#view.point();
      const draft = this.#view.draftFull();
      const fetched = await server.full(draft, slice);
      const now = this.#clock.now();
      if (fetched.kind !== 'document') {
        // 403 is how a server says that it has not yet filled itself from its peers.
        failures.push(fetched.kind === 'refused' ? `${server.url}: answered ${fetched.status}` : fetched.reason);
        this.#servers.failed(server, now);
        continue;
      }
      this.#servers.succeeded(server);
      // Legal, but also what a server says that has just lost everything: as the very first answer it must come twice.
      const first = this.#plan.lastFullAt === undefined && this.#view.polledSize === 0 && !this.#emptySeen;
      if (first && draft.empty) {
        this.#emptySeen = true;
        return { kind: 'failed', reason: `${server.url}: lists no instances; asking again`, changed };
      }
      this.#plan.fullDone(now);
      this.#unreadable = fetched.facts.skipped;
      const all = new Set([...changed, ...(await this.#view.full(draft, point, now, slice))]);
      return { kind: 'current', fetched: 'full', changed: all };
    }
    this.#plan.doubt();
    return { kind: 'failed', reason: failures.join('; ') || 'every server is resting after a failure', changed };
  }
}
