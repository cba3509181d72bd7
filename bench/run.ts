import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { helpText, parseWish, type Wish } from './arguments.ts';
import { instanceCount, SIZES } from './data/registry.ts';
import { Lineups } from './lineups.ts';
import { wrkTrouble } from './load/wrk.ts';
import { CORES, pinningTrouble, pinSelf } from './pin.ts';
import { sectionParts, type ReportedSection } from './report/document.ts';
import { machineFacts } from './report/facts.ts';
import { saveJson, saveReport } from './report/save.ts';
import { tableText } from './report/table.ts';
import { brokenText, isBroken, verdictTable } from './report/verdicts.ts';
import type { Bench, Section } from './section.ts';
import { allSections, SHARING } from './sections.ts';
import { buildProgram } from './subjects/program.ts';
import { stockJar } from './subjects/stock.ts';

// `npm run bench`: everything measured in one run, or the sections named.
const started = performance.now();
const lineups = new Lineups();
const SECTIONS = allSections(lineups);
const out = (text: string): void => void process.stdout.write(`${text}\n`);
const say = (line: string): void => out(`[${elapsed().padStart(6)}] ${line}`);

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const parsed = parseWish(
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
  // Interrupted, the servers are ended by whoever started them; what they wrote would stay.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, clean);
  try {
    return await measure(parsed.value, workDir);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  } finally {
    await lineups.stop();
    clean();
  }
}

async function measure(wish: Wish, workDir: string): Promise<number> {
  const { quick, rounds, only } = wish;
  const machine = machineFacts();
  const program = wish.program === undefined ? await buildProgram(workDir) : resolve(wish.program);
  await stockJar('hoxton', say);
  if (!quick) await stockJar('current', say);
  pinSelf(CORES.driver);
  const sizes = (quick ? [SIZES.small, SIZES.medium] : [SIZES.small, SIZES.medium, SIZES.large]).filter(
    (size) => wish.sizes.length === 0 || wish.sizes.includes(instanceCount(size)),
  );
  const bench: Bench = { quick, rounds, workDir, program, sizes, say };

  const reported: ReportedSection[] = [];
  const failures: string[] = [];
  const chosen = SECTIONS.filter(({ name }) => only.length === 0 || only.includes(name));
  for (const [index, section] of chosen.entries()) {
    say(`${section.name}: section ${index + 1} of ${chosen.length}`);
    const result = await believed(section, bench);
    if (!chosen.slice(index + 1).some(({ name }) => SHARING.has(name))) await lineups.stop();
    if (typeof result === 'string') failures.push(result);
    else reported.push(result);
  }

  const verdicts = reported.flatMap(({ result }) => result.verdicts);
  if (verdicts.length > 0) out(`\n## Verdicts\n\n${tableText(verdictTable(verdicts))}`);
  if (wish.json !== undefined) saveJson(wish.json, { machine, sections: reported });
  for (const broken of verdicts.filter(isBroken)) failures.push(`far off its bar: ${brokenText(broken)}`);
  // A report with holes in it would look like one.
  if (wish.report !== undefined && reported.length === chosen.length) saveReport(wish, machine, reported);
  for (const failure of failures) out(`FAILED ${failure}`);
  say(`done: ${reported.length} sections, ${failures.length} failures`);
  return failures.length === 0 ? 0 : 1;
}

/**
 * A quick run has few rounds and often a busy machine: a ratio far off its bar there is measured once more before it
 * fails anything. A whole run is reported as it was.
 */
async function believed(section: Section, bench: Bench): Promise<ReportedSection | string> {
  const first = await attempt(section, bench);
  if (!bench.quick || typeof first === 'string' || !first.result.verdicts.some(isBroken)) return first;
  for (const broken of first.result.verdicts.filter(isBroken)) say(`far off its bar: ${brokenText(broken)}`);
  say(`${section.name}: measured once more`);
  return attempt(section, bench);
}

/** A section that fails does not take the others with it. */
async function attempt(section: Section, bench: Bench): Promise<ReportedSection | string> {
  const { name, title, about } = section;
  try {
    const reported = { name, title, about, result: await section.run(bench) };
    out(`\n${sectionParts(reported).join('\n\n')}\n`);
    return reported;
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `section ${name}: ${reason}`;
  }
}

function refuse(reason: string): number {
  process.stderr.write(`bench: ${reason}\n`);
  return 1;
}

function elapsed(): string {
  return `${Math.round((performance.now() - started) / 1000)} s`;
}
