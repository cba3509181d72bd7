import type { World } from '../../shared/contribution/contribution.ts';
import type { Hold } from '../../shared/guard/hold.ts';
import type { AppName, SourceId } from '../../shared/model/names.ts';
import type { Clock } from '../ports/clock.ts';
import type {
  ContributionSink,
  Detail,
  Holding,
  Restored,
  Source,
  SourceHealth,
  SourceMemory,
} from '../ports/source.ts';

/** Smaller differences of the two clocks come from rounding. Milliseconds, as is the unit of all shifts. */
const SHIFT_UNIT_MS = 1_000;

/**
 * A source that measures time by a steady clock. What it tells has the times of the machine's clock, as it is set now:
 * people and monitoring compare them with that one. `Required` makes a missing member a compile error.
 */
export class DatedSource implements Required<Source> {
  readonly id: SourceId;
  readonly world: World;
  readonly required: boolean;
  readonly #source: Source;
  readonly #clock: Clock;
  readonly #steady: Clock;

  constructor(source: Source, clock: Clock, steady: Clock) {
    this.id = source.id;
    this.world = source.world;
    this.required = source.required;
    this.#source = source;
    this.#clock = clock;
    this.#steady = steady;
  }

  start(sink: ContributionSink): void {
    this.#source.start(sink);
  }

  stop(): Promise<void> {
    return this.#source.stop();
  }

  restore(restored: Restored): void {
    this.#source.restore?.(restored);
  }

  health(): SourceHealth {
    const health = this.#source.health();
    return { ...health, lastSuccessAt: this.#dated(health.lastSuccessAt) };
  }

  memory(): SourceMemory {
    const { asOf, state } = this.#source.memory?.() ?? { asOf: undefined, state: undefined };
    return { asOf: this.#dated(asOf), state };
  }

  detailsOf(app: AppName): readonly Detail[] {
    return this.#source.detailsOf?.(app) ?? [];
  }

  get holding(): Holding | undefined {
    const { holding } = this.#source;
    if (holding === undefined) return undefined;
    return {
      holds: () => holding.holds().map((hold): Hold => this.#datedHold(hold)),
      held: (app, id, object) => {
        const held = holding.held(app, id, object);
        return held && this.#datedHold(held);
      },
      release: (id) => holding.release(id),
      keep: (id) => holding.keep(id),
    };
  }

  #datedHold<T extends { readonly since: number; readonly releasesAt: number | undefined }>(hold: T): T {
    return { ...hold, since: this.#dated(hold.since), releasesAt: this.#dated(hold.releasesAt) };
  }

  #dated<T extends number | undefined>(steadyMs: T): T {
    if (steadyMs === undefined) return steadyMs;
    const shift = (this.#clock.now() - this.#steady.now()) / SHIFT_UNIT_MS;
    return (steadyMs + Math.round(shift) * SHIFT_UNIT_MS) as T;
  }
}
