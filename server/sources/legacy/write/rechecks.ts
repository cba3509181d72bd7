import type { ContributionUpdate } from '../../../../shared/contribution/contribution.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { LegacyView, Recheck } from '../view/legacy-view.ts';
import type { PendingWrite, Taker, Verdict } from '../view/pending-writes.ts';
import type { Failover } from '../wire/failover.ts';
import type { LegacyServer } from '../wire/legacy-server.ts';
import { verdictOf, type Answered } from './recheck-verdict.ts';

export interface RechecksParts {
  readonly servers: Failover<LegacyServer>;
  readonly view: Pick<LegacyView, 'dueRechecks' | 'recordRechecks'>;
  readonly publish: (update: ContributionUpdate) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** Written instances that are fetched one by one beside a poll. */
const MAX_RECHECKS = 32;

/**
 * When polls keep contradicting a write, the legacy's own answer for that instance decides: that of the server that took
 * the write, because others may not know of it yet. Where nobody knows for sure who has it, all are asked. It is done
 * beside the polls, because a server that stands still takes its time.
 */
export class Rechecks {
  readonly #parts: RechecksParts;
  #running: Promise<void> | undefined;

  constructor(parts: RechecksParts) {
    this.#parts = parts;
  }

  /** Asks for those of which it is time, unless others are being asked for, and returns at once. */
  begin(): void {
    const { servers, view, clock } = this.#parts;
    const polled = servers.current;
    if (this.#running !== undefined || polled === undefined) return;
    const writes = view.dueRechecks(clock.now(), MAX_RECHECKS);
    if (writes.length === 0) return;
    this.#running = this.#recheckAll(writes, polled);
  }

  /** When no answer is waited for any more. It never rejects. */
  async idle(): Promise<void> {
    await this.#running;
  }

  /** Never rejects. */
  async #recheckAll(writes: readonly PendingWrite[], polled: LegacyServer): Promise<void> {
    const { view, publish, clock } = this.#parts;
    const asked = await Promise.all(writes.map((write) => this.#recheck(write, polled)));
    publish(
      view.recordRechecks(
        asked.filter((each) => each !== undefined),
        clock.now(),
      ),
    );
    this.#running = undefined;
  }

  /** `undefined`: it could not be asked for. */
  async #recheck(write: PendingWrite, polled: LegacyServer): Promise<Recheck | undefined> {
    try {
      return { write, verdict: await this.#ask(write, polled) };
    } catch (cause) {
      const { app, id } = write;
      this.#parts.log.error({ err: cause, app, id }, 'a write could not be rechecked at the legacy registry');
      return undefined;
    }
  }

  async #ask(write: PendingWrite, polled: LegacyServer): Promise<Verdict> {
    const first = await answered(write, write.taker ?? { server: polled, place: undefined });
    if (!write.isHearsay) {
      const isPolled = first.taker.server === polled;
      return { answer: first.answer, taker: first.taker, isPolled };
    }
    const alone = verdictOf(write, [first], polled);
    if (typeof alone.answer !== 'string' && alone.taker !== undefined) return alone;
    const others = this.#others(first.taker.server, polled);
    const answers = await Promise.all(others.map((server) => this.#answerOf(write, server, polled)));
    return verdictOf(write, [first, ...answers], polled);
  }

  /** An Eurek8s has what it holds itself, which is no evidence. */
  #others(first: LegacyServer, polled: LegacyServer): readonly LegacyServer[] {
    const { servers, clock } = this.#parts;
    const isWitness = (server: LegacyServer): boolean => server.hops.length === 0 && server.loop === undefined;
    return servers
      .all(clock.now(), polled)
      .filter((server) => server !== first && (server === polled || isWitness(server)));
  }

  /** One that rests after a failure is not asked, and says nothing. */
  async #answerOf(write: PendingWrite, server: LegacyServer, polled: LegacyServer): Promise<Answered> {
    const { servers, clock } = this.#parts;
    const taker = { server, place: undefined };
    const isAsked = server === polled || servers.ready(clock.now()).includes(server);
    return isAsked ? answered(write, taker) : { taker, answer: 'no-answer' };
  }
}

async function answered({ app, id }: PendingWrite, taker: Taker): Promise<Answered> {
  return { taker, answer: await taker.server.instance(app, id, taker.place) };
}
