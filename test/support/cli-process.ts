import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inheritedEnvironment } from '../testbed/environment.ts';

const main = fileURLToPath(new URL('../../server/main.ts', import.meta.url));

export interface CliResult {
  /** The exit code, or the signal that ended the process. */
  readonly code: number | string;
  readonly out: string;
  readonly err: string;
}

export interface CliProcess {
  readonly pid: number;
  /** Resolves when standard output has the text; rejects when the process ends before. */
  seen(text: string): Promise<string>;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<CliResult>;
}

/**
 * Runs `eurek8s WORDS…` as a process, without the EUREK8S_ variables of our environment. It is killed after `timeoutMs`.
 * `openFiles`: how many files it may have open.
 */
export function startCli(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  timeoutMs = 120_000,
  openFiles?: number,
): CliProcess {
  const limit = openFiles === undefined ? [] : ['sh', '-c', `ulimit -n ${openFiles} && exec "$0" "$@"`];
  const [file = '', ...args] = [...limit, process.execPath, main, ...words];
  const child = spawn(file, args, {
    env: { ...inheritedEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  let out = '';
  let err = '';
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code: code ?? signal ?? 'unknown', out, err }));
  });
  return {
    pid: child.pid ?? 0,
    seen: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (out.includes(text)) resolve(out);
        };
        waiting.add(look);
        look();
        void ended.then(({ code }) => reject(new Error(`ended with ${code} before "${text}"\n${out}\n${err}`)), reject);
      }),
    signal: (name) => void child.kill(name),
    ended,
  };
}

export async function runCli(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  return startCli(words, environment).ended;
}
