import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Tally } from './support/tally-reporter.ts';
import { missingParts, prepareTestBed, type Extent } from './testbed/prepare.ts';

// `npm test`: everything but `faults` and `outages`, from the quick to the slow, with the real parts. Arguments name suites to run.
const SUITES = [
  'unit',
  'property',
  'golden',
  'integration',
  'load',
  'conformance',
  'clients',
  'e2e',
  'faults',
  'outages',
] as const;
type Suite = (typeof SUITES)[number];

/** They run by their names alone: the faults take minutes, and the outages of API servers many. */
const RUN_BY_NAME: ReadonlySet<Suite> = new Set(['faults', 'outages']);

/** Made of real parts that are built first, big ones; `none` for suites that bring all they need. */
function extentOf(suite: Suite): Extent | 'none' {
  switch (suite) {
    case 'conformance':
      return 'java';
    case 'clients':
    case 'e2e':
    case 'faults':
    case 'outages':
      return 'all';
    case 'unit':
    case 'property':
    case 'golden':
    case 'integration':
    case 'load':
      return 'none';
  }
}

/** Milliseconds, far beyond the longest quick test on a busy machine. One that hangs fails then, and the others go on. */
const HUNG_MS = 900_000;

const REPORTER = fileURLToPath(new URL('support/tally-reporter.ts', import.meta.url));

/** A process of its own per suite, whose report goes through as it comes. */
async function runSuite(suite: Suite): Promise<Tally> {
  const files = globSync(`test/${suite}/**/*.test.ts`).toSorted();
  if (files.length === 0) return { passed: 0, failed: 0, skipped: 0 };
  process.stdout.write(`\n== ${suite} (${files.length} files)\n`);
  const quick = suite === 'unit' || suite === 'property' || suite === 'golden';
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-tally-'));
  const tallyFile = join(dir, 'tally.json');
  const child = spawn(
    process.execPath,
    [
      '--test',
      // The quick suites touch nothing but their own objects; everything else gets a process of its own.
      `--test-isolation=${quick ? 'none' : 'process'}`,
      ...(quick ? [`--test-timeout=${HUNG_MS}`] : [`--test-concurrency=${filesAtOnce(suite)}`]),
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      `--test-reporter=${REPORTER}`,
      `--test-reporter-destination=${tallyFile}`,
      ...files,
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const [code] = (await once(child, 'close')) as [number | null];
  const tally = readTally(tallyFile);
  rmSync(dir, { recursive: true, force: true });
  // A run that ends badly without a failed test broke off: that is a failure too.
  return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

/** Suites with real parts measure times and start big servers; but the cases of faults mostly wait. */
function filesAtOnce(suite: Suite): number {
  if (RUN_BY_NAME.has(suite)) return 3;
  return extentOf(suite) === 'none' ? 2 : 1;
}

function readTally(file: string): Tally {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Tally;
  } catch {
    process.stdout.write('the test runner broke off before its end\n');
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

const wanted = process.argv.slice(2);
const chosen = SUITES.filter((suite) => (wanted.length === 0 ? !RUN_BY_NAME.has(suite) : wanted.includes(suite)));
const tallies: Tally[] = [];
const ran: Suite[] = [];
const leftOut: string[] = [];
const started = Date.now();
for (const suite of chosen) {
  const extent = extentOf(suite);
  if (extent !== 'none') {
    const missing = await missingParts(extent);
    if (missing.length > 0) {
      leftOut.push(...missing.map((part) => `suite ${suite}: ${part}`));
      continue;
    }
    await prepareTestBed((line) => process.stdout.write(`${line}\n`), extent);
  }
  tallies.push(await runSuite(suite));
  ran.push(suite);
}
process.stdout.write(`\nran ${ran.join(', ')} in ${Math.round((Date.now() - started) / 1000)} s\n`);
for (const part of leftOut) process.stdout.write(`LEFT OUT ${part}\n`);
const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
const skipped = tallies.reduce((sum, tally) => sum + tally.skipped, 0);
let failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
if (skipped > 0) process.stdout.write(`${skipped} skipped\n`);
// In CI nothing may be left out in silence.
if (process.env['CI'] === 'true') failed += leftOut.length + skipped;
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
