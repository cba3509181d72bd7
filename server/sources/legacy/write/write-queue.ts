/** Tasks that run or wait. */
export interface WriteQueueLimits {
  readonly maxWaitingPerInstance: number;
  readonly maxWaitingWrites: number;
}

/** The task ran, or the queue was full; the reason names the limit. */
export type Queued<T> =
  { readonly kind: 'ran'; readonly value: T } | { readonly kind: 'full'; readonly reason: string };

interface InstanceQueue {
  waiting: number;
  tail: Promise<unknown>;
}

/**
 * Runs tasks of one key in the order they came, and those of different keys in parallel. The queue is bounded per key
 * and in all. Clients repeat a refused write, so a refusal costs less than a queue in which no client waits any more.
 */
export class WriteQueue {
  readonly #limits: WriteQueueLimits;
  readonly #queues = new Map<string, InstanceQueue>();
  #waiting = 0;

  constructor(limits: WriteQueueLimits) {
    this.#limits = limits;
  }

  /** Tasks that run or wait. */
  get size(): number {
    return this.#waiting;
  }

  async run<T>(key: string, task: () => Promise<T>): Promise<Queued<T>> {
    const queue = this.#queues.get(key) ?? { waiting: 0, tail: Promise.resolve() };
    if (this.#waiting >= this.#limits.maxWaitingWrites)
      return { kind: 'full', reason: `${this.#waiting} writes are waiting for the legacy registry already` };
    if (queue.waiting >= this.#limits.maxWaitingPerInstance)
      return { kind: 'full', reason: `${queue.waiting} writes to this instance are waiting already` };
    this.#waiting++;
    queue.waiting++;
    this.#queues.set(key, queue);
    const result = queue.tail.then(task);
    // Only this caller sees the rejection: the next task runs anyway.
    queue.tail = result.then(
      () => undefined,
      () => undefined,
    );
    try {
      return { kind: 'ran', value: await result };
    } finally {
      this.#waiting--;
      queue.waiting--;
      if (queue.waiting === 0) this.#queues.delete(key);
    }
  }
}
