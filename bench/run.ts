import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wrkTrouble } from './load/wrk.ts';
import { CORES, machineFacts, pinningTrouble, pinSelf } from './machine.ts';
import { helpText, parseOptions, type Options } from './options.ts';
import { saveReport, sectionParts, type ReportedSection } from './report/document.ts';
import { SIZES } from './data/registry.ts';
import { tableText } from './report/text.ts';
import type { Bench, Section } from './section.ts';
import { SECTIONS } from './sections.ts';
import { againstSection } from './sections/against.ts';
import { bundleOf, OWN_TREE } from './servers/build.ts';
import { eurek8sFacts } from './servers/eurek8s.ts';
import { rawFacts } from './servers/raw.ts';
import { stockFacts, stockJar } from './servers/stock.ts';
import { brokenText, isBroken, verdictTable } from './verdict.ts';

// `npm run bench`: measures everything in one run, or some sections, or two builds.
const started = performance.now();
const out = (text: string): void => void process.stdout.write(`${text}\n`);
const say = (line: string): void =>
  out(`[${`${Math.round((performance.now() - started) / 1000)} s`.padStart(6)}] ${line}`);

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const parsed = parseOptions(
    args,
    SECTIONS.map(({ name }) => name),
  );
  if (!parsed.ok) return refuse(parsed.error);
  if (parsed.value === 'help') {
    out(helpText(SECTIONS));
    return 0;
  }
  const trouble = pinningTrouble() ?? wrkTrouble();
  if (trouble !== undefined) return refuse(trouble);
  const workDir = mkdtempSync(join(tmpdir(), 'eurek8s-bench-'));
  const clean = (): void => rmSync(workDir, { recursive: true, force: true });
  // On a signal the launcher of the servers ends them, but their files would stay.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, clean);
  try {
    return await measureAll(parsed.value, workDir);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  } finally {
    clean();
  }
}

async function measureAll(options: Options, workDir: string): Promise<number> {
  const { quick, rounds, only, report } = options;
  const sizes = quick ? [SIZES.small, SIZES.medium] : Object.values(SIZES);
  const machine = machineFacts();
  const program = await bundleOf(options.program ?? OWN_TREE, join(workDir, 'program'));
  const chosen =
    options.against === undefined
      ? SECTIONS.filter(({ name }) => only.length === 0 || only.includes(name))
      : [againstSection(await bundleOf(options.against, join(workDir, 'against')))];
  if (options.against === undefined) await stockJar('hoxton', say);
  if (options.against === undefined && !quick) await stockJar('current', say);
  pinSelf(CORES.driver);
  const bench: Bench = { quick, rounds, patience: quick ? 1 : 3, sizes, workDir, program, say };

  const reported: ReportedSection[] = [];
  const failures: string[] = [];
  for (const [index, section] of chosen.entries()) {
    say(`${section.name}: section ${index + 1} of ${chosen.length}`);
    const result = await runSection(section, bench);
    if (typeof result === 'string') failures.push(result);
    else reported.push(result);
  }

  const verdicts = reported.flatMap(({ result }) => result.verdicts);
  if (verdicts.length > 0) out(`\n## Verdicts\n\n${tableText(verdictTable(verdicts))}`);
  for (const broken of verdicts.filter(isBroken)) failures.push(`far off its bar: ${brokenText(broken)}`);
  // A report without some of its sections would look like a whole one.
  if (report !== undefined && reported.length === chosen.length)
    saveReport(report, {
      date: new Date().toISOString().slice(0, 10),
      command: `npm run bench -- --rounds ${rounds} --report ${report}`,
      machine,
      subjects: [eurek8sFacts, rawFacts, ...stockFacts],
      sections: reported,
    });
  for (const failure of failures) out(`FAILED ${failure}`);
  say(`done: ${reported.length} sections, ${failures.length} failures`);
  return failures.length === 0 ? 0 : 1;
}

/**
 * Runs a section; a text is its failure. A quick run has few rounds and often a busy machine: with a ratio far off its
 * bar the section is measured once more before the run fails. A whole run is reported as it was.
 */
async function runSection(section: Section, bench: Bench): Promise<ReportedSection | string> {
  const first = await attempt(section, bench);
  if (!bench.quick || typeof first === 'string' || !first.result.verdicts.some(isBroken)) return first;
  for (const broken of first.result.verdicts.filter(isBroken)) say(`far off its bar: ${brokenText(broken)}`);
  say(`${section.name}: measured once more`);
  return attempt(section, bench);
}

/** A section that fails does not end the others. */
async function attempt(section: Section, bench: Bench): Promise<ReportedSection | string> {
  const { name, title, about } = section;
  try {
    const reported = { title, about, result: await section.run(bench) };
    out(`\n${sectionParts(reported).join('\n\n')}\n`);
    return reported;
  } catch (error) {
    return `section ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}

function refuse(reason: string): number {
  process.stderr.write(`bench: ${reason}\n`);
  return 1;
}
