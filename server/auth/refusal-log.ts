import type { RefusalCode } from '../../shared/auth/refusal.ts';
import { printable } from '../../shared/text/printable.ts';
import { shownPath } from '../../shared/text/shown-url.ts';
import type { Clock } from '../ports/clock.ts';
import { LineLimit } from '../ports/line-limit.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';

/** Browsers, the longest, have some 120 characters. */
const MAX_AGENT_LENGTH = 200;

export interface RefusedRequest {
  readonly peer: string;
  readonly method: string;
  readonly url: string;
  /** The names of its credentials that match. */
  readonly credentials: readonly string[];
  /** What the sender calls itself. */
  readonly userAgent?: string | undefined;
  /** The subject of the client certificate of its connection, believed or not. */
  readonly certificate?: string | undefined;
}

/**
 * Counts every refusal, and logs some of them: each peer and reason once a minute. Presented credentials are never
 * logged: any part of them may be a password. The subject of a certificate is no secret.
 */
export class RefusalLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #limit = new LineLimit();

  constructor(log: Log, clock: Clock, metrics: Metrics) {
    this.#log = log;
    this.#clock = clock;
    this.#metrics = metrics;
  }

  note(
    code: RefusalCode,
    reason: string,
    { peer, method, url, credentials, userAgent, certificate }: RefusedRequest,
  ): void {
    this.#metrics.count('refused_requests', { reason: code });
    const untold = this.#limit.admit(`${code} ${peer}`, this.#clock.now());
    if (untold === undefined) return;
    this.#log.warn(
      {
        peer,
        method,
        path: shownPath(url),
        ...(userAgent !== undefined && { userAgent: printable(userAgent, MAX_AGENT_LENGTH) }),
        code,
        reason,
        ...(credentials.length > 0 && { credentials }),
        ...(certificate !== undefined && { certificate }),
        refusedBefore: untold.before,
        ...(untold.others > 0 && { othersUntold: untold.others }),
      },
      'a request was refused',
    );
  }
}
