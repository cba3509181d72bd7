import { Watch, type KubeConfig, type RequestContext } from '@kubernetes/client-node';
import { Agent, type Dispatcher } from 'undici';
import type { Clock } from '../../ports/clock.ts';
import { ApiError, failureOf, type Failure } from './failure.ts';
import { versionOf } from './list-page.ts';
import type { Login } from './login.ts';
import { deadline } from './wait.ts';

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: unknown;
}

export interface WatchListener {
  /** The server has accepted the watch. */
  opened(): void;
  /** `relist`: the event belongs to another history than the known objects. */
  event(event: WatchEvent): 'taken' | 'relist';
}

/**
 * `relist`: the watch cannot be continued; `away`: because the server was not there. `closed`: it can, from the last
 * resourceVersion.
 */
export type WatchEnd =
  | { readonly kind: 'closed'; readonly failure: Failure | undefined }
  | { readonly kind: 'relist'; readonly reason: 'expired' | 'listener' | 'history' | 'away'; readonly failure: Failure }
  | { readonly kind: 'stopped' };

export interface StreamRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string | number | boolean>>;
  readonly clock: Clock;
  readonly silenceLimit: number;
}

/**
 * One stream of the client's `Watch`, with what that class leaves to its caller. It ends exactly once and never
 * rejects, whatever server, credentials or listener do. No event is delivered after its end, and its connection is
 * closed then.
 */
export function followStream(
  login: () => Login,
  request: StreamRequest,
  listener: WatchListener,
  signal: AbortSignal,
): Promise<WatchEnd> {
  return new Promise((resolve) => {
    let over = false;
    let watch: OwnedWatch | undefined;
    const end = (result: WatchEnd): void => {
      if (over) return;
      over = true;
      signal.removeEventListener('abort', stop);
      watch?.close();
      resolve(result);
    };
    const stop = (): void => end({ kind: 'stopped' });
    // The client ignores a listener that throws on an event, and its list-watch ends when one throws on a relist.
    const guarded = (call: () => void): void => {
      if (over) return;
      try {
        call();
      } catch (error) {
        end({ kind: 'relist', reason: 'listener', failure: failureOf(error) });
      }
    };
    const onEvent = (type: string, object: unknown): void => {
      if (type === 'ERROR') end(endOf(statusError(object)));
      else if (isEventType(type)) {
        guarded(() => {
          if (listener.event({ type, object }) === 'relist') end(anotherHistory(versionOf(object)));
        });
      }
    };
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      watch = new OwnedWatch(login(), request.clock, request.silenceLimit, signal);
    } catch (error) {
      return end(endOf(error));
    }
    watch
      .watch(request.path, { ...request.query }, onEvent, (error: unknown) => end(endOf(error)))
      .then(
        (controller) => (over ? controller.abort() : guarded(() => listener.opened())),
        (error: unknown) => end(endOf(error)),
      );
    return undefined;
  });
}

/** Keeps the agent that the client makes for each call and never closes. */
class OwnedWatch extends Watch {
  #dispatcher: Dispatcher | undefined;
  #closed = false;

  constructor(login: Login, clock: Clock, silenceLimit: number, signal: AbortSignal) {
    const owned: KubeConfig = Object.create(login.config);
    super(owned);
    // Private in the types. The client's own limit of 30 s would cut every healthy quiet watch before its first
    // bookmark.
    Object.assign(this, { requestTimeoutMs: silenceLimit });
    owned.applySecurityAuthentication = async (context: RequestContext): Promise<void> => {
      const limit = deadline(clock, silenceLimit, signal, 'the credentials');
      try {
        await login.authenticate(context, limit.signal);
      } finally {
        limit.release();
      }
      if (this.#closed) throw new ApiError('the watch was stopped');
      this.#dispatcher = context.getDispatcher() ?? new Agent();
      context.setDispatcher(this.#dispatcher);
    };
  }

  close(): void {
    this.#closed = true;
    void this.#dispatcher?.destroy();
  }
}

function isEventType(type: string): type is WatchEvent['type'] {
  return type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED' || type === 'BOOKMARK';
}

/** An ERROR event has a `Status` inside a stream with status 200; it means the same as an answer with that status. */
function statusError(object: unknown): ApiError {
  const status = typeof object === 'object' && object !== null ? object : {};
  const code = 'code' in status && typeof status.code === 'number' ? status.code : undefined;
  const message = 'message' in status && typeof status.message === 'string' ? status.message : 'an ERROR event';
  return new ApiError(code === undefined ? message : `${code} ${message}`, isExpired(status, message) ? 410 : code);
}

/** Servers, and gateways in front of them, report an expired history with other codes than 410, or with none. */
function isExpired(status: object, message: string): boolean {
  const reason = 'reason' in status ? status.reason : undefined;
  return reason === 'Expired' || reason === 'Gone' || EXPIRED.test(message);
}

const EXPIRED = /too old resource version|required revision has been compacted/;

export function anotherHistory(version: string): WatchEnd {
  const text = `the server went back to version ${version}: another history`;
  return { kind: 'relist', reason: 'history', failure: failureOf(new ApiError(text)) };
}

function endOf(error: unknown): WatchEnd {
  if (error === null || error === undefined) return { kind: 'closed', failure: undefined };
  const failure = failureOf(error);
  return failure.status === 410 ? { kind: 'relist', reason: 'expired', failure } : { kind: 'closed', failure };
}
