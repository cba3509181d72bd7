import type { Log } from '../../server/ports/log.ts';
import { DEFAULT_LIMITS, type Limits } from '../../server/http/limits.ts';
import { systemClock } from '../../server/system/clock.ts';
import type { RunningServer } from '../../server/ports/running-server.ts';
import { startServer } from '../../server/wiring/server.ts';
import { configured, type GivenConfig } from './config.ts';

export interface ServedConfig {
  /** Default: a registry of its own (`leases.enabled`). */
  readonly flags?: GivenConfig['flags'];
  readonly limits?: Partial<Limits>;
  readonly log?: Partial<Log>;
  /** Loopback by default. */
  readonly host?: string;
  /** A free one by default. */
  readonly port?: number;
  /** The clock of the machine; epoch milliseconds. */
  readonly now?: () => number;
}

/** What stops a server: the context of a test, or any collection of clean-ups. */
export interface Ending {
  after(undo: () => Promise<void>): void;
}

/** The whole server, on a loopback port unless told otherwise. It is stopped when the test ends. */
export async function serveForTest(t: Ending, given: ServedConfig = {}): Promise<RunningServer> {
  const quiet = (): void => undefined;
  const running = await startServer(
    configured({
      flags: {
        'leases.enabled': ['true'],
        ...given.flags,
        'listen.host': [given.host ?? '127.0.0.1'],
        'listen.port': [`${given.port ?? 0}`],
      },
    }),
    {
      clock: systemClock(given.now ?? Date.now),
      random: () => 0.5,
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet, ...given.log },
      version: '1.2.3',
      environment: {},
    },
    { ...DEFAULT_LIMITS, stopTimeout: 2000, ...given.limits },
  );
  t.after(async () => running.stop());
  return running;
}

/** A server whose only source never answers, because the port of its upstream is closed. */
export async function serveUnsynced(t: Ending, given: Omit<ServedConfig, 'flags'> = {}): Promise<RunningServer> {
  return serveForTest(t, {
    ...given,
    flags: { 'leases.enabled': ['false'], 'legacy.urls': ['http://127.0.0.1:9/eureka'] },
  });
}
