import type { SourceId } from '../../shared/model/names.ts';
import type { Clock } from '../ports/clock.ts';
import type { Source } from '../ports/source.ts';

/**
 * Milliseconds that the first answer waits for sources that are not required. Without the wait, each restart would
 * answer without sources that are well, and clients keep such an answer for 30 s.
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

  /** Calls `onOver` when sources that are not required are no longer waited for. */
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

  /** Sources without a complete view so far, awaited or not. */
  missing(): readonly SourceId[] {
    return this.#sources.filter(({ id }) => !this.#synced.has(id)).map(({ id }) => id);
  }

  /** Sources that the first answer waits for: the required ones, and for a moment those that are still starting. */
  awaited(): readonly SourceId[] {
    const isAwaited = (source: Source): boolean =>
      source.required || (!this.#isOptionalWaitOver && source.health().state === 'starting');
    return this.#sources.filter((source) => !this.#synced.has(source.id) && isAwaited(source)).map(({ id }) => id);
  }
}
