import { parseArgs } from 'node:util';
import { err, ok, type Result } from '../../shared/result.ts';

export interface Options {
  /** Sources under `shared` that are mutated: globs. Empty: all. */
  readonly only: readonly string[];
  /** Whether nothing is taken over from earlier runs. */
  readonly fresh: boolean;
  readonly processes: number;
  /** How many of a hundred mutants are tried. */
  readonly sample: number;
}

const PROCESSES = 2;

export const HELP = `npm run mutation -- [--only FOLDER,…] [--sample PERCENT] [--fresh] [--processes N]

Changes one expression of shared/ at a time and runs the unit, property and golden tests that pass through it: some
test should fail. Lists the changes that no test notices, and the score by folder. Results of earlier runs are used
again where sources and tests are the same.

  --only FOLDER,…  mutates only these folders, files or globs: guard, shared/codec/escape.ts, 'shared/ingress/p*.ts'
  --sample PERCENT tries only that part of the mutants, chosen by chance and the same ones each time
  --fresh          uses no results of earlier runs
  --processes N    that many at a time (${PROCESSES})
  --help           prints this

A whole run writes docs/mutation.md. Ends with 1 when its score is below the bar, and when an explanation in
test/mutation/explained.json fits no survivor.
`;

/** Parses the command line; an error is a sentence for people. */
export function parseOptions(args: readonly string[]): Result<Options | 'help', string> {
  let values;
  try {
    values = parseArgs({ args: [...args], options: KNOWN }).values;
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
  if (values.help === true) return ok('help');
  const processes = Number(values.processes ?? PROCESSES);
  if (!Number.isInteger(processes) || processes < 1) return err(`--processes ${values.processes} is not a number`);
  const sample = Number(values.sample ?? 100);
  if (!(sample > 0 && sample <= 100)) return err(`--sample ${values.sample} is no percentage above 0`);
  const only = (values.only ?? []).flatMap((list) => list.split(',')).filter((each) => each !== '');
  return ok({ only: only.map(globOf), fresh: values.fresh === true, processes, sample });
}

const KNOWN = {
  only: { type: 'string', multiple: true },
  fresh: { type: 'boolean' },
  processes: { type: 'string' },
  sample: { type: 'string' },
  help: { type: 'boolean' },
} as const;

function globOf(text: string): string {
  const path = text.replace(/\/$/, '').replace(/^(?:\.\/)?(?:shared\/)?/, 'shared/');
  return path.endsWith('.ts') ? path : `${path}/**/*.ts`;
}
