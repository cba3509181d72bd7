import type { ApplicationIntake, DecodedApplication } from '../../../../shared/codec/document.ts';
import type { AppName, InstanceId } from '../../../../shared/model/names.ts';
import type { NewTimeSlice } from '../../../../shared/time-slice.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { LegacyView } from '../view/legacy-view.ts';
import type { Failover } from '../wire/failover.ts';
import type { LegacyServer } from '../wire/legacy-server.ts';
import type { Poller } from './poller.ts';

export interface OtherServersParts {
  readonly servers: Failover<LegacyServer>;
  readonly poller: Poller;
  readonly view: LegacyView;
  readonly clock: Clock;
  readonly newTimeSlice: NewTimeSlice;
  readonly log: Log;
}

/**
 * Asks the other servers of the legacy, beside the polls: what one of them takes to answer is no time of a poll. Each is
 * asked once at a time, and one that does not answer says nothing.
 *
 * They are asked for removals that are held: a server that was restarted while it was cut off from its peers lists next
 * to nothing for as long as that lasts, and they list everything; then nothing is gone. And they are asked while a part
 * is missing of the list of the one that is polled, for a list that is whole; and after a start that believed too
 * little, for a longer one.
 */
export class OtherServers {
  readonly #parts: OtherServersParts;
  /** Epoch milliseconds of the last request to each. */
  readonly #askedAt = new Map<LegacyServer, number>();
  readonly #running = new Map<LegacyServer, Promise<void>>();

  constructor(parts: OtherServersParts) {
    this.#parts = parts;
  }

  /** Asks those of whom it is time, and returns at once. Which one is polled must be known for there to be others. */
  ask(): void {
    const { servers, clock } = this.#parts;
    const now = clock.now();
    if (servers.current === undefined) return;
    for (const server of servers.ready(now)) {
      if (server === servers.current || this.#running.has(server) || !this.#isDue(server, now)) continue;
      this.#askedAt.set(server, now);
      this.#running.set(server, this.#ask(server));
    }
  }

  /** When no answer is waited for any more. It never rejects. */
  async idle(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  #isDue(server: LegacyServer, now: number): boolean {
    const { view, poller } = this.#parts;
    const askedAt = this.#askedAt.get(server) ?? -Infinity;
    return view.wantsOthers(askedAt, now) || poller.wantsList(server, askedAt, now);
  }

  /** Never rejects. */
  async #ask(server: LegacyServer): Promise<void> {
    const { log } = this.#parts;
    try {
      await this.#take(server);
    } catch (cause) {
      log.error({ err: cause, url: server.url }, 'what another server of the legacy lists could not be taken in');
    } finally {
      this.#running.delete(server);
    }
  }

  async #take(server: LegacyServer): Promise<void> {
    const { servers, poller, view, clock, newTimeSlice } = this.#parts;
    const listed = new HeldThere(view);
    const fetched = await server.full(listed, newTimeSlice());
    const now = clock.now();
    if (fetched.kind !== 'document') {
      // It may have become the one that is polled, and that is judged by its polls.
      if (server !== servers.current) servers.failed(server, now);
      return;
    }
    // An Eurek8s lists what it holds itself, which is no evidence.
    if (server.hops.length > 0) return;
    view.seenElsewhere(listed.ids, now);
    poller.heard(server, fetched.facts, now);
  }
}

/** Keeps of a list the ids of what is held. */
class HeldThere implements ApplicationIntake {
  readonly ids = new Map<AppName, ReadonlySet<InstanceId>>();
  readonly #view: LegacyView;

  constructor(view: LegacyView) {
    this.#view = view;
  }

  add({ name, instances }: DecodedApplication): void {
    const held = instances.flatMap(({ id }) => (this.#view.isHeld(name, id) ? id : []));
    if (held.length > 0) this.ids.set(name, new Set([...(this.ids.get(name) ?? []), ...held]));
  }

  restart(): void {
    this.ids.clear();
  }
}
