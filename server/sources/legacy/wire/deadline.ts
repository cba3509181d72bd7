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

  /** `missing` must arrive within `ms` milliseconds of the start of the exchange. Replaces the previous expectation. */
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
