import type { Clock } from '../ports/clock.ts';

/**
 * Waits for a file system, but not for ever: on a mount that hangs no call ever returns, and none can be taken back. Each
 * one holds a thread of Node's four, so nothing more is asked while one is out.
 */
export class Patience {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #stop: Promise<never>;
  /** What has been given up, and has not come back. */
  #lost: string | undefined;
  #stopWaiting: (error: Error) => void = () => undefined;

  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#stop = new Promise<never>((_, reject) => {
      this.#stopWaiting = reject;
    });
    // Whoever waits hears of it; that nobody waits is no error.
    this.#stop.catch(() => undefined);
  }

  /** What `call` comes to; rejects when it takes too long, when an earlier one is still out, and on `stop`. */
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
