import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Observed, Reply, Task, TestId } from './messages.ts';

/** Without a sign of life for so long, a process is stuck in a loop: generous, as the machine may be busy. */
const STUCK_AFTER_MS = 40_000;
const STUCK_FACTOR = 20;
/** Fewer runs than usual, and the same ones in each run. */
const PROPERTIES = { EUREK8S_PROPERTY_SEED: '1', EUREK8S_PROPERTY_RUNS: '60' };
const MAX_LOADS = 150;
const HEAP_MB = 1_500;
const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

export type Verdict =
  { readonly kind: 'survived' } | { readonly kind: 'killed'; readonly by: TestId; readonly how: 'failed' | 'endless' };

/** One process after another that tries mutants, one at a time. */
export class Workplace {
  readonly #root: string;
  readonly #sourcesFile: string;
  #process: ChildProcess | undefined;
  #loads = 0;

  constructor(root: string, sourcesFile: string) {
    this.#root = root;
    this.#sourcesFile = sourcesFile;
  }

  /** Runs the tests of a file, in a process of its own. */
  async observe(file: string): Promise<Observed> {
    this.close();
    const reply = await this.#ask({ kind: 'observe', file });
    if (reply.kind === 'observed') return reply;
    throw new Error(`${file} does not run through without a mutant`);
  }

  async try(task: Task & { readonly kind: 'try' }): Promise<Verdict> {
    // Modules that were loaded anew stay in memory.
    if (task.anew !== undefined && ++this.#loads % MAX_LOADS === 0) this.close();
    let reply = await this.#ask(task);
    if (reply.kind === 'spoilt') {
      this.close();
      reply = await this.#ask(task);
      // In a process of its own nobody else left anything behind.
      if (reply.kind === 'spoilt') reply = { kind: 'killed', by: task.tests[0]?.test ?? '', how: 'failed' };
    }
    if (reply.kind === 'killed' && reply.how === 'endless') this.close();
    if (reply.kind === 'survived' || reply.kind === 'killed') return reply;
    throw new Error(`unexpected: ${reply.kind}`);
  }

  close(): void {
    this.#process?.removeAllListeners();
    this.#process?.kill('SIGKILL');
    this.#process = undefined;
  }

  /** The last reply. A process that is stuck or ends has met a mutant that no test survives. */
  #ask(task: Task): Promise<Exclude<Reply, { readonly kind: 'begins' }>> {
    const worker = (this.#process ??= fork(WORKER, [this.#root, this.#sourcesFile], {
      cwd: this.#root,
      execArgv: [`--max-old-space-size=${HEAP_MB}`, '--disable-warning=ExperimentalWarning'],
      env: { ...process.env, ...PROPERTIES },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    }));
    return new Promise((resolve) => {
      let test: TestId = '';
      let watchdog: NodeJS.Timeout | undefined;
      const done = (reply: Exclude<Reply, { readonly kind: 'begins' }>): void => {
        clearTimeout(watchdog);
        worker.removeAllListeners();
        resolve(reply);
      };
      const lost = (): void => {
        this.close();
        done({ kind: 'killed', by: test, how: 'endless' });
      };
      worker.on('exit', lost);
      worker.on('message', (reply: Reply) => {
        if (reply.kind !== 'begins') return done(reply);
        test = reply.test;
        clearTimeout(watchdog);
        watchdog = setTimeout(
          lost,
          STUCK_AFTER_MS +
            STUCK_FACTOR * (task.kind === 'try' ? (task.tests.find((each) => each.test === test)?.ms ?? 0) : 0),
        );
      });
      worker.send(task);
    });
  }
}
