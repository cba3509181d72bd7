import { isMainThread } from 'node:worker_threads';
import packageJson from '../package.json' with { type: 'json' };
import { runtimeProblem } from './cli/runtime-check.ts';
import type { Shell, StopSignal } from './cli/shell.ts';
import { endProcess } from './system/end-process.ts';

/** All other modules are imported after the check of the version: under another Node.js they may not even load. */
async function main(): Promise<number> {
  const problem = runtimeProblem(process.versions.node, packageJson.engines.node);
  if (problem !== undefined) {
    process.stderr.write(`${problem}\n`);
    return 2;
  }
  const [{ runProgram }, { systemClock }, { standardOutputLogger }] = await Promise.all([
    import('./cli/program.ts'),
    import('./system/clock.ts'),
    import('./observe/logger.ts'),
  ]);
  const clock = systemClock(() => Date.now());
  const shell: Shell = {
    environment: process.env,
    version: packageJson.version,
    clock,
    random: () => Math.random(),
    out: write,
    err: (text) => process.stderr.write(text),
    onSignal: (listener) => {
      for (const signal of ['SIGTERM', 'SIGINT'] satisfies readonly StopSignal[]) process.on(signal, listener);
    },
    onHangUp: (listener) => void process.on('SIGHUP', listener),
    exitNow: (code) => endProcess(process, code),
    openLog: (level) => standardOutputLogger(level, clock),
    hasTerminal: () => process.stdin.isTTY && process.stdout.isTTY,
    openTerminal: async () => {
      const { openTerminal } = await import('./cli/terminal.ts');
      return openTerminal(process.stdin, process.stdout, process);
    },
    startServer: async (config, edges) => {
      const { startServer } = await import('./wiring/server.ts');
      return startServer(config, { ...edges, execArgv: process.execArgv });
    },
    runDemo: async (options) => {
      const { runDemo } = await import('./demo/demo.ts');
      return runDemo(options);
    },
  };
  return runProgram(process.argv.slice(2), shell);
}

/** Writes to standard output that have not ended. */
let pendingWrites = 0;

/** A reader that went away, as in `eurek8s explain BOB | head -1`, is not an error. */
function write(text: string): void {
  pendingWrites++;
  process.stdout.write(text, (error) => {
    pendingWrites--;
    if (error) process.exit(0);
  });
}

function run(): void {
  // Errors reach the callbacks of the writes. Access to the streams also puts pipes in non-blocking mode, for the log.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  main().then(
    // After the last write: where pipes are asynchronous, an exit at once would cut it off.
    (code) => (pendingWrites === 0 ? leave(code) : process.stdout.write('', () => leave(code))),
    (error: unknown) => {
      process.stderr.write(`eurek8s: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      leave(1);
    },
  );
}

/** Exits. Node would wait for pending calls to file systems, for ever where a mount hangs. */
function leave(code: number): void {
  if (process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSReq'))) endProcess(process, code);
  process.exit(code);
}

// The bundle is one file, so its worker threads begin here too.
if (isMainThread) run();
else void import('./sources/manifests/manifest-thread.ts');
