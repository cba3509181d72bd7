import type { RefusalCode } from '../../shared/auth/refusal.ts';
import { shownPath } from '../../shared/text/shown-url.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';

/** Milliseconds between two lines about the same peer and reason. */
const MIN_INTERVAL_MS = 60_000;
/** Pairs of peer and reason that are logged in that time: guesses from many addresses must not fill the log. */
const MAX_LOGGED = 200;

export interface RefusedRequest {
  readonly peer: string;
  readonly method: string;
  readonly url: string;
  /** The names of its credentials that match. */
  readonly credentials: readonly string[];
}

interface Logged {
  readonly at: number;
  unlogged: number;
}

/**
 * Counts every refusal, and logs some of them. Presented credentials are never logged: any part of them may be a
 * password.
 */
export class RefusalLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #logged = new Map<string, Logged>();
  /** Refusals beyond the limit, since the last line. */
  #unlogged = 0;

  constructor(log: Log, clock: Clock, metrics: Metrics) {
    this.#log = log;
    this.#clock = clock;
    this.#metrics = metrics;
  }

  note(code: RefusalCode, reason: string, { peer, method, url, credentials }: RefusedRequest): void {
    this.#metrics.count('refused_requests', { reason: code });
    const key = `${code} ${peer}`;
    const now = this.#clock.now();
    const before = this.#logged.get(key);
    if (before !== undefined && now - before.at < MIN_INTERVAL_MS) {
      before.unlogged += 1;
      return;
    }
    if (before === undefined && this.#logged.size >= MAX_LOGGED) this.#forget(now);
    if (before === undefined && this.#logged.size >= MAX_LOGGED) {
      this.#unlogged += 1;
      return;
    }
    const refusedBefore = before?.unlogged ?? 0;
    this.#log.warn(
      {
        peer,
        method,
        path: shownPath(url),
        code,
        reason,
        ...(credentials.length > 0 && { credentials }),
        refusedBefore,
        ...(this.#unlogged > 0 && { othersUntold: this.#unlogged }),
      },
      'a request was refused',
    );
    this.#unlogged = 0;
    this.#logged.delete(key);
    this.#logged.set(key, { at: now, unlogged: 0 });
  }

  /** The entries are in the order in which they were logged, the oldest first. */
  #forget(now: number): void {
    for (const [key, { at }] of this.#logged) {
      if (now - at < MIN_INTERVAL_MS) break;
      this.#logged.delete(key);
    }
  }
}
