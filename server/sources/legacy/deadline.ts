import type { Clock } from '../../hub/ports.ts';

/** An abort signal that fires when a step of an exchange takes too long. */
export class Deadline {
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  #cancel: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** From now on the current step has `ms` milliseconds; replaces the step before. */
  within(ms: number, missing: string): void {
    this.#cancel();
    this.#cancel = this.#clock.after(ms, () => this.#abort.abort(new Error(`${missing} within ${ms} ms`)));
  }

  done(): void {
    this.#cancel();
  }
}
