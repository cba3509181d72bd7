/** Calls back once after so many milliseconds; the returned function cancels it. */
export type After = (delayMs: number, callback: () => void) => () => void;

/** What `promise` resolves with, or `late` when it has not within the time. What is late goes on, and nobody waits for it. */
export async function within<T, L>(limitMs: number, after: After, promise: Promise<T>, late: L): Promise<T | L> {
  let cancel = (): void => undefined;
  const limit = new Promise<L>((resolve) => {
    cancel = after(limitMs, () => resolve(late));
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    cancel();
  }
}
