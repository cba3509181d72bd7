import type { SourceId } from '../../shared/model/names.ts';
import type { Clock } from '../ports/clock.ts';
import type { Source } from '../ports/source.ts';

/**
 * How long the first answer waits for sources that are not required (milliseconds). Without it every restart would be
 * answered without sources that are well, for a moment that clients keep for 30 s.
 */
const OPTIONAL_WAIT_MS = 5_000;

/** Which sources the first answer waits for: a partial one would make clients drop what is missing from it. */
export class FirstSync {
  readonly #sources: readonly Source[];
  readonly #synced = new Set<SourceId>();
  #isOptionalWaitOver = false;
  #cancelOptionalWait: (() => void) | undefined;

  constructor(sources: readonly Source[]) {
    this.#sources = sources;
  }

  /** `onOver`: no source that is not required is waited for any more. */
  begin(clock: Clock, onOver: () => void): void {
    this.#cancelOptionalWait = clock.after(OPTIONAL_WAIT_MS, () => {
      this.#isOptionalWaitOver = true;
      onOver();
    });
  }

  end(): void {
    this.#cancelOptionalWait?.();
  }

  synced(source: SourceId): void {
    this.#synced.add(source);
  }

  /** Sources without a complete view so far, waited for or not. */
  missing(): readonly SourceId[] {
    return this.#sources.filter(({ id }) => !this.#synced.has(id)).map(({ id }) => id);
  }

  /** Those that are required, and for a moment those that may yet answer. */
  awaited(): readonly SourceId[] {
    const isAwaited = (source: Source): boolean =>
      source.required || (!this.#isOptionalWaitOver && source.health().state === 'starting');
    return this.#sources.filter((source) => !this.#synced.has(source.id) && isAwaited(source)).map(({ id }) => id);
  }
}
