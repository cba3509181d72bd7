import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LaunchOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** The file with stdout and stderr of the process. */
  readonly logFile: string;
  /** Called every 50 ms until it returns true. A process that ends before that is an error with its last lines. */
  readonly ready?: () => Promise<boolean>;
  readonly readyTimeoutMs?: number;
  readonly onLine?: (line: string) => void;
  /** 'lines': stdin is open, for `sendLine`; by default it is empty. */
  readonly stdin?: 'none' | 'lines';
}

export interface Launched {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  readonly exited: Promise<number | NodeJS.Signals | null>;
  /** SIGTERM, then SIGKILL after `graceMs` (default 60 s); resolves when the process is gone. */
  stop(graceMs?: number): Promise<void>;
  /** SIGKILL, as processes die in fault tests. */
  kill(): Promise<void>;
  /** Writes one line to the process started with `stdin: 'lines'`. */
  sendLine(line: string): void;
  /** Ends its stdin. */
  endInput(): void;
}

const running = new Set<ChildProcess>();
// A suite that dies must not leave servers behind. This only ends children that were started here.
const killAll = (): void => {
  for (const child of running) child.kill('SIGKILL');
};
process.on('exit', killAll);
// 'exit' is not emitted when a signal ends the process, as when the test runner is interrupted.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    killAll();
    process.kill(process.pid, signal); // now without this handler: the signal has its usual effect
  });
}

export async function launch(options: LaunchOptions): Promise<Launched> {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = createWriteStream(options.logFile, { flags: 'a' });
  const child = spawn(options.command, options.args, {
    stdio: 'pipe',
    ...(options.env !== undefined && { env: options.env }),
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  child.stdin.on('error', () => undefined); // the process is gone: `exited` tells
  if (options.stdin !== 'lines') child.stdin.end();
  running.add(child);
  let ended = false;
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) => {
    const end = (result: number | NodeJS.Signals | null): void => {
      ended = true;
      running.delete(child);
      log.end();
      resolve(result);
    };
    child.once('error', () => end(-1));
    child.once('close', (code, signal) => end(code ?? signal));
  });
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      if (!ended) log.write(chunk);
      if (options.onLine === undefined) return;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) options.onLine(line);
    });
  }
  const launched: Launched = {
    name: options.name,
    pid: child.pid ?? -1,
    logFile: options.logFile,
    exited,
    stop: async (graceMs = 60_000) => {
      if (ended) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
    kill: async () => {
      if (ended) return;
      child.kill('SIGKILL');
      await exited;
    },
    sendLine: (line) => void child.stdin.write(`${line}\n`),
    endInput: () => void child.stdin.end(),
  };
  if (options.ready === undefined) return launched;
  const deadline = Date.now() + (options.readyTimeoutMs ?? 60_000);
  while (!(await options.ready().catch(() => false))) {
    if (ended || Date.now() > deadline) {
      const what = ended ? 'ended' : 'was not ready in time';
      await launched.kill();
      throw new Error(`${options.name} ${what}; last lines:\n${tail(options.logFile)}`);
    }
    await sleep(50);
  }
  return launched;
}

/** The last lines of a log, for error messages. */
export function tail(file: string, lines = 30): string {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(-lines).join('\n');
  } catch {
    return '(no log)';
  }
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
  /** Written to the program's stdin; without it stdin is empty. */
  readonly stdin?: string;
  /** 'stdout' leaves warnings out of the answer (needed where it is parsed); an error shows both in any case. */
  readonly answer?: 'both' | 'stdout';
}

/** Runs a program to its end. Returns the output; a non-zero exit code is an error that shows it. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'pipe', cwd: options.cwd, env: options.env });
    running.add(child);
    let stdout = '';
    let output = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 1_800_000);
    child.stdin.on('error', () => undefined); // the program may end without reading it: its exit code tells
    child.stdin.end(options.stdin ?? '');
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      running.delete(child);
      if (code === 0) resolve(options.answer === 'stdout' ? stdout : output);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code ?? signal}:\n${output.slice(-4000)}`));
    });
  });
}
