export interface Timer {
  /** Calls back once, after `delayMs`. The returned function cancels the call. */
  after(delayMs: number, callback: () => void): () => void;
}

/**
 * The value of `promise`, or `late` when it takes longer than `limitMs`. The work behind the promise is not stopped.
 */
export async function within<T, L>(limitMs: number, timer: Timer, promise: Promise<T>, late: L): Promise<T | L> {
  let cancel = (): void => undefined;
  const limit = new Promise<L>((resolve) => {
    cancel = timer.after(limitMs, () => resolve(late));
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    cancel();
  }
}
