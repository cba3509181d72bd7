import type { Clock } from '../../ports/clock.ts';
import { runPlugin } from './plugin-process.ts';
import type { PluginSpec } from './plugin-spec.ts';
import { unlessAborted } from './wait.ts';

interface Run {
  readonly key: string;
  readonly output: Promise<string>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * Runs the credential plug-in of a cluster, one process at a time. All watches of a cluster need credentials at the
 * same moment and share one run. When the last of them has given up, the process is killed.
 */
export class PluginRuns {
  readonly #clock: Clock;
  readonly #limitMs: number;
  #run: Run | undefined;

  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  async output(spec: PluginSpec, signal: AbortSignal): Promise<string> {
    const key = JSON.stringify(spec);
    // A kubeconfig that was changed meanwhile may name another plug-in.
    while (this.#run !== undefined && this.#run.key !== key) {
      await unlessAborted(Promise.allSettled([this.#run.output]), signal);
    }
    signal.throwIfAborted();
    const run = (this.#run ??= this.#start(key, spec));
    run.waiting += 1;
    try {
      return await unlessAborted(run.output, signal);
    } finally {
      run.waiting -= 1;
      if (run.waiting === 0) {
        if (this.#run === run) this.#run = undefined;
        run.controller.abort(new Error('it was ended, as nobody waits for it any more'));
      }
    }
  }

  #start(key: string, spec: PluginSpec): Run {
    const controller = new AbortController();
    const output = runPlugin(spec, this.#limitMs, this.#clock, controller.signal).finally(() => {
      if (this.#run === run) this.#run = undefined;
    });
    const run: Run = { key, output, controller, waiting: 0 };
    return run;
  }
}
