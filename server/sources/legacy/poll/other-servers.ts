import type { ApplicationIntake, DecodedApplication } from '../../../../shared/codec/document.ts';
import type { AppName, InstanceId } from '../../../../shared/model/names.ts';
import type { NewTimeSlice } from '../../../../shared/time-slice.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { LegacyView } from '../view/legacy-view.ts';
import type { Failover } from '../wire/failover.ts';
import type { LegacyServer } from '../wire/legacy-server.ts';

export interface OtherServersParts {
  readonly servers: Failover<LegacyServer>;
  readonly view: LegacyView;
  readonly clock: Clock;
  readonly newTimeSlice: NewTimeSlice;
}

/**
 * What the other servers of the legacy know of removals that are held. A server that was restarted while it was cut off
 * from its peers lists next to nothing for as long as that lasts, and they list everything: then nothing is gone.
 */
export class OtherServers {
  readonly #parts: OtherServersParts;
  #askedAt = -Infinity;

  constructor(parts: OtherServersParts) {
    this.#parts = parts;
  }

  /** Asks them when it is time: a few times in a grace period. */
  async ask(): Promise<void> {
    const { servers, view, clock } = this.#parts;
    const now = clock.now();
    if (!view.wantsOthers(this.#askedAt, now)) return;
    this.#askedAt = now;
    const others = servers.ready(now).filter((server) => server !== servers.current);
    await Promise.all(others.map((server) => this.#ask(server)));
  }

  async #ask(server: LegacyServer): Promise<void> {
    const { servers, view, clock, newTimeSlice } = this.#parts;
    const listed = new HeldThere(view);
    const fetched = await server.full(listed, newTimeSlice());
    const now = clock.now();
    if (fetched.kind !== 'document') servers.failed(server, now);
    // An Eurek8s lists what it holds itself, which is no evidence.
    else if (server.hops.length === 0) view.seenElsewhere(listed.ids, now);
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
