import type { Clock } from '../ports/clock.ts';

/**
 * Waits for a file system, but not for ever: on a mount that hangs no call returns, and no call can be cancelled. Each
 * of them occupies one of Node's four threads, so no other call is made while one is overdue.
 */
export class Patience {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #stop: Promise<never>;
  /** The call that is overdue, as a reason for people; `undefined` when there is none. */
  #lost: string | undefined;
  #stopWaiting: (error: Error) => void = () => undefined;

  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#stop = new Promise<never>((_, reject) => {
      this.#stopWaiting = reject;
    });
    // Waiting calls receive the rejection; without any it is no error.
    this.#stop.catch(() => undefined);
  }

  /**
   * Returns the result of `call`. Rejects when it takes too long, when an earlier call is still overdue, and on `stop`.
   */
  async for<T>(what: string, call: () => Promise<T>): Promise<T> {
    if (this.#lost !== undefined) throw new Error(this.#lost);
    let cancel: () => void = () => undefined;
    const called = call();
    const late = new Promise<never>((_, reject) => {
      cancel = this.#clock.after(this.#limitMs, () => {
        const lost = `${what} has not answered for ${this.#limitMs / 1000} s: does its file system hang?`;
        this.#lost = lost;
        const back = (): void => {
          this.#lost = undefined;
        };
        called.then(back, back);
        reject(new Error(lost));
      });
    });
    try {
      return await Promise.race([called, late, this.#stop]);
    } finally {
      cancel();
    }
  }

  stop(): void {
    this.#stopWaiting(new Error('stopped'));
  }
}
