import packageJson from '../package.json' with { type: 'json' };
import { runtimeProblem } from './cli/runtime-check.ts';
import type { Shell, StopSignal } from './cli/shell.ts';

/** Everything else is imported after this check: under another Node.js those files may not even load. */
async function main(): Promise<number> {
  const problem = runtimeProblem(process.versions.node, packageJson.engines.node);
  if (problem !== undefined) {
    process.stderr.write(`${problem}\n`);
    return 2;
  }
  const [{ runProgram }, { systemClock }, { standardOutputLogger }, { endProcess }] = await Promise.all([
    import('./cli/program.ts'),
    import('./system/clock.ts'),
    import('./observe/logger.ts'),
    import('./system/end-process.ts'),
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

// Both are told to whoever wrote. Asking for them also puts pipes in non-blocking mode, which the log relies on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

main().then(
  // After the last write: where pipes are asynchronous, leaving at once would cut it off.
  (code) => (underWay === 0 ? process.exit(code) : process.stdout.write('', () => process.exit(code))),
  (error: unknown) => {
    process.stderr.write(`eurek8s: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
