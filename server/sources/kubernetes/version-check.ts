import { err, ok, type Result } from '../../../shared/result.ts';
import { connect, type Connection } from './api-request.ts';
import type { ListRequest } from './complete-list.ts';
import { failureOf, type Failure } from './failure.ts';
import { readPage } from './list-page.ts';
import type { Login } from './login.ts';
import { planPath } from './resources.ts';
import { isOlder } from './version-order.ts';
import { deadline } from './wait.ts';
import { anotherHistory, type WatchEnd } from './watch-stream.ts';

/**
 * Asks the server for its present version before a watch is continued. A server that was restored from a backup accepts a
 * watch from a version that it has not reached, and is silent on it: neither events nor bookmarks come until it has
 * passed that version, and what happened up to then is never sent. A server that was away may have been restored, and may
 * have passed the version meanwhile. Only versions of one resource are compared, because API servers may keep each
 * resource in a store of its own.
 */
export class VersionCheck {
  readonly #request: Omit<ListRequest, 'onFailure'>;
  /** How often in a row the present version was older than what was known. */
  #olderInARow = 0;
  /** Epoch milliseconds. */
  #nextAt = 0;

  constructor(request: Omit<ListRequest, 'onFailure'>) {
    this.#request = request;
  }

  /** Why the watch cannot be continued from this version; `undefined` when it can. Never rejects. */
  async obstacle(version: string, signal: AbortSignal): Promise<WatchEnd | undefined> {
    const { clock, timing } = this.#request;
    if (clock.now() < this.#nextAt) return undefined;
    const present = await this.#presentVersion(signal);
    if (signal.aborted) return { kind: 'stopped' };
    if (!present.ok) {
      const failure = present.error;
      return isRefusal(failure) ? { kind: 'closed', failure } : { kind: 'relist', reason: 'away', failure };
    }
    if (!isOlder(present.value, version)) {
      this.#olderInARow = 0;
      return undefined;
    }
    // Where the versions of lists are always older than those of events, lists show nothing and must not become a loop.
    this.#nextAt = clock.now() + Math.min(timing.relistInterval, timing.maxBackoff * 2 ** this.#olderInARow);
    this.#olderInARow += 1;
    return anotherHistory(present.value);
  }

  /** The version of a list of one object, which costs the server one read. */
  async #presentVersion(signal: AbortSignal): Promise<Result<string, Failure>> {
    const { access, plan, strip, timing, clock, newTimeSlice } = this.#request;
    const limit = deadline(clock, timing.pageDeadline, signal, 'the API server');
    let login: Login | undefined;
    let connection: Connection | undefined;
    try {
      login = access.login();
      connection = await connect(login, limit.signal);
      const text = await connection.text(`${planPath(plan)}?limit=1`, limit.signal);
      return ok((await readPage(plan.resource.kind, text, strip, newTimeSlice())).resourceVersion);
    } catch (error) {
      const failure = failureOf(error);
      access.failed(failure.status, login);
      return err(failure);
    } finally {
      connection?.close();
      limit.release();
    }
  }
}

/** The server is there and refuses the request, so that the next attempt can ask it again. */
function isRefusal({ status }: Failure): boolean {
  return status !== undefined && status >= 400 && status < 500;
}
