import { marginOf } from './sample.ts';
import type { Score } from './score.ts';

/** The share of mutants, in percent, that some test must notice. */
export const BAR = 85;

export function mutationDocument(scores: readonly Score[], tests: number, lines: number, sample: number): string {
  const total = scores.at(-1);
  if (total === undefined) throw new Error('a report of nothing');
  const margin = marginOf(total.percent / 100, total.tried, total.mutants).toFixed(1);
  const sampled =
    sample < 100
      ? `, in a sample of ${sample} % of all ${total.mutants.toLocaleString('en')} (\`--sample ${sample}\`; 95 % confidence: ± ${margin} points)`
      : '';
  return `# Mutation testing

Written by \`npm run mutation\`, never by hand.

A mutant is the source with one expression changed: a condition that always holds, a body that is empty, another
operator, a text that is missing. A mutant that no test notices shows a line whose result nobody checks. All of
\`shared/\` (${lines.toLocaleString('en')} lines) is mutated, texts for people included; the ${tests.toLocaleString('en')} unit, property and golden tests
that reach it are what should notice.

**${total.percent.toFixed(1)} % of ${total.tried.toLocaleString('en')} mutants are noticed** (bar: ${BAR} %)${sampled}. The explained ones are in this denominator; without them it is
${total.percentOfKillable.toFixed(1)} %.

${table(scores)}

- **failed**: a test fails with the mutant and passes again without it.
- **endless**: a test no longer ends. A loop counts as endless after a hundred times its usual rounds.
- **survived**: all tests that pass through the mutant still pass. **not reached**: no test does.
- **explained**: it survives because it does the same as the source; why is in \`test/mutation/explained.json\`. A run
  fails when an explanation there fits no survivor any more.
- **score**: failed and endless in percent of all mutants.

The mutants are those of Stryker's instrumenter, all kinds; none is left out. Type checks are not used: a mutant that
the compiler would refuse counts like any other. All mutants are in one build, behind a switch. A first pass shows which
tests pass through which mutant; then each mutant is active for these tests alone, the quick ones first, until one fails.
Where quicker tests pass through a mutant, those of more than a second and those beyond five seconds together are left
out, and properties run 60 times with a fixed seed: both can only lower the score. \`npm run mutation -- --only FOLDER\`
lists the survivors of a folder. [Decision 12](decisions/0012-mutants-in-one-process.md) has the reasons.
`;
}

export function table(scores: readonly Score[]): string {
  const rows = scores.map(({ folder, mutants, tried, counts, percent }) => [
    folder,
    ...[mutants, tried, counts.failed, counts.endless, counts.survived, counts['not reached'], counts.explained].map(
      String,
    ),
    `${percent.toFixed(1)} %`,
  ]);
  const head = ['folder', 'mutants', 'tried', 'failed', 'endless', 'survived', 'not reached', 'explained', 'score'];
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}
