import { join } from 'node:path';
import { instanceCount, SIZES } from './data/registry.ts';
import { interleaved, type Contender } from './interleave.ts';
import { ask, type Reply } from './load/ask.ts';
import { rightAnswer } from './load/check.ts';
import { recordedAnswer } from './load/record.ts';
import { writeReplay, type Replay } from './load/replay.ts';
import { measureSlice, sliceSeconds, takenInTurns, warmUpSeconds, type Part, type Slice } from './load/slice.ts';
import type { Measured } from './measured.ts';
import { READS } from './operations.ts';
import { quietCore } from './quiet-core.ts';
import type { Bench, RegistrySize } from './section.ts';
import { startRaw } from './subjects/raw.ts';
import type { Subject } from './subjects/subject.ts';
import type { WriteOperation } from './writes.ts';

/** Not shorter ones: a load generator with 100,000 requests needs a tenth of a second to begin. */
const NODE_PART: Part = { turns: 6, seconds: 0.5 };
/** Turns begin this part of all requests further on: wherever they end, all instances are written alike. */
const STRIDE = 0.382;

/** A server, and the registry that is registered at it. */
export interface Registered {
  readonly subject: Subject;
  readonly size: RegistrySize;
  /** As the results call it: the subject's name, unless it is measured with two registries at once. */
  readonly name: string;
}

/** One write by everybody, and by raw node:http, which takes it and answers as Eurek8s does. */
export async function measureWrite(
  bench: Bench,
  title: string,
  all: readonly Registered[],
  operation: WriteOperation,
): Promise<Measured> {
  const replies = new Map<string, Reply>();
  const replays = new Map<RegistrySize, Replay>();
  const replayOf = (size: RegistrySize): Replay => {
    const before = replays.get(size);
    if (before !== undefined) return before;
    const file = join(bench.workDir, `${operation.name}-${instanceCount(size)}.replay`);
    const made = writeReplay(file, operation.requests(size));
    replays.set(size, made);
    return made;
  };
  for (const { name, subject, size } of all) replies.set(name, await rightWrite(subject, operation, size));
  const ours = all.find(({ subject }) => subject.name === 'Eurek8s');
  const answer = ours === undefined ? undefined : replies.get(ours.name);
  if (ours === undefined || answer === undefined) throw new Error('Eurek8s is not among those that are measured');
  const raw = await startRaw({
    dir: join(bench.workDir, 'raw'),
    answers: new Map([[operation.method, recordedAnswer(answer)]]),
  });
  try {
    const everybody = [...all, { subject: raw, name: raw.name, size: ours.size }];
    const started = performance.now();
    const contenders = everybody.map((each) => contender(bench, each, replayOf(each.size)));
    const slices = await interleaved(contenders, bench.rounds, quietCore);
    // All are still there, and none was added.
    for (const { subject, size } of all) await rightAnswer(subject.url, READS.application, size);
    const seconds = Math.round((performance.now() - started) / 1000);
    bench.say(`writes, ${title}: ${operation.name}, ${bench.rounds} rounds in ${seconds} s`);
    return {
      operation: operation.name,
      slices,
      bytes: new Map(everybody.map(({ name }) => [name, replies.get(name)?.body.length ?? answer.body.length])),
    };
  } finally {
    await raw.stop();
  }
}

function contender(bench: Bench, { subject, name, size }: Registered, replay: Replay): Contender<Slice> {
  let turn = 0;
  const measure = (seconds: number): Promise<Slice> => {
    const from = Math.floor(((turn++ * STRIDE) % 1) * replay.count);
    return measureSlice(subject, { target: '/', seconds, replay: { file: replay.file, from } });
  };
  return {
    name,
    // A heartbeat is small: what it takes is compiled code, and a JVM on one core needs its time for that.
    warmUp: () => measure(warmUpSeconds(bench, subject) * (subject.runtime === 'java' && !bench.quick ? 5 : 1)),
    ...takenInTurns(partOf(bench, subject, size), measure),
  };
}

function partOf(bench: Bench, { runtime }: Subject, size: RegistrySize): Part {
  if (runtime === 'node' && !bench.quick) return NODE_PART;
  // The older stock server walks the whole registry for each heartbeat: of 100,000 instances it does some ten a second.
  return { turns: 1, seconds: sliceSeconds(bench, size) * (runtime === 'java' && size === SIZES.large ? 4 : 1) };
}

/** The first of the requests, answered as it should be; wrk itself sees to it that none of the others fails. */
async function rightWrite({ url, name }: Subject, operation: WriteOperation, size: RegistrySize): Promise<Reply> {
  const first = operation.requests(size).next();
  if (first.done === true) throw new Error(`no ${operation.name} for ${size.name} instances`);
  const { target, ...question } = first.value;
  const reply = await ask(url + target, question);
  if (reply.status === operation.status) return reply;
  throw new Error(`${name}: ${operation.name} was answered ${reply.status} instead of ${operation.status}`);
}
