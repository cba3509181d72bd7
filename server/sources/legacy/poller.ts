import type { Skipped } from '../../../shared/codec/decode-error.ts';
import type { ContributionUpdate } from '../../../shared/registry/contribution.ts';
import type { Clock } from '../../hub/ports.ts';
import type { Failover } from './failover.ts';
import type { LegacyServer } from './legacy-server.ts';
import type { LegacyView } from './legacy-view.ts';
import type { Fetch, PollPlan } from './poll-plan.ts';

/** What one round brought. `update` may carry changes of a delta even when the full fetch after it failed. */
export type Round =
  | { readonly kind: 'current'; readonly fetched: Fetch; readonly update: ContributionUpdate }
  | { readonly kind: 'failed'; readonly reason: string; readonly update: ContributionUpdate };

export interface PollerParts {
  readonly servers: Failover<LegacyServer>;
  readonly plan: PollPlan;
  readonly view: LegacyView;
  readonly clock: Clock;
}

/** Brings the view up to date, one round at a time: a delta where one will do, a full fetch from any server otherwise. */
export class Poller {
  readonly #servers: Failover<LegacyServer>;
  readonly #plan: PollPlan;
  readonly #view: LegacyView;
  readonly #clock: Clock;
  #emptySeen = false;
  #mismatches = 0;
  #unreadable: readonly Skipped[] = [];

  constructor(parts: PollerParts) {
    this.#servers = parts.servers;
    this.#plan = parts.plan;
    this.#view = parts.view;
    this.#clock = parts.clock;
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
    const server = this.#servers.current;
    const confirm = this.#view.wantsFull(this.#plan.lastFullAt ?? 0, now);
    const wanted = this.#plan.next(now, this.#view.polledSize === 0);
    if (server === undefined || confirm || wanted === 'full' || !this.#servers.ready(now).includes(server))
      return this.#full(new Map());
    const point = this.#view.point();
    const fetched = await server.delta();
    const done = this.#clock.now();
    switch (fetched.kind) {
      case 'document': {
        const update = this.#view.delta(fetched.document, point, done);
        if (fetched.document.hashCode === this.#view.hashCode()) {
          this.#plan.deltaDone(done);
          return { kind: 'current', fetched: 'delta', update };
        }
        this.#mismatches++;
        const next = this.#plan.deltaMismatched(done);
        return next === 'full' ? this.#full(update) : { kind: 'current', fetched: 'delta', update };
      }
      case 'refused':
        this.#plan.deltaUnavailable(done);
        return this.#full(new Map());
      case 'failed':
        this.#servers.failed(server, done);
        this.#plan.doubt();
        return this.#full(new Map(), [fetched.reason]);
    }
  }

  async #full(update: ContributionUpdate, reasons: readonly string[] = []): Promise<Round> {
    const failures = [...reasons];
    for (const server of this.#servers.ready(this.#clock.now())) {
      const point = this.#view.point();
      const fetched = await server.full();
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
      if (first && fetched.document.applications.length === 0) {
        this.#emptySeen = true;
        return { kind: 'failed', reason: `${server.url}: lists no instances; asking again`, update };
      }
      this.#plan.fullDone(now);
      this.#unreadable = fetched.document.skipped;
      const all = new Map([...update, ...this.#view.full(fetched.document, point, now)]);
      return { kind: 'current', fetched: 'full', update: all };
    }
    this.#plan.doubt();
    return { kind: 'failed', reason: failures.join('; ') || 'every server is resting after a failure', update };
  }
}
