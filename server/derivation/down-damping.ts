import type { PublicationContent } from '../../shared/derivation/derive.ts';
import type { Clock } from '../ports/clock.ts';

interface PendingDown {
  expired: boolean;
  readonly cancel: () => void;
}

/**
 * Keeps a flapping backend from flapping in every caller's list: UP takes effect at once, DOWN only after `delayMs`
 * without interruption. All other changes of the publication take effect meanwhile.
 */
export class DownDamping {
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #onExpired: (key: string) => void;
  readonly #pending = new Map<string, PendingDown>();

  constructor(clock: Clock, delayMs: number, onExpired: (key: string) => void) {
    this.#clock = clock;
    this.#delayMs = delayMs;
    this.#onExpired = onExpired;
  }

  /** What to publish instead of `next`. `before`: what is published now. */
  apply(key: string, before: PublicationContent | undefined, next: PublicationContent): PublicationContent {
    if (this.#delayMs <= 0 || next.status !== 'DOWN' || before?.status !== 'UP') {
      this.forget(key);
      return next;
    }
    const pending = this.#pending.get(key) ?? this.#start(key);
    if (pending.expired) {
      this.#pending.delete(key);
      return next;
    }
    const statusReason = `${next.statusReason}; UP until this has lasted for downDelay`;
    return { ...next, status: 'UP', readyEndpoints: before.readyEndpoints, statusReason };
  }

  forget(key: string): void {
    this.#pending.get(key)?.cancel();
    this.#pending.delete(key);
  }

  stop(): void {
    for (const { cancel } of this.#pending.values()) cancel();
    this.#pending.clear();
  }

  #start(key: string): PendingDown {
    const pending: PendingDown = {
      expired: false,
      cancel: this.#clock.after(this.#delayMs, () => {
        pending.expired = true;
        this.#onExpired(key);
      }),
    };
    this.#pending.set(key, pending);
    return pending;
  }
}
