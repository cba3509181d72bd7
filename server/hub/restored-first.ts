import type { Clock } from '../ports/clock.ts';

/**
 * Milliseconds that upstreams wait once what was restored can be answered: to load the code of their clients is one long
 * turn, and the first requests have waited for the whole start.
 */
const ANSWERS_MS = 250;

/** After a restart what was restored is answered before any source asks its upstream, which cannot bring it sooner. */
export class RestoredFirst {
  readonly #clock: Clock;
  readonly #connect = Promise.withResolvers<void>();
  #cancel: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What sources wait for. It never comes when it is called off. */
  get mayConnect(): Promise<void> {
    return this.#connect.promise;
  }

  /** What was restored is merged. `answered`: and nothing else is missing. */
  merged(answered: boolean): void {
    if (answered) this.#cancel = this.#clock.after(ANSWERS_MS, this.#connect.resolve);
    else this.#connect.resolve();
  }

  callOff(): void {
    this.#cancel?.();
  }
}
