import type { Clock, Random } from './clock.ts';
import type { Log } from './log.ts';

/** What the server receives from outside as parameters. */
export interface ServerEdges {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The product's version, for people. */
  readonly version: string;
  /** The id by which this process recognises its own requests. No two processes have the same; absent: a random one. */
  readonly self?: string;
  /** The environment of the process: for proxies and credential plug-ins of clusters. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The arguments that Node was started with; absent: none that concern the server. */
  readonly execArgv?: readonly string[];
  /** Log lines that could not be written, since the start. */
  readonly logLinesDropped?: () => number;
}

export interface RunningServer {
  /** `http://host:port`, with the port that was bound; `https` when this port speaks TLS. */
  readonly url: string;
  /** The URL of the separate TLS port, if there is one. */
  readonly tlsUrl?: string | undefined;
  /** Ends within seconds, whatever hangs. Rejects with `NotStopped` when it left something behind. */
  stop(): Promise<void>;
}
