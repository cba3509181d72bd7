import type { Hold } from '../../shared/guard/hold.ts';
import type { AppName, InstanceId } from '../../shared/model/names.ts';
import type { Clock } from '../ports/clock.ts';
import type { Holding, Source, SourceHealth, SourceMemory } from '../ports/source.ts';
import { SourceAround } from './source-around.ts';

/** Smaller differences of the two clocks come from rounding. Milliseconds, as is the unit of all shifts. */
const SHIFT_UNIT_MS = 1_000;

/**
 * A source that measures time by a steady clock. What it tells has the times of the machine's clock, as it is set now:
 * people and monitoring compare them with that one.
 */
export class DatedSource extends SourceAround {
  readonly #clock: Clock;
  readonly #steady: Clock;

  constructor(source: Source, clock: Clock, steady: Clock) {
    super(source);
    this.#clock = clock;
    this.#steady = steady;
  }

  override health(): SourceHealth {
    const health = super.health();
    return { ...health, lastSuccessAt: this.#dated(health.lastSuccessAt) };
  }

  override memory(): SourceMemory {
    const { asOf, state } = super.memory();
    return { asOf: this.#dated(asOf), state };
  }

  override unlistedSince(app: AppName, id: InstanceId): number | undefined {
    return this.#dated(super.unlistedSince(app, id));
  }

  override get holding(): Holding | undefined {
    const holding = super.holding;
    if (holding === undefined) return undefined;
    return {
      holds: () => holding.holds().map((hold): Hold => this.#datedHold(hold)),
      held: (app, id, object) => {
        const held = holding.held(app, id, object);
        return held && this.#datedHold(held);
      },
      letThroughBy: (app, id, object) => holding.letThroughBy(app, id, object),
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
