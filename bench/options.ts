import { parseArgs } from 'node:util';
import { err, ok, type Result } from '../shared/result.ts';

export interface Options {
  readonly quick: boolean;
  /** Names of sections; empty: all. */
  readonly only: readonly string[];
  readonly rounds: number;
  readonly report: string | undefined;
  /** What is measured: a bundle, or a source tree to build one from. */
  readonly program: string | undefined;
  /** A second build, which `program` is compared with. */
  readonly against: string | undefined;
}

const ROUNDS = { quick: 3, full: 5 } as const;

export function helpText(sections: readonly { readonly name: string; readonly title: string }[]): string {
  const width = Math.max(...sections.map(({ name }) => name.length));
  return `npm run bench -- [--quick] [--only SECTION,…] [--rounds N] [--report FILE] [--program BUILD]
npm run bench -- --against BUILD [--program BUILD] [--quick] [--rounds N]

Compares Eurek8s with stock Eureka servers and with raw node:http on this machine, in one run, pinned and interleaved;
with --against two builds of Eurek8s with each other. A BUILD is a bundle (eurek8s.cjs), or a source tree with its
node_modules, which is built.

  --quick           less than 3 minutes: fewer sizes, servers and rounds
  --only SECTION,…  only these, by name
  --rounds N        counted rounds (${ROUNDS.full}, quick ${ROUNDS.quick}); up to three times as many while a ratio is undecided (not quick,
                    and not where each round has fresh processes)
  --report FILE     writes the report; only for whole runs, without --quick, --only and --against
  --program BUILD   measures this build instead of the one of these sources
  --against BUILD   measures two builds in alternating turns, and nothing else: heartbeats, one application, the full
                    answer without and with changes (10,000 instances), start and longest stall (100,000). A ratio
                    above 1 means that the build of --program (or of these sources) is better than this one
  --help            prints this

Sections:
${sections.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`).join('\n')}

A verdict is met or missed when the interval of the median (90 %) is on one side of the bar, otherwise undecided.
Ends with 1 when something failed or a ratio is far off its bar.
`;
}

/** Parses the command line; an error is a sentence for people. */
export function parseOptions(args: readonly string[], sections: readonly string[]): Result<Options | 'help', string> {
  let values;
  try {
    values = parseArgs({ args: [...args], options: KNOWN }).values;
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
  if (values.help === true) return ok('help');
  const { quick = false, report, program, against } = values;
  const only = listed(values.only);
  const unknown = only.filter((name) => !sections.includes(name));
  if (unknown.length > 0) return err(`no such section: ${unknown.join(', ')} (there are ${sections.join(', ')})`);
  const rounds = Number(values.rounds ?? (quick ? ROUNDS.quick : ROUNDS.full));
  if (!Number.isInteger(rounds) || rounds < 1) return err(`--rounds ${values.rounds} is not a number of rounds`);
  if (report !== undefined && (quick || only.length > 0 || against !== undefined))
    return err('--report is for whole runs: not with --quick, --only or --against');
  if (against !== undefined && only.length > 0) return err('--against has a section of its own: not with --only');
  return ok({ quick, only, rounds, report, program, against });
}

function listed(values: readonly string[] = []): readonly string[] {
  return values.flatMap((names) => names.split(',')).filter((name) => name !== '');
}

const KNOWN = {
  quick: { type: 'boolean' },
  only: { type: 'string', multiple: true },
  rounds: { type: 'string' },
  report: { type: 'string' },
  program: { type: 'string' },
  against: { type: 'string' },
  help: { type: 'boolean' },
} as const;
