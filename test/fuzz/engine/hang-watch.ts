import { writeSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

// An input that keeps the parser busy for ever cannot be interrupted from the same thread. A second thread notices it,
// says how to make the input again, and ends the process.

/** No input takes seconds, on any machine. */
const LIMIT_MS = 60_000;
const CHECK_MS = 1000;

/** How many inputs have begun, and the number of the one that is tried. */
type Progress = Int32Array<SharedArrayBuffer>;
const BEGUN = 0;
const NUMBER = 1;

export interface HangWatch {
  /** The inputs from now on are of this target. A message costs as much as an input, so there is none for each. */
  readonly turnOf: (target: string, seed: number) => void;
  readonly begin: (number: number) => void;
  readonly stop: () => Promise<void>;
}

export function watchForHangs(): HangWatch {
  const progress: Progress = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(import.meta.filename, { workerData: progress });
  worker.unref();
  return {
    turnOf: (target, seed) => worker.postMessage(`--only ${target} --seed ${seed}`, []),
    begin: (number) => {
      progress[BEGUN] = (progress[BEGUN] ?? 0) + 1;
      progress[NUMBER] = number;
    },
    stop: async () => {
      await worker.terminate();
    },
  };
}

if (!isMainThread) {
  const progress = workerData as Progress;
  let where = '';
  let [last, since] = [0, performance.now()];
  parentPort?.on('message', (text: string) => (where = text));
  setInterval(() => {
    const now = Atomics.load(progress, BEGUN);
    if (now !== last) [last, since] = [now, performance.now()];
    else if (performance.now() - since > LIMIT_MS) {
      // Standard output would go through the thread that is busy.
      const again = `npm run fuzz -- ${where} --from ${progress[NUMBER]} --inputs 1`;
      writeSync(1, `HANGS: a parser has been busy for ${LIMIT_MS / 1000} s\n  again: ${again}\n`);
      process.kill(process.pid, 'SIGKILL');
    }
  }, CHECK_MS);
}
