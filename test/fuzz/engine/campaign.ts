import type { Finding } from './finding.ts';
import { oneSided } from './floors.ts';
import { watchForHangs } from './hang-watch.ts';
import { heapInUse } from '../../support/heap-in-use.ts';
import type { NamedTarget } from './target.ts';
import { Trial, type Tally } from './trial.ts';

export interface Plan {
  readonly targets: readonly NamedTarget[];
  readonly seed: number;
  readonly ms: number;
  /** The number of the first input of each target. */
  readonly from: number;
  /** Inputs of each target; by default as many as there is time for. */
  readonly inputs: number;
}

export interface Outcome {
  readonly seed: number;
  readonly tallies: readonly Tally[];
  readonly findings: readonly Finding[];
  readonly seconds: number;
  /** Bytes: after the first round, at the end, and the largest resident size. */
  readonly memory: { readonly first: number; readonly last: number; readonly peak: number };
}

/** Each target has this many turns, so that a short run tries all of them. */
const ROUNDS = 12;
/** Bytes that parsers may remember between inputs. */
const MAX_HEAP_GROWTH = 64 * 1024 * 1024;

export async function campaign({ targets, seed, ms, from, inputs }: Plan): Promise<Outcome> {
  const watch = watchForHangs();
  const trials: Trial[] = [];
  for (const each of targets) trials.push(await Trial.open(each, { seed, from, inputs }));
  const started = performance.now();
  const memory = { first: 0, last: 0, peak: 0 };
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const [place, trial] of trials.entries()) {
        // What a target leaves of its time goes to those behind it.
        const turnsLeft = (ROUNDS - round - 1) * trials.length + trials.length - place;
        watch.turnOf(trial.name, seed);
        await trial.run((started + ms - performance.now()) / turnsLeft, watch.begin);
        memory.peak = Math.max(memory.peak, process.memoryUsage().rss);
      }
      if (round === 0) memory.first = heapInUse();
    }
    memory.last = heapInUse();
  } finally {
    for (const trial of trials) await trial.close();
    await watch.stop();
  }
  const findings = trials.flatMap((trial) => trial.findings);
  for (const { tally } of trials) {
    const error = oneSided(tally);
    if (error !== undefined) findings.push({ target: tally.name, seed, number: 0, input: '', error });
  }
  if (memory.last - memory.first > MAX_HEAP_GROWTH)
    findings.push({
      target: 'memory',
      seed,
      number: 0,
      input: '',
      error: `the heap grew from ${memory.first} to ${memory.last} bytes`,
    });
  return {
    seed,
    tallies: trials.map(({ tally }) => tally),
    findings,
    seconds: (performance.now() - started) / 1000,
    memory,
  };
}
