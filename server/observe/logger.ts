import { write } from 'node:fs';
import pino, { type DestinationStream } from 'pino';
import type { Config } from '../../shared/config/config.ts';
import { hideUserInfo } from '../../shared/text/user-info.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { LogOutput, type WriteSome } from './log-output.ts';

export interface Logger {
  readonly log: Log;
  /** Lines that could not be written, since the start. */
  readonly dropped: () => number;
  /** Resolves at the latest after `limitMs`, with whether every line was written or dropped by then. */
  readonly flush: (limitMs: number) => Promise<boolean>;
}

const STANDARD_OUTPUT = 1;

/** Logs JSON lines to standard output, which must be in non-blocking mode where it is a pipe. */
export function standardOutputLogger(level: Config['log']['level'], clock: Clock): Logger {
  const output = new LogOutput({ writeSome: writeTo(STANDARD_OUTPUT), clock });
  return { log: createLog(level, output), dropped: () => output.dropped, flush: (limitMs) => output.flush(limitMs) };
}

/** Writes on a thread of Node's pool: a disk may be slow too. */
function writeTo(descriptor: number): WriteSome {
  return (bytes, done) =>
    write(descriptor, bytes, (error, written) => done(error === null ? undefined : (error.code ?? ''), written ?? 0));
}

/** The last step before a line is written hides the user-info of URLs, wherever in the line they are. */
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
