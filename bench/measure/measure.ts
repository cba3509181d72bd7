import { join } from 'node:path';
import { READS, type Operation } from '../data/operations.ts';
import { SIZES } from '../data/registry.ts';
import { rightAnswer } from '../load/right-answer.ts';
import { quiet } from '../machine.ts';
import { atOnce, untilDecided, type Rounds } from '../rounds.ts';
import type { Bench } from '../section.ts';
import { PRODUCT } from '../servers/eurek8s.ts';
import { expectSameAnswer, startRaw } from '../servers/raw.ts';
import type { Verdict } from '../verdict.ts';
import { contenderOf, type Candidate, type Slice } from './candidate.ts';

/** The results of one operation, by candidate, round by round. */
export interface Measured {
  readonly operation: string;
  readonly slices: Rounds<Slice>;
  /** Body of the answer in bytes, by candidate. */
  readonly bytes: ReadonlyMap<string, number>;
  readonly verdicts: readonly Verdict[];
  /** All at the same moment instead of in turn: only their CPU times can be compared. */
  readonly sideBySide: boolean;
}

export interface Question {
  readonly operation: Operation;
  readonly candidates: readonly Candidate[];
  readonly connections?: number;
  /** All at the same moment instead of in turn, and without verdicts. */
  readonly sideBySide?: true;
  readonly judge?: (slices: Rounds<Slice>) => readonly Verdict[];
}

const CONNECTIONS = 16;

/** Measures one operation of all candidates: in turn until its verdicts are decided, or side by side. */
export async function measure(bench: Bench, question: Question): Promise<Measured> {
  const { operation, candidates, connections = CONNECTIONS, sideBySide = false, judge = () => [] } = question;
  const started = performance.now();
  const seconds = turnSeconds(question);
  const bytes = new Map<string, number>();
  for (const { name, server, size } of candidates)
    bytes.set(name, (await rightAnswer(server.url, operation, size, server.headers)).body.length);
  const contenders = candidates.map((each) =>
    contenderOf(each, { bench, operation, connections, seconds, bodyBytes: bytes.get(each.name) ?? Number.NaN }),
  );
  const settle = (): Promise<void> => quiet(candidates.map(({ server }) => server.pid));
  const turns = inTurns(bench, operation, seconds);
  const { rounds, verdicts } = sideBySide
    ? { rounds: await atOnce(turns.rounds, contenders, settle), verdicts: [] }
    : await untilDecided(turns, contenders, judge, settle);
  // After all reads and changes the registries have the same instances as before.
  for (const { server, size } of candidates) await rightAnswer(server.url, operation, size, server.headers);
  const took = Math.round((performance.now() - started) / 1000);
  bench.say(`${candidates[0]?.size.name} instances, ${operation.name}: ${took} s`);
  return { operation: operation.name, slices: rounds, bytes, verdicts, sideBySide };
}

/**
 * The speed of the machine differs by some 15 per cent from one turn to the next, whatever their length, so turns are
 * short and many. Turns with large answers, or with writes to a slow server, are longer, or they would have too few. A
 * turn with changes has ten snapshots, which come every tenth of a second.
 */
function turnSeconds({ operation, candidates, sideBySide }: Question): number {
  // Each has a part of the core, and CPU time is told in hundredths of a second.
  if (sideBySide === true) return 1;
  if (candidates.some(({ changesPerSecond }) => changesPerSecond !== undefined)) return 1;
  // The handshakes of each turn are a smaller part of it then.
  if (candidates.some(({ server }) => server.url.startsWith('https:'))) return 1;
  return operation.kind === 'write' || candidates.some(({ size }) => size === SIZES.large) ? 0.5 : 0.2;
}

function inTurns(bench: Bench, operation: Operation, seconds: number): Bench {
  const rounds = bench.rounds * (seconds === 1 ? 2 : bench.quick ? 3 : 5);
  // A delta with everything lasts three minutes in stock servers: there is no time for further rounds.
  return { ...bench, rounds, patience: operation === READS.deltaEverything ? 1 : bench.patience };
}

/** As `measure`, with raw node:http as one more candidate, which gives the answer of Eurek8s to every request. */
export async function measureWithRaw(bench: Bench, question: Question): Promise<Measured> {
  const { operation, candidates } = question;
  const ours = candidates.find(({ name }) => name === PRODUCT);
  if (ours === undefined) throw new Error(`${PRODUCT} is not among those that are measured`);
  const answer = await rightAnswer(ours.server.url, operation, ours.size);
  const raw = await startRaw(join(bench.workDir, 'raw'), answer);
  try {
    expectSameAnswer(answer, await rightAnswer(raw.url, operation, ours.size));
    return await measure(bench, { ...question, candidates: [...candidates, { ...ours, name: raw.name, server: raw }] });
  } finally {
    await raw.stop();
  }
}
