import type { Judge } from './judge.ts';
import type { Observation, Restart } from './observation.ts';
import { JUDGED_AFTER_MS, type Recorder } from './recording.ts';

/** What was observed, in its order, until enough is known to judge it. */
export class Later {
  readonly #judge: Judge;
  readonly #recorder: Recorder;
  readonly #queue: (Observation | Restart)[] = [];

  constructor(judge: Judge, recorder: Recorder) {
    this.#judge = judge;
    this.#recorder = recorder;
  }

  observed(observation: Observation): void {
    this.#queue.push(observation);
    this.#recorder.observed(observation);
  }

  restarted(restart: Restart): void {
    this.#queue.push(restart);
    this.#recorder.restarted(restart);
  }

  /** Judges what is old enough; all of it with `Infinity`. */
  judge(now: number): void {
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      if (('facts' in next ? next.receivedAt : next.at) > now - JUDGED_AFTER_MS) break;
      this.#queue.shift();
      if ('facts' in next) this.#judge.judge(next);
      else this.#judge.restarted(next);
    }
  }
}
