import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Files } from './closure.ts';
import explanations from './explained.json' with { type: 'json' };
import { brief, idle } from './explained.ts';
import { instrument } from './instrument.ts';
import { HELP, parseOptions, type Options } from './options.ts';
import { BAR, mutationDocument, table } from './report.ts';
import { isChosen } from './sample.ts';
import { fateOf, scoresOf, type Tried } from './score.ts';
import { Trial } from './trial.ts';

// `npm run mutation`: see HELP, and docs/mutation.md for what it shows.
const ROOT = join(import.meta.dirname, '..', '..');
const DOCUMENT = join(ROOT, 'docs', 'mutation.md');

const options = parseOptions(process.argv.slice(2));
if (!options.ok) say(`${options.error}\n\n${HELP}`);
else if (options.value === 'help') say(HELP);
process.exitCode = options.ok && (options.value === 'help' || (await run(options.value))) ? 0 : 1;

/** Whether all is as it should be. */
async function run({ only, fresh, processes, sample }: Options): Promise<boolean> {
  const sources = globSync('shared/**/*.ts', { cwd: ROOT }).toSorted();
  const scope = new Set(only.length === 0 ? sources : globSync([...only], { cwd: ROOT }));
  if (scope.size === 0) return complain([`nothing is called ${only.join(', ')}`]);
  const suites = globSync('test/{unit,property,golden}/**/*.test.ts', { cwd: ROOT }).toSorted();
  const files = new Files(ROOT);
  const instrumented = await instrument(ROOT, sources);
  say(`${instrumented.mutants.length} mutants\n`);

  const trial = new Trial(ROOT, files, instrumented, { fresh, processes, say });
  const seen = await trial.observe(suites.filter((suite) => [...files.closure(suite)].some((file) => scope.has(file))));
  for (const { test, name, failure } of seen.failed)
    say(`left out, as it fails without a mutant: ${test} ${name}: ${brief(failure ?? '')}\n`);
  const verdicts = await trial.verdicts((mutant) => scope.has(mutant.file) && isChosen(mutant, sample));

  const tried = verdicts.map(([mutant, verdict]): Tried => {
    const placed = { mutant, line: files.text(mutant.file).split('\n')[mutant.line - 1]?.trim() ?? '' };
    return { ...placed, fate: fateOf(placed, verdict, explanations) };
  });
  const unnoticed = tried.filter(({ fate }) => fate !== 'failed' && fate !== 'endless');
  for (const { mutant, fate } of unnoticed)
    if (fate !== 'explained') {
      const { file, line, column, mutator, original, replacement } = mutant;
      say(`${file}:${line}:${column} ${fate} ${mutator}: ${brief(original)}  →  ${brief(replacement)}\n`);
    }
  const scores = scoresOf(
    tried,
    instrumented.mutants.filter(({ file }) => scope.has(file)),
  );
  say(`\n${table(scores)}\n`);
  const wrong = idle(
    sample < 100 ? [] : explanations.filter(({ file }) => scope.has(file) || !sources.includes(file)),
    unnoticed,
  ).map(({ file, line, original }) => `explains no survivor: ${file}: ${original} in ${line}`);
  if (only.length === 0) {
    const lines = sources.reduce((sum, file) => sum + files.text(file).split('\n').length - 1, 0);
    writeFileSync(DOCUMENT, mutationDocument(scores, seen.size, lines, sample));
    const percent = scores.at(-1)?.percent ?? 0;
    if (percent < BAR) wrong.push(`${percent.toFixed(1)} % is below the bar of ${BAR} %`);
  }
  return complain(wrong);
}

function say(text: string): void {
  process.stdout.write(text);
}

function complain(lines: readonly string[]): boolean {
  for (const line of lines) say(`${line}\n`);
  return lines.length === 0;
}
