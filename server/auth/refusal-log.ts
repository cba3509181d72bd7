import type { RefusalCode } from '../../shared/auth/refusal.ts';
import { printable } from '../../shared/text/printable.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';

/** Milliseconds between two lines of the same peer and reason. */
const MIN_INTERVAL_MS = 60_000;
/** Peers and reasons that are told of in that time: who guesses from many addresses must not fill the log. */
const MAX_TOLD = 200;
const MAX_PATH_LENGTH = 200;

export interface RefusedRequest {
  readonly peer: string;
  readonly method: string;
  readonly url: string;
  /** Names of known credentials that it has. */
  readonly credentials: readonly string[];
}

interface Told {
  readonly at: number;
  untold: number;
}

/** Counts every refusal, and says some of them. What was presented is never told: a password may stand anywhere in it. */
export class RefusalLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #told = new Map<string, Told>();
  /** Refusals that no line was left for. */
  #untold = 0;

  constructor(log: Log, clock: Clock, metrics: Metrics) {
    this.#log = log;
    this.#clock = clock;
    this.#metrics = metrics;
  }

  note(code: RefusalCode, reason: string, { peer, method, url, credentials }: RefusedRequest): void {
    this.#metrics.count('refused_requests', { reason: code });
    const key = `${code} ${peer}`;
    const now = this.#clock.now();
    const before = this.#told.get(key);
    if (before !== undefined && now - before.at < MIN_INTERVAL_MS) {
      before.untold += 1;
      return;
    }
    if (before === undefined && this.#told.size >= MAX_TOLD) this.#forget(now);
    if (before === undefined && this.#told.size >= MAX_TOLD) {
      this.#untold += 1;
      return;
    }
    const refusedBefore = before?.untold ?? 0;
    const path = printable(url.split(/[?#]/, 1)[0] ?? '', MAX_PATH_LENGTH);
    this.#log.warn(
      {
        peer,
        method,
        path,
        code,
        reason,
        ...(credentials.length > 0 && { credentials }),
        refusedBefore,
        ...(this.#untold > 0 && { othersUntold: this.#untold }),
      },
      'a request was refused',
    );
    this.#untold = 0;
    this.#told.delete(key);
    this.#told.set(key, { at: now, untold: 0 });
  }

  /** Those told longest ago come first. */
  #forget(now: number): void {
    for (const [key, { at }] of this.#told) {
      if (now - at < MIN_INTERVAL_MS) break;
      this.#told.delete(key);
    }
  }
}
