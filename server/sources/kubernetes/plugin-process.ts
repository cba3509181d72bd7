import { spawn, type ChildProcess } from 'node:child_process';
import type { Clock } from '../../ports/clock.ts';
import { deadline } from './wait.ts';
import { pluginWords } from './plugin-words.ts';
import type { PluginSpec } from './plugin-spec.ts';

/** Bytes of standard output. A credential with certificates has a few KiB. */
const MAX_OUTPUT = 1 << 20;
/** Bytes kept from the end of standard error, where programs report what went wrong. */
const MAX_ERROR_OUTPUT = 4 << 10;

/**
 * Runs a plug-in once and returns what it printed. Throws a reason for people when it fails, when it has not ended
 * after `limitMs`, or when the signal aborts. By then it is killed, with every process that it has started.
 */
export async function runPlugin(spec: PluginSpec, limitMs: number, clock: Clock, signal: AbortSignal): Promise<string> {
  const limit = deadline(clock, limitMs, signal, 'it was ended');
  try {
    return await new Promise((resolve, reject) => follow(spec, limit.signal, resolve, reject));
  } finally {
    limit.release();
  }
}

function follow(
  spec: PluginSpec,
  signal: AbortSignal,
  resolve: (output: string) => void,
  reject: (reason: unknown) => void,
): void {
  if (signal.aborted) return reject(signal.reason);
  const child = spawn(spec.command, spec.args, {
    env: spec.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // It has a process group of its own, so that processes that it starts can be killed with it.
    detached: true,
  });
  const output: Buffer[] = [];
  let size = 0;
  let errorOutput = Buffer.alloc(0);
  const fail = (reason: string): void => {
    end(child);
    signal.removeEventListener('abort', abort);
    const words = pluginWords(errorOutput.toString(), spec.secrets);
    reject(new Error(`credential plug-in ${spec.command}: ${reason}${words === '' ? '' : `; it says: ${words}`}`));
  };
  const abort = (): void => fail(signal.reason instanceof Error ? signal.reason.message : 'it was ended');
  signal.addEventListener('abort', abort, { once: true });
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_OUTPUT) fail(`it printed more than ${MAX_OUTPUT} bytes and was ended`);
    else output.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errorOutput = Buffer.concat([errorOutput, chunk]).subarray(-MAX_ERROR_OUTPUT);
  });
  child.on('error', (error: NodeJS.ErrnoException) => fail(startFailure(error, spec)));
  child.on('close', (code, killedBy) => {
    if (code !== 0) return fail(killedBy === null ? `it ended with code ${code}` : `it ended by ${killedBy}`);
    signal.removeEventListener('abort', abort);
    resolve(Buffer.concat(output).toString());
  });
}

function startFailure({ code, message }: NodeJS.ErrnoException, { installHint }: PluginSpec): string {
  if (code === 'ENOENT') return `there is no such command${installHint === undefined ? '' : `; ${installHint.trim()}`}`;
  if (code === 'EACCES') return 'it may not be executed';
  return `it cannot be started: ${code ?? message}`;
}

/** Sends SIGKILL to the whole group, because some processes do not end on a SIGTERM. */
function end(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}
