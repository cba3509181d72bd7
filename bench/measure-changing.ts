import { setTimeout as sleep } from 'node:timers/promises';
import { interleaved, type Contender } from './interleave.ts';
import { ask, textOf, type Reply } from './load/ask.ts';
import type { Changer } from './load/changer.ts';
import { rightAnswer } from './load/check.ts';
import { joinTurns, measureSlice, warmUpSeconds, type Slice } from './load/slice.ts';
import type { Lineup } from './lineup.ts';
import { READS, type ReadOperation } from './operations.ts';
import { quietCore } from './quiet-core.ts';
import type { Bench, RegistrySize } from './section.ts';
import { median } from './statistics.ts';
import type { Subject } from './subjects/subject.ts';

/** A server that is measured, and what changes it meanwhile. */
export interface Changed {
  readonly subject: Subject;
  readonly changer: Changer;
}

export interface ChangingSlice extends Slice {
  /** The greatest of the answers looked at meanwhile, in milliseconds. */
  readonly ageMs: number;
  readonly changesPerSecond: number;
}

/** Publications come in tenths of a second: a slice has ten of them. */
const SECONDS = 1;
/**
 * Of a server on Node: it is compared with itself, and the machine differs more from one second to the next. Not with a
 * delta of everything: it lasts three minutes in stock servers.
 */
const NODE_TURNS = 4;

/** Changes begin a little earlier than the load, and questions after the age come when both are under way. */
const LEAD_MS = 200;
const PROBE_MS = 400;

/** One read while changes arrive at every rate, by everybody; results by server and rate. */
export async function measureChanging(
  bench: Bench,
  { size }: Lineup,
  all: readonly Changed[],
  operation: ReadOperation,
  perSecond: readonly number[],
): Promise<ReadonlyMap<string, readonly ChangingSlice[]>> {
  for (const { subject } of all) await rightAnswer(subject.url, operation, size);
  const started = performance.now();
  const contenders = all.flatMap((changed) =>
    perSecond.map((rate) => contender(bench, changed, operation, size, rate)),
  );
  const slices = await interleaved(contenders, bench.rounds, quietCore);
  // Whatever was changed, nothing came or went.
  for (const { subject } of all) await rightAnswer(subject.url, operation, size);
  const seconds = Math.round((performance.now() - started) / 1000);
  bench.say(`changes, ${size.name}: ${operation.name}, ${bench.rounds} rounds in ${seconds} s`);
  return slices;
}

export function contenderName(server: string, perSecond: number): string {
  return `${server} at ${perSecond}/s`;
}

function contender(
  bench: Bench,
  { subject, changer }: Changed,
  operation: ReadOperation,
  size: RegistrySize,
  rate: number,
): Contender<ChangingSlice> {
  const { headers } = operation;
  const target = operation.target(size);
  const once = async (seconds: number): Promise<ChangingSlice> => {
    const before = changer.log.count;
    const started = performance.now();
    changer.start(rate);
    await sleep(LEAD_MS);
    const loaded = new AbortController();
    const probes = probeUntil(loaded.signal, () => ask(subject.url + target, { headers }));
    const slice = await measureSlice(subject, { target, headers, seconds }).finally(() => loaded.abort());
    const seen = await probes;
    await changer.pause();
    const changesPerSecond = (changer.log.count - before) / ((performance.now() - started) / 1000);
    // Unpacking takes as long as thousands of requests, on the core of the load: that is done afterwards.
    let ageMs = 0;
    for (const { askedAt, reply } of seen) ageMs = Math.max(ageMs, changer.log.ageOf(await textOf(reply), askedAt));
    return { ...slice, ageMs, changesPerSecond };
  };
  return {
    name: contenderName(subject.name, rate),
    warmUp: () => once(warmUpSeconds(bench, subject)),
    once: () => once(SECONDS),
    ...(subject.runtime === 'node' &&
      operation !== READS.deltaEverything &&
      !bench.quick && { turns: { count: NODE_TURNS, join: joinChanging } }),
  };
}

function joinChanging(slices: readonly ChangingSlice[]): ChangingSlice {
  return {
    ...joinTurns(slices),
    ageMs: Math.max(...slices.map(({ ageMs }) => ageMs)),
    changesPerSecond: median(slices.map(({ changesPerSecond }) => changesPerSecond)),
  };
}

interface Probe {
  readonly askedAt: number;
  readonly reply: Reply;
}

/** Asks once in a while, as one client among those of the load, until the load is over. */
async function probeUntil(over: AbortSignal, question: () => Promise<Reply>): Promise<readonly Probe[]> {
  const probes: Probe[] = [];
  for (await sleep(PROBE_MS); !over.aborted; await sleep(PROBE_MS)) {
    const askedAt = performance.now();
    probes.push({ askedAt, reply: await question() });
  }
  return probes;
}
