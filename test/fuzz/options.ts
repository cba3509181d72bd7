import { parseArgs } from 'node:util';
import { errorText } from '../../shared/error-text.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { NamedTarget } from './engine/target.ts';

export interface Options {
  readonly minutes: number;
  readonly seeds: readonly number[];
  /** Names of targets; empty: all. */
  readonly only: readonly string[];
  readonly from: number;
  readonly inputs: number;
  /** A file with one input to try, and nothing else. */
  readonly input: string | undefined;
}

const FRESH = 'fresh';
const DEFAULT_MINUTES = '2';
const DEFAULT_SEEDS = `1,${FRESH}`;

export function helpText(targets: readonly NamedTarget[]): string {
  const width = Math.max(...targets.map(({ name }) => name.length));
  return `npm run fuzz -- [--minutes N] [--seed S,…] [--only NAME,…] [--from N] [--inputs N]
npm run fuzz -- --input FILE

Gives damaged and hostile inputs to every parser, and checks what comes out of them. First all named cases of
test/fuzz/regressions are tried again.

  --minutes N     how long, for all seeds together (${DEFAULT_MINUTES})
  --seed S,…      seeds of the random inputs; "${FRESH}" is one that was never used (${DEFAULT_SEEDS})
  --only NAME,…   only these targets
  --from N        the number of the first input of each target (0); a finding names it
  --inputs N      so many inputs of each target at most
  --input FILE    only the input of this file, which a finding has written
  --help          prints this

Targets:
${targets.map(({ name, what }) => `  ${name.padEnd(width)}  ${what}`).join('\n')}

Ends with 1 when there is a finding. Its input is written to fuzz-findings/, made as short as possible.
`;
}

/** `freshSeed`: stands for "fresh". An error is a sentence for people. */
export function parseOptions(
  args: readonly string[],
  targets: readonly string[],
  freshSeed: number,
): Result<Options | 'help', string> {
  let values;
  try {
    values = parseArgs({ args: [...args], options: KNOWN }).values;
  } catch (error) {
    return err(errorText(error));
  }
  if (values.help === true) return ok('help');
  const only = (values.only ?? []).flatMap((names) => names.split(',')).filter((name) => name !== '');
  const unknown = only.filter((name) => !targets.includes(name));
  if (unknown.length > 0) return err(`no such target: ${unknown.join(', ')} (there are ${targets.join(', ')})`);
  const minutes = Number(values.minutes ?? DEFAULT_MINUTES);
  if (!(minutes > 0)) return err(`--minutes ${values.minutes} is not a number of minutes`);
  const seeds = (values.seed ?? DEFAULT_SEEDS).split(',').map((seed) => (seed === FRESH ? freshSeed : Number(seed)));
  if (!seeds.every(isCount)) return err(`--seed ${values.seed} has something that is not a whole number`);
  const from = Number(values.from ?? 0);
  if (!isCount(from)) return err(`--from ${values.from} is not the number of an input`);
  const inputs = values.inputs === undefined ? Number.POSITIVE_INFINITY : Number(values.inputs);
  if (!(inputs >= 1)) return err(`--inputs ${values.inputs} is not a number of inputs`);
  return ok({ minutes, seeds, only, from, inputs, input: values.input });
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

const KNOWN = {
  minutes: { type: 'string' },
  seed: { type: 'string' },
  only: { type: 'string', multiple: true },
  from: { type: 'string' },
  inputs: { type: 'string' },
  input: { type: 'string' },
  help: { type: 'boolean' },
} as const;
