import type { Config } from '../../shared/config/config.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { RunningServer, ServerEdges } from '../ports/running-server.ts';
import type { Logger } from '../observe/logger.ts';

/** What a command takes from the process it runs in. */
export interface Shell {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Calls back for each SIGTERM and SIGINT; these no longer end the process then. */
  readonly onSignal: (listener: (signal: StopSignal) => void) => void;
  /** Calls back for each SIGHUP, which no longer ends the process then. */
  readonly onHangUp: (listener: () => void) => void;
  /** Ends the process at once, whatever is still going on in it. */
  readonly exitNow: (code: number) => void;
  readonly openLog: (level: Config['log']['level']) => Logger;
  readonly startServer: (config: Config, edges: ServerEdges) => Promise<RunningServer>;
  readonly runDemo: (options: DemoOptions) => Promise<number>;
}

export type StopSignal = 'SIGTERM' | 'SIGINT';

export interface DemoOptions {
  /** Where the proxy listens; undefined: the demo's choice. */
  readonly port: number | undefined;
  readonly shell: Shell;
}

/**
 * Exit codes: 0 done; 1 it was tried and failed, or a server's answer is no; 2 it was not even tried, as the command line
 * or configuration is wrong, or there was nobody to answer.
 */
export const EXIT = { done: 0, failed: 1, misused: 2, unanswered: 2 } as const;
