import type { Clock } from '../../ports/clock.ts';

/** Resolves after `delayMs`, or at once when the signal is aborted; never rejects. */
export function wait(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || delayMs <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.after(delayMs, finish);
    signal.addEventListener('abort', finish, { once: true });
  });
}

/**
 * A signal that follows `parent` and also aborts after `delayMs`, with an error that names `what`. `release` must be
 * called when the request ends: it removes timer and listener, which would outlive the request with `AbortSignal.any`
 * and a time-out.
 */
export function deadline(
  clock: Clock,
  delayMs: number,
  parent: AbortSignal,
  what: string,
): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const follow = (): void => controller.abort(parent.reason);
  if (parent.aborted) follow();
  else parent.addEventListener('abort', follow, { once: true });
  const cancel = clock.after(delayMs, () => controller.abort(new Error(`${what}: no answer within ${delayMs} ms`)));
  return {
    signal: controller.signal,
    release: () => {
      cancel();
      parent.removeEventListener('abort', follow);
    },
  };
}

/** The promise, unless the signal aborts first: for work that cannot be cancelled, such as a credential plug-in. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
