import type { Clock } from '../../../ports/clock.ts';

/** An abort signal that fires when an exchange is late. */
export class Deadline {
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #abort = new AbortController();
  #cancel: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** `missing` must come within `ms` milliseconds of the start of the exchange. Replaces what was expected before. */
  expect(missing: string, ms: number): void {
    this.#cancel();
    const left = this.#startedAt + ms - this.#clock.now();
    this.#cancel = this.#clock.after(Math.max(0, left), () =>
      this.#abort.abort(new Error(`no ${missing} within ${Math.round(ms)} ms`)),
    );
  }

  done(): void {
    this.#cancel();
  }
}
