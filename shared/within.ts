/** Calls back once, after `delayMs`. The returned function cancels the call. */
export type After = (delayMs: number, callback: () => void) => () => void;

/**
 * The value of `promise`, or `late` when it takes longer than `limitMs`. The work behind the promise is not stopped.
 */
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
