import type { Config } from '../../shared/config/config.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { RunningServer, ServerEdges } from '../ports/running-server.ts';
import type { Logger } from '../observe/logger.ts';
import type { Terminal } from './terminal.ts';

/** What a command gets from the process it runs in. */
export interface Shell {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Calls back for each SIGTERM and SIGINT, which then no longer end the process. */
  readonly onSignal: (listener: (signal: StopSignal) => void) => void;
  /** Calls back for each SIGHUP, which then no longer ends the process. */
  readonly onHangUp: (listener: () => void) => void;
  /** Ends the process at once, whatever is still going on in it. */
  readonly exitNow: (code: number) => void;
  readonly openLog: (level: Config['log']['level']) => Logger;
  /** Whether standard input and output are a terminal. */
  readonly hasTerminal: () => boolean;
  /** Takes it over. */
  readonly openTerminal: () => Promise<Terminal>;
  readonly startServer: (config: Config, edges: ServerEdges) => Promise<RunningServer>;
  readonly runDemo: (options: DemoOptions) => Promise<number>;
}

export type StopSignal = 'SIGTERM' | 'SIGINT';

export interface DemoOptions {
  /** Where Eurek8s listens; `undefined`: the demo chooses. */
  readonly port: number | undefined;
  /** Milliseconds between two steps of the story; `undefined`: none is played. */
  readonly play: number | undefined;
  readonly shell: Shell;
}

/**
 * Exit codes. 0: done. 1: it was tried and failed, or a server refused. 2: it was not tried, because the command line
 * or the configuration is wrong, or no server answered.
 */
export const EXIT = { done: 0, failed: 1, misused: 2, unanswered: 2 } as const;
