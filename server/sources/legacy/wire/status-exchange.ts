import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../../ports/clock.ts';
import { authorOf, headOf, isSigned, MAX_SIGNED_LENGTH, type AnswerHead } from './authorship.ts';
import { MAX_UNREAD_BYTES } from './body.ts';

/** An answer without its body. */
export interface AnsweredStatus extends AnswerHead {
  /** Whether a Eureka wrote it, see `authorOf`. */
  readonly signed: boolean;
}

/**
 * Sends a request and returns only the status of its answer. Resolves as soon as the head has arrived, or a short body
 * when the head does not show who wrote it. Rejects on failure and after `timeout` milliseconds, which also ends an
 * endless body.
 */
export async function statusOf(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  clock: Clock,
  timeout: number,
): Promise<AnsweredStatus> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(request, new StatusExchange(clock, timeout, resolve, reject));
  });
}

/**
 * Uses undici's `dispatch`, because the stream, abort signal and scope of `request` are most of the cost of a forwarded
 * heartbeat. Undici's own time-outs have a resolution of a second.
 */
class StatusExchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: AnsweredStatus) => void;
  readonly #reject: (error: Error) => void;
  readonly #cancelTimer: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #late: Error | undefined;
  #unread = 0;
  /** The answer whose body shows who wrote it. */
  #unclear: AnsweredStatus | undefined;
  #body: Buffer[] = [];

  constructor(
    clock: Clock,
    timeout: number,
    resolve: (answer: AnsweredStatus) => void,
    reject: (error: Error) => void,
  ) {
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

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    const head = headOf(status, headers);
    const author = authorOf(head);
    const answer = { ...head, signed: author === 'eureka' };
    if (author === 'see-body') this.#unclear = answer;
    else this.#resolve(answer);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#unread += chunk.byteLength;
    if (this.#unclear !== undefined) {
      if (this.#unread <= MAX_SIGNED_LENGTH) return void this.#body.push(chunk);
      this.#resolve(this.#unclear);
      this.#unclear = undefined;
      this.#body = [];
    }
    if (this.#unread > MAX_UNREAD_BYTES) controller.abort(new Error('the rest of the answer is not read'));
  }

  onResponseEnd(): void {
    this.#cancelTimer();
    const answer = this.#unclear;
    if (answer === undefined) return;
    this.#resolve({ ...answer, signed: isSigned(answer.status, Buffer.concat(this.#body).toString()) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#cancelTimer();
    this.#reject(error);
  }
}
