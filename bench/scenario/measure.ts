import { join } from 'node:path';
import { run } from '../../test/testbed/process.ts';
import { CORES, pinned } from '../pin.ts';
import type { ChurnInput, ChurnResult } from './load/churn.ts';
import type { HeartbeatsInput, HeartbeatsResult } from './load/heartbeats.ts';
import type { HerdInput, HerdResult } from './load/herd.ts';
import type { PacedReadsInput, PacedReadsResult } from './load/paced-reads.ts';
import type { PollersInput, PollersResult } from './load/pollers.ts';
import type { UpdateInput, UpdateResult } from './load/update-process.ts';

/** The programs of `load/` that run to their end: what they are given, and what they print. */
interface Programs {
  readonly churn: { readonly input: ChurnInput; readonly result: ChurnResult };
  readonly heartbeats: { readonly input: HeartbeatsInput; readonly result: HeartbeatsResult };
  readonly herd: { readonly input: HerdInput; readonly result: HerdResult };
  readonly 'paced-reads': { readonly input: PacedReadsInput; readonly result: PacedReadsResult };
  readonly pollers: { readonly input: PollersInput; readonly result: PollersResult };
  readonly 'update-process': { readonly input: UpdateInput; readonly result: UpdateResult };
}

export interface MeasureOptions {
  /** The load's by default. */
  readonly core?: number;
  readonly timeoutMs: number;
}

/** Runs a program in a process of its own, bound to a core. */
export async function measure<Name extends keyof Programs>(
  name: Name,
  input: Programs[Name]['input'],
  { core = CORES.load, timeoutMs }: MeasureOptions,
): Promise<Programs[Name]['result']> {
  const file = join(import.meta.dirname, 'load', `${name}.ts`);
  const { command, args } = pinned(core, process.execPath, [file, JSON.stringify(input)]);
  return JSON.parse(await run(command, args, { timeoutMs, answer: 'stdout' })) as Programs[Name]['result'];
}
