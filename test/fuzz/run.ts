import { campaign } from './engine/campaign.ts';
import { errorOf, readKept, writeFinding, type Finding, type KeptInput } from './engine/finding.ts';
import { reportText } from './engine/report.ts';
import { helpText, parseOptions, type Options } from './options.ts';
import { namedCases, tryAgain } from './regressions.ts';
import { TARGETS } from './targets.ts';

// `npm run fuzz`: see the text of `--help`.

const FINDINGS = 'fuzz-findings';
const MAX_SHOWN = 300;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Tries one input; the error if the product does not stand it. */
async function replay({ target, input }: KeptInput): Promise<string | undefined> {
  const named = TARGETS.find(({ name }) => name === target);
  if (named === undefined) return `there is no target ${target}`;
  const opened = await named.open();
  try {
    await tryAgain(opened, input);
    await opened.between?.();
    return undefined;
  } catch (error) {
    return errorOf(error);
  } finally {
    await opened.close?.();
  }
}

function report(finding: Finding): void {
  const { target, seed, number, input, error } = finding;
  say(`\nFINDING in ${target}: ${error}`);
  const shown = JSON.stringify(input);
  say(`  input: ${shown.slice(0, MAX_SHOWN)}${shown.length > MAX_SHOWN ? '…' : ''}`);
  say(`  again: npm run fuzz -- --input ${writeFinding(FINDINGS, finding)}`);
  say(`     or: npm run fuzz -- --only ${target} --seed ${seed} --from ${number} --inputs 1`);
}

/** What the process says on standard error, past its log: libraries quote there what they read. */
const warnings: string[] = [];
process.on('warning', ({ message }) => warnings.push(message));

async function run({ minutes, seeds, only, from, inputs }: Options): Promise<number> {
  const targets = TARGETS.filter(({ name }) => only.length === 0 || only.includes(name));
  let failed = 0;
  const cases = namedCases().filter(({ target }) => targets.some(({ name }) => name === target));
  for (const kept of cases) {
    const error = await replay(kept);
    if (error === undefined) continue;
    failed++;
    say(`\nFINDING of before, ${kept.name}: ${error}`);
  }
  say(`${cases.length} named cases tried again`);
  let total = 0;
  for (const seed of seeds) {
    say(`\nseed ${seed}: ${(minutes / seeds.length).toFixed(2)} min for ${targets.length} targets`);
    const outcome = await campaign({ targets, seed, ms: (minutes * 60_000) / seeds.length, from, inputs });
    say(reportText(outcome));
    for (const finding of outcome.findings) report(finding);
    failed += outcome.findings.length;
    total += outcome.tallies.reduce((sum, { tried }) => sum + tried, 0);
  }
  for (const warning of new Set(warnings)) say(`\nFINDING: a parser writes to standard error: ${warning}`);
  failed += warnings.length;
  say(`\n${total.toLocaleString('en')} inputs with seeds ${seeds.join(', ')}: ${failed} findings`);
  return failed;
}

const freshSeed = Date.now() % 2 ** 31;
const options = parseOptions(
  process.argv.slice(2),
  TARGETS.map(({ name }) => name),
  freshSeed,
);
if (!options.ok) {
  process.stderr.write(`${options.error}\n`);
  process.exitCode = 2;
} else if (options.value === 'help') say(helpText(TARGETS));
else if (options.value.input !== undefined) {
  const kept = readKept(options.value.input);
  const { target } = kept;
  const error = await replay(kept);
  say(error === undefined ? `${target} stands this input` : `FINDING in ${target}: ${error}`);
  process.exitCode = error === undefined ? 0 : 1;
} else process.exitCode = (await run(options.value)) === 0 ? 0 : 1;
