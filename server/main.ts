import { isMainThread } from 'node:worker_threads';
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
  const [{ runProgram }, { systemClock }, { standardOutputLogger }] = await Promise.all([
    import('./cli/program.ts'),
    import('./system/clock.ts'),
    import('./observe/logger.ts'),
  ]);
  const shell: Shell = {
    environment: process.env,
    version: packageJson.version,
    clock: systemClock(() => Date.now()),
    random: () => Math.random(),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    onSignal: (listener) => {
      for (const signal of ['SIGTERM', 'SIGINT'] satisfies readonly StopSignal[]) process.on(signal, listener);
    },
    exitNow: leave,
    openLog: standardOutputLogger,
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

/** A reader that went away, as in `eurek8s explain BOB | head -1`, is no error of ours. */
process.stdout.on('error', (error: Error & { readonly code?: string }) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

function run(): void {
  main().then(
    // After the last write: where pipes are asynchronous, leaving at once would cut it off.
    (code) => process.stdout.write('', () => leave(code)),
    (error: unknown) => {
      process.stderr.write(`eurek8s: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      leave(1);
    },
  );
}

/**
 * On exit Node waits for calls to file systems that are under way, for ever where a mount hangs. Then another program takes
 * the place of this one, which ends its threads, and that one exits.
 */
function leave(code: number): never {
  const waiting = process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSReq'));
  if (waiting && process.platform !== 'win32')
    process.execve?.(process.execPath, [process.execPath, '--eval', `process.exit(${code})`], {});
  process.exit(code);
}

// The bundle is one file, so that its threads begin with this one too.
if (isMainThread) run();
else void import('./sources/manifests/manifest-thread.ts');
