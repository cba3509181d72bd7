import type { Dispatcher } from 'undici';
import type { Clock } from '../../../ports/clock.ts';
import { MAX_UNREAD_BYTES } from './body.ts';

/**
 * Sends a request of whose answer only the status is wanted. Resolves as soon as the head is there. Rejects on failure
 * and after `timeout` milliseconds, which also end a body that goes on and on.
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
 * Works below undici's `request`, whose stream, abort signal and scope are most of what a forwarded heartbeat costs.
 * Undici's own time-outs have a grain of a second.
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
      // A request that still waits for a connection has nothing to abort, so undici would not report it.
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
    if (this.#unread > MAX_UNREAD_BYTES) controller.abort(new Error('the rest of the answer is not read'));
  }

  onResponseEnd(): void {
    this.#cancelTimer();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#cancelTimer();
    this.#reject(error);
  }
}
