import type { Clock, Random } from './clock.ts';
import type { Log } from './log.ts';

/** What the server takes from the outside instead of reaching for it. */
export interface ServerEdges {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The product's version, for people. */
  readonly version: string;
  /** Of the process: for proxies and credential plug-ins of clusters. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface RunningServer {
  /** `http://host:port`, with the port that was really bound. */
  readonly url: string;
  stop(): Promise<void>;
}
