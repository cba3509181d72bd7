import { parseArgs } from 'node:util';
import { instanceCount, SIZES } from './data/registry.ts';
import { err, ok, type Result } from '../shared/result.ts';

export interface Wish {
  readonly quick: boolean;
  /** Names of sections; empty: all. */
  readonly only: readonly string[];
  /** Numbers of instances; empty: those of the mode. */
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly report: string | undefined;
  readonly json: string | undefined;
  /** Measured instead of a bundle built from the tree. */
  readonly program: string | undefined;
}

const known: readonly number[] = Object.values(SIZES).map(instanceCount);
const QUICK_ROUNDS = 3;
const FULL_ROUNDS = 5;

export function helpText(sections: readonly { readonly name: string; readonly title: string }[]): string {
  const width = Math.max(...sections.map(({ name }) => name.length));
  return `npm run bench -- [--quick] [--only SECTION,…] [--sizes N,…] [--rounds N]
                     [--report FILE] [--json FILE] [--program FILE]

Compares Eurek8s with stock Eureka servers and with raw node:http on this machine, in one run, pinned and interleaved.

  --quick           less than 3 minutes: fewer sizes, subjects and rounds
  --only SECTION,…  only these, by name
  --sizes N,…       only registries of so many instances: ${known.join(', ')}
  --rounds N        counted rounds (${FULL_ROUNDS}, quick ${QUICK_ROUNDS})
  --report FILE     writes the report; only for whole runs, without --quick, --only and --sizes
  --json FILE       writes the results
  --program FILE    measures this bundle instead of one built from the sources
  --help            this

Sections:
${sections.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`).join('\n')}

Ends with 1 when something failed or a ratio is far off its bar.
`;
}

/** `help`, what is wished, or what is wrong with it. */
export function parseWish(args: readonly string[], sections: readonly string[]): Result<Wish | 'help', string> {
  let values;
  try {
    values = parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
  if (values.help === true) return ok('help');
  const quick = values.quick === true;
  const only = listed(values.only);
  const sizes = listed(values.sizes).map(Number);
  const strange = sizes.filter((size) => !known.includes(size));
  if (strange.length > 0) return err(`--sizes: there are registries of ${known.join(', ')} instances`);
  const unknown = only.filter((name) => !sections.includes(name));
  if (unknown.length > 0) return err(`no such section: ${unknown.join(', ')} (there are ${sections.join(', ')})`);
  const rounds = Number(values.rounds ?? (quick ? QUICK_ROUNDS : FULL_ROUNDS));
  if (!Number.isInteger(rounds) || rounds < 1) return err(`--rounds ${values.rounds} is no number of rounds`);
  if (values.report !== undefined && (quick || only.length > 0 || sizes.length > 0))
    return err('--report is for whole runs: not with --quick, --only or --sizes');
  return ok({ quick, only, sizes, rounds, report: values.report, json: values.json, program: values.program });
}

function listed(values: readonly string[] = []): readonly string[] {
  return values.flatMap((names) => names.split(',')).filter((name) => name !== '');
}

const OPTIONS = {
  quick: { type: 'boolean' },
  only: { type: 'string', multiple: true },
  sizes: { type: 'string', multiple: true },
  rounds: { type: 'string' },
  report: { type: 'string' },
  json: { type: 'string' },
  program: { type: 'string' },
  help: { type: 'boolean' },
} as const;
