import type { SourceId } from '../../shared/model/names.ts';
import type { Clock } from '../ports/clock.ts';
import type { Source } from '../ports/source.ts';

/** Milliseconds within which the removals that a hold lets through are in a snapshot. */
const ARRIVAL_MS = 5_000;

/** Notices holds that end, so that the changes that they let through have a cause. */
export class EndedHolds {
  readonly #sources: readonly Source[];
  readonly #clock: Clock;
  readonly #known = new Map<SourceId, ReadonlySet<string>>();
  readonly #ended = new Map<SourceId, { readonly id: string; readonly at: number }>();

  constructor(sources: readonly Source[], clock: Clock) {
    // Some hold nothing before their start: they are asked each time.
    this.#sources = sources;
    this.#clock = clock;
  }

  /** Called whenever a hold may have begun, and before the changes of an update are looked at. */
  look(): void {
    const now = this.#clock.now();
    for (const { id: source, holding } of this.#sources) {
      if (holding === undefined) continue;
      const before = this.#known.get(source);
      const holds = holding.holds();
      if (holds.length === 0 && before === undefined) continue;
      const ids = new Set(holds.map(({ id }) => id));
      const gone = [...(before ?? [])].find((id) => !ids.has(id));
      if (gone !== undefined) this.#ended.set(source, { id: gone, at: now });
      if (ids.size === 0) this.#known.delete(source);
      else this.#known.set(source, ids);
    }
  }

  of(source: SourceId): string | undefined {
    const ended = this.#ended.get(source);
    return ended !== undefined && this.#clock.now() - ended.at <= ARRIVAL_MS ? ended.id : undefined;
  }
}
