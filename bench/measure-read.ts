import { join } from 'node:path';
import { interleaved, type Contender } from './interleave.ts';
import type { Reply } from './load/ask.ts';
import { rightAnswer } from './load/check.ts';
import { expectSameAnswer, recordedAnswer } from './load/record.ts';
import { expectSameAnswers } from './load/right-size.ts';
import {
  measureSlice,
  sliceSeconds,
  takenInTurns,
  warmUpSeconds,
  type Part,
  type Slice,
  type SubjectLoad,
} from './load/slice.ts';
import type { Lineup } from './lineup.ts';
import { PRODUCT, type Measured } from './measured.ts';
import type { ReadOperation } from './operations.ts';
import { quietCore } from './quiet-core.ts';
import type { Bench, RegistrySize } from './section.ts';
import { startRaw } from './subjects/raw.ts';
import type { Subject } from './subjects/subject.ts';

const CONNECTIONS = 16;

/**
 * The machine differs by some 15 per cent from one turn to the next, however long they are, and a server on Node from raw
 * node:http by a few: only many turns tell. Of larger answers a short one would have too few.
 */
const NODE_PART: Part = { turns: 15, seconds: 0.1 };
const NODE_QUICK_PART: Part = { turns: 5, seconds: 0.1 };
const NODE_LARGE_PART: Part = { turns: 6, seconds: 0.4 };
const JAVA_PART: Part = { turns: 5, seconds: 0.3 };
const LARGE_ANSWER_BYTES = 1024 * 1024;

/** One read, by everybody in the line-up and by raw node:http, which sends what Eurek8s has answered. */
export async function measureRead(bench: Bench, lineup: Lineup, operation: ReadOperation): Promise<Measured> {
  const { size } = lineup;
  const replies = new Map<string, Reply>();
  for (const { name, url } of lineup.subjects) replies.set(name, await rightAnswer(url, operation, size));
  const ours = replies.get(PRODUCT);
  if (ours === undefined) throw new Error(`${PRODUCT} is not in the line-up`);
  const target = operation.target(size);
  const raw = await startRaw({
    dir: join(bench.workDir, 'raw'),
    answers: new Map([[target, recordedAnswer(ours)]]),
  });
  try {
    const sent = await rightAnswer(raw.url, operation, size);
    expectSameAnswer(ours, sent);
    replies.set(raw.name, sent);
    const started = performance.now();
    const contenders = [...lineup.subjects, raw].map((subject) =>
      contender(bench, subject, operation, size, replies.get(subject.name)?.body.length ?? 0),
    );
    const slices = await interleaved(contenders, bench.rounds, quietCore);
    const seconds = Math.round((performance.now() - started) / 1000);
    bench.say(`reads, ${size.name}: ${operation.name}, ${bench.rounds} rounds in ${seconds} s`);
    return {
      operation: operation.name,
      slices,
      bytes: new Map([...replies].map(([name, { body }]) => [name, body.length])),
    };
  } finally {
    await raw.stop();
  }
}

function contender(
  bench: Bench,
  subject: Subject,
  operation: ReadOperation,
  size: RegistrySize,
  bodyBytes: number,
): Contender<Slice> {
  const load = (seconds: number): SubjectLoad => ({
    target: operation.target(size),
    headers: operation.headers,
    connections: CONNECTIONS,
    seconds,
  });
  const measure = async (seconds: number): Promise<Slice> => {
    const slice = await measureSlice(subject, load(seconds));
    expectSameAnswers(`${subject.name}, ${operation.name}`, slice, bodyBytes, CONNECTIONS);
    return slice;
  };
  return {
    name: subject.name,
    warmUp: () => measure(warmUpSeconds(bench, subject)),
    ...takenInTurns(partOf(bench, subject, operation, size, bodyBytes), measure),
  };
}

function partOf(
  bench: Bench,
  { runtime }: Subject,
  operation: ReadOperation,
  size: RegistrySize,
  bodyBytes: number,
): Part {
  if (isHeavy(operation, size)) return { turns: 1, seconds: 3 * sliceSeconds(bench, size) };
  if (bench.quick) return runtime === 'java' ? { turns: 1, seconds: sliceSeconds(bench, size) } : NODE_QUICK_PART;
  if (runtime === 'java') return JAVA_PART;
  return bodyBytes < LARGE_ANSWER_BYTES ? NODE_PART : NODE_LARGE_PART;
}

/** 100 MB: a stock server answers some ten times a second. */
function isHeavy({ coding, instances }: ReadOperation, size: RegistrySize): boolean {
  return coding === 'identity' && instances(size) >= 100_000;
}
