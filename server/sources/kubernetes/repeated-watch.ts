import type { Clock, Random } from '../../ports/clock.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { Backoff } from './backoff.ts';
import type { Login } from './login.ts';
import type { Timing } from './timing.ts';
import type { VersionCheck } from './version-check.ts';
import { followStream, type WatchEnd, type WatchListener } from './watch-stream.ts';

export interface RepeatedWatchOptions {
  readonly access: ClusterAccess;
  readonly path: string;
  readonly check: VersionCheck;
  readonly timing: Timing;
  readonly clock: Clock;
  readonly random: Random;
}

/** Where a stream begins: where a list ended, or an earlier stream. */
export interface WatchStart {
  readonly resourceVersion: string;
  readonly after: 'list' | 'stream';
}

/**
 * The watch of one resource: one stream after another, never two at a time and never a storm of requests. Only a real
 * event resets the back-off: a server that sends a bookmark and closes would otherwise receive thousands of requests a
 * second.
 */
export class RepeatedWatch {
  readonly #options: RepeatedWatchOptions;
  readonly #backoff: Backoff;

  constructor(options: RepeatedWatchOptions) {
    const { clock, random, timing } = options;
    this.#options = options;
    this.#backoff = new Backoff(clock, random, timing.minInterval, timing.maxBackoff);
  }

  /** Waits for the back-off, then follows one stream until it ends. Never rejects. */
  async follow(start: WatchStart, listener: WatchListener, signal: AbortSignal): Promise<WatchEnd> {
    if (!(await this.#backoff.turn(signal))) return { kind: 'stopped' };
    const { check } = this.#options;
    const obstacle = start.after === 'list' ? undefined : await check.obstacle(start.resourceVersion, signal);
    if (obstacle === undefined) return await this.#stream(start.resourceVersion, listener, signal);
    this.#backoff.failed();
    return obstacle;
  }

  async #stream(resourceVersion: string, listener: WatchListener, signal: AbortSignal): Promise<WatchEnd> {
    const { access, path, timing, clock, random } = this.#options;
    let login: Login | undefined;
    let events = 0;
    const end = await followStream(
      () => (login = access.login()),
      {
        path,
        query: {
          resourceVersion,
          allowWatchBookmarks: true,
          timeoutSeconds: Math.max(1, Math.round((timing.watchTimeout / 1000) * (0.9 + random() / 5))),
        },
        clock,
        silenceLimit: timing.silenceLimit,
      },
      {
        opened: () => listener.opened(),
        event: (event) => {
          const verdict = listener.event(event);
          if (event.type !== 'BOOKMARK' && verdict === 'taken') events++;
          return verdict;
        },
      },
      signal,
    );
    if (end.kind === 'relist' && end.reason !== 'expired') this.#backoff.failed();
    else if (events > 0) this.#backoff.succeeded();
    else this.#backoff.ended();
    if (end.kind === 'closed') access.failed(end.failure?.status, login);
    return end;
  }
}
