import type { Config } from '../../shared/config/config.ts';
import { EXIT, type Shell } from './shell.ts';
import { firstStopSignal } from './stop-signal.ts';

/** Runs the server until it is told to stop. */
export async function serve(config: Config, shell: Shell): Promise<number> {
  const { log, flush } = shell.openLog(config.log.level);
  const { clock, random, version, environment } = shell;
  // Before the start, so that a signal that comes during it is not lost.
  const stopSignal = firstStopSignal(shell, flush);
  let server;
  try {
    server = await shell.startServer(config, { clock, random, version, environment, log });
  } catch (error) {
    const reason = listenFailure(error, config);
    // Anything but a refused address is no everyday failure: whoever looks for its cause needs the stack.
    if (reason === undefined) log.error({ err: error }, 'cannot start');
    flush();
    shell.err(`eurek8s: ${reason ?? `cannot start: ${error instanceof Error ? error.message : String(error)}`}\n`);
    return EXIT.failed;
  }
  log.info({ url: server.url, version }, 'serving');
  const signal = await stopSignal;
  log.info({ signal }, 'stopping');
  try {
    await server.stop();
    log.info({}, 'stopped');
    return EXIT.done;
  } catch (error) {
    log.error({ err: error }, 'stopping failed');
    return EXIT.failed;
  } finally {
    flush();
  }
}

function listenFailure(error: unknown, { listen }: Config): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  const where = `cannot listen on ${host}:${listen.port} (listen.host, listen.port)`;
  switch (code) {
    case 'EADDRINUSE':
      return `${where}: the port is in use by another process`;
    case 'EACCES':
      return `${where}: no permission to use this port`;
    case 'EADDRNOTAVAIL':
      return `${where}: this machine does not have that address`;
    case 'EAFNOSUPPORT':
      return `${where}: this machine has no IPv6`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${where}: the host name cannot be resolved`;
    default:
      return undefined;
  }
}
