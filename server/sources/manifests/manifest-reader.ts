import { errorText } from '../../../shared/error-text.ts';
import { Worker } from 'node:worker_threads';
import type { StrippedObject } from '../../../shared/ingress/stripped.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ManifestContent, ManifestError } from './manifest-document.ts';
import { MANIFEST_THREAD, type ThreadAnswer, type ThreadOrder } from './manifest-thread.ts';

/** Milliseconds for one file: a small file with nested aliases can keep the library busy for ever. */
const READ_LIMIT_MS = 60_000;
/** Milliseconds after which an idle thread is ended; the next file starts a new one. */
const IDLE_MS = 10_000;
/** Megabytes of heap; a thread that needs more ends, and the process goes on. */
const MAX_HEAP_MB = 512;

/** `empty`: a file without text, which is the first state of a file for many writers. */
export type ReadOutcome = Result<ManifestContent | 'empty', ManifestError>;

interface Reading {
  readonly objects: StrippedObject[];
  readonly finish: (outcome: ReadOutcome) => void;
}

/** Reads manifests in a thread, one file at a time, so that no file blocks the server. */
export class ManifestReader {
  readonly #clock: Clock;
  readonly #limitMs: number;
  #thread: Worker | undefined;
  #reading: Reading | undefined;
  #cancelTimer: () => void = () => undefined;

  constructor(clock: Clock, limitMs = READ_LIMIT_MS) {
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  /**
   * Transfers the bytes to the thread, so the caller must not use them again. Never rejects: a thread that fails is an
   * error of that file.
   */
  read(fileName: string, bytes: Uint8Array<ArrayBuffer>): Promise<ReadOutcome> {
    return new Promise((resolve) => {
      this.#cancelTimer();
      const thread = (this.#thread ??= this.#start());
      this.#cancelTimer = this.#clock.after(this.#limitMs, () =>
        this.#end(`it takes longer than ${this.#limitMs / 1000} s to read`),
      );
      this.#reading = {
        objects: [],
        finish: (outcome) => {
          this.#reading = undefined;
          this.#cancelTimer();
          this.#cancelTimer = this.#clock.after(IDLE_MS, () => this.stop());
          resolve(outcome);
        },
      };
      thread.postMessage({ kind: 'read', fileName, bytes } satisfies ThreadOrder, [bytes.buffer]);
    });
  }

  stop(): void {
    this.#end('stopped');
    this.#cancelTimer();
  }

  #start(): Worker {
    const thread = new Worker(import.meta.filename, {
      name: MANIFEST_THREAD,
      workerData: MANIFEST_THREAD,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    thread.unref();
    thread.on('message', (answer: ThreadAnswer) => this.#take(thread, answer));
    thread.on('error', (error) => {
      if (thread === this.#thread) this.#end(errorText(error));
    });
    return thread;
  }

  #take(thread: Worker, answer: ThreadAnswer): void {
    const reading = this.#reading;
    if (thread !== this.#thread || reading === undefined) return;
    switch (answer.kind) {
      case 'objects':
        for (const object of answer.objects) reading.objects.push(object);
        return thread.postMessage({ kind: 'more' } satisfies ThreadOrder, []);
      case 'end':
        return reading.finish(ok({ objects: reading.objects, ignored: answer.ignored }));
      case 'empty':
        return reading.finish(ok('empty'));
      case 'broken':
        return reading.finish(err(answer.error));
    }
  }

  #end(why: string): void {
    void this.#thread?.terminate();
    this.#thread = undefined;
    this.#reading?.finish(err({ line: undefined, message: why }));
  }
}
