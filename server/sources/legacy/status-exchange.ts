import type { Dispatcher } from 'undici';
import type { Clock } from '../../ports/clock.ts';

/** Enough for any error page; of a longer body the connection is closed instead. */
const UNREAD_LIMIT = 64 * 1024;

/**
 * Sends a request of whose answer only the status is wanted: known, and given, as soon as the head is there. Rejects on
 * failure, and when `timeout` milliseconds have passed, which also end a body that goes on and on.
 */
export async function statusOf(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  clock: Clock,
  timeout: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(request, new StatusExchange(clock, timeout, resolve, reject));
  });
}

/**
 * Below the client's `request`, whose stream, abort signal and scope are most of what a forwarded heartbeat costs. The
 * client's own time-outs have a grain of a second.
 */
class StatusExchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (status: number) => void;
  readonly #reject: (error: Error) => void;
  readonly #cancelTimer: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #late: Error | undefined;
  #unread = 0;

  constructor(clock: Clock, timeout: number, resolve: (status: number) => void, reject: (error: Error) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#cancelTimer = clock.after(Math.max(0, timeout), () => {
      this.#late = new Error(`no answer within ${Math.round(timeout)} ms`);
      this.#controller?.abort(this.#late);
      // While it waits for a connection there is nothing to abort, and nobody would say so.
      this.#reject(this.#late);
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#late !== undefined) controller.abort(this.#late);
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    if (status >= 200) this.#resolve(status);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#unread += chunk.byteLength;
    if (this.#unread > UNREAD_LIMIT) controller.abort(new Error('the rest of the answer is not read'));
  }

  onResponseEnd(): void {
    this.#cancelTimer();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#cancelTimer();
    this.#reject(error);
  }
}
