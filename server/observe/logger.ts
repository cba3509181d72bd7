import pino, { type DestinationStream } from 'pino';
import type { Config } from '../../shared/config/config.ts';
import type { Log } from '../ports/log.ts';
import { hideUserInfo } from '../../shared/text/user-info.ts';

export interface Logger {
  readonly log: Log;
  /** Writes what is still buffered, at once: for the end of the process. */
  readonly flush: () => void;
}

/** JSON lines on standard output. Buffered, so that a slow reader of the pipe does not slow the server down. */
export function standardOutputLogger(level: Config['log']['level']): Logger {
  const destination = pino.destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 200 });
  return { log: createLog(level, destination), flush: () => destination.flushSync() };
}

/** The last step before a line leaves hides the user-info of URLs, wherever in the line they are. */
export function createLog(level: Config['log']['level'], destination: DestinationStream): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: pino.stdSerializers.err, error: pino.stdSerializers.err },
      hooks: { streamWrite: hideUserInfo },
    },
    destination,
  );
}
