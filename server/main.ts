import { isMainThread } from 'node:worker_threads';
import packageJson from '../package.json' with { type: 'json' };
import { runtimeProblem } from './cli/runtime-check.ts';
import type { Shell, StopSignal } from './cli/shell.ts';
import { endProcess } from './system/end-process.ts';

/** Everything else is imported after this check: under another Node.js those files may not even load. */
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
    startServer: async (config, edges) => {
      const { startServer } = await import('./wiring/server.ts');
      return startServer(config, edges);
    },
    runDemo: async (options) => {
      const { runDemo } = await import('./demo/demo.ts');
      return runDemo(options);
    },
  };
  return runProgram(process.argv.slice(2), shell);
}

/** Texts on their way to standard output. */
let underWay = 0;

/** A reader that went away, as in `eurek8s explain BOB | head -1`, is no error of ours. */
function write(text: string): void {
  underWay++;
  process.stdout.write(text, (error) => {
    underWay--;
    if (error) process.exit(0);
  });
}

function run(): void {
  // Each is told to whoever wrote. Asking for them also puts pipes in non-blocking mode, which the log relies on.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  main().then(
    // After the last write: where pipes are asynchronous, leaving at once would cut it off.
    (code) => (underWay === 0 ? leave(code) : process.stdout.write('', () => leave(code))),
    (error: unknown) => {
      process.stderr.write(`eurek8s: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      leave(1);
    },
  );
}

/** On exit Node waits for calls to file systems that are under way, for ever where a mount hangs. */
function leave(code: number): void {
  if (process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSReq'))) endProcess(process, code);
  process.exit(code);
}

// The bundle is one file, so that its threads begin with this one too.
if (isMainThread) run();
else void import('./sources/manifests/manifest-thread.ts');
