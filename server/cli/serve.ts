import { errorText } from '../../shared/error-text.ts';
import type { Config } from '../../shared/config/config.ts';
import { within } from '../../shared/within.ts';
import type { Log } from '../ports/log.ts';
import { NotStopped } from '../ports/not-stopped.ts';
import { UnusableFile } from '../ports/unusable-file.ts';
import type { RunningServer } from '../ports/running-server.ts';
import { listenProblemOf } from './listen-problem.ts';
import { EXIT, type Shell } from './shell.ts';
import { firstStopSignal } from './stop-signal.ts';

/** Milliseconds for a whole stop: more than the limits of its steps together. */
const STOP_MS = 16_000;
/** Milliseconds for writing the last lines of the log. */
const FLUSH_MS = 1_000;

/** Runs the server until a signal to stop, and then ends within the grace period, whatever hangs. */
export async function serve(config: Config, shell: Shell): Promise<number> {
  const { log, flush, dropped } = shell.openLog(config.log.level);
  const { clock, random, version, environment } = shell;
  // Before the start, so that a signal that comes during it is not lost.
  const stopSignal = firstStopSignal(shell);
  shell.onHangUp(() => log.info({}, HANG_UP));
  let server;
  try {
    server = await shell.startServer(config, { clock, random, version, environment, log, logLinesDropped: dropped });
  } catch (error) {
    const reason = startFailure(error, config);
    // Anything but a refused address is a fault of ours, whose cause the stack shows.
    if (reason === undefined) log.error({ err: error }, 'cannot start');
    shell.err(`eurek8s: ${reason ?? `cannot start: ${errorText(error)}`}\n`);
    await flush(FLUSH_MS);
    return EXIT.failed;
  }
  const { url, tlsUrl } = server;
  log.info({ url, ...(tlsUrl !== undefined && { tlsUrl }), version }, 'serving');
  const signal = await stopSignal;
  log.info({ signal }, 'stopping');
  const { code, isWhole } = await stop(server, shell, log);
  const isWritten = await flush(FLUSH_MS);
  // A usual end waits for Node's threads, and it may be one of them that hangs.
  if (!isWhole || !isWritten) shell.exitNow(code);
  return code;
}

const HANG_UP =
  'SIGHUP changes nothing: manifests, kubeconfigs and certificates are reloaded by themselves; for another configuration restart';

/** Stops the server. What does not end in time is left behind, and the exit code is that of success. */
async function stop(
  server: RunningServer,
  { clock }: Shell,
  log: Log,
): Promise<{ readonly code: number; readonly isWhole: boolean }> {
  try {
    const stopped = server.stop().then(() => true);
    if (!(await within(STOP_MS, clock, stopped, false))) throw new NotStopped(['server']);
    log.info({}, 'stopped');
    return { code: EXIT.done, isWhole: true };
  } catch (error) {
    if (error instanceof NotStopped) {
      log.warn({ left: error.left }, 'stopped, without what did not end in time');
      return { code: EXIT.done, isWhole: false };
    }
    log.error({ err: error }, 'stopping failed');
    return { code: EXIT.failed, isWhole: false };
  }
}

function startFailure(error: unknown, { listen }: Config): string | undefined {
  if (error instanceof UnusableFile) return `cannot start: ${error.message}`;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  const isTlsPort = error instanceof Error && 'port' in error && error.port === listen.tls?.port;
  const [port, option] = isTlsPort ? [listen.tls?.port, 'listen.tls.port'] : [listen.port, 'listen.port'];
  const problem = listenProblemOf(code);
  return problem && `cannot listen on ${host}:${port} (listen.host, ${option}): ${problem}`;
}
