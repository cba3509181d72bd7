import { globSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { missingParts, prepareTestBed, type Extent } from './testbed/prepare.ts';

// `npm test`: everything there is, from the quick to the slow, with the real parts. Arguments name suites to run.
const SUITES = ['unit', 'property', 'golden', 'integration', 'conformance', 'clients', 'e2e'] as const;
type Suite = (typeof SUITES)[number];

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** Made of real parts that are built first, big ones; `none` for suites that bring all they need. */
function extentOf(suite: Suite): Extent | 'none' {
  switch (suite) {
    case 'conformance':
      return 'java';
    case 'clients':
    case 'e2e':
      return 'all';
    case 'unit':
    case 'property':
    case 'golden':
    case 'integration':
      return 'none';
  }
}

async function runSuite(suite: Suite, tally: Tally): Promise<void> {
  const files = globSync(`test/${suite}/**/*.test.ts`).toSorted();
  if (files.length === 0) return;
  process.stdout.write(`\n== ${suite} (${files.length} files)\n`);
  const quick = suite === 'unit' || suite === 'property' || suite === 'golden';
  const stream = run({
    files,
    // The quick suites touch nothing but their own objects; everything else gets a process of its own. The end to end
    // suites measure times and start big servers, so one of them at a time.
    isolation: quick ? 'none' : 'process',
    concurrency: extentOf(suite) === 'none' ? 2 : 1,
  });
  stream.on('test:pass', (event) => {
    if (event.details.type === 'suite') return;
    if (event.skip !== undefined || event.todo !== undefined) tally.skipped++;
    else tally.passed++;
  });
  stream.on('test:fail', (event) => {
    if (event.details.type !== 'suite') tally.failed++;
  });
  const printed = stream.compose(spec);
  for await (const chunk of printed) process.stdout.write(chunk as string);
}

const wanted = process.argv.slice(2);
const chosen = SUITES.filter((suite) => wanted.length === 0 || wanted.includes(suite));
const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
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
  await runSuite(suite, tally);
}
process.stdout.write(`\nran ${chosen.join(', ')} in ${Math.round((Date.now() - started) / 1000)} s\n`);
for (const part of leftOut) process.stdout.write(`LEFT OUT ${part}\n`);
if (tally.skipped > 0) process.stdout.write(`${tally.skipped} skipped\n`);
// In CI nothing may be left out in silence.
if (process.env['CI'] === 'true') tally.failed += leftOut.length + tally.skipped;
process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`);
process.exitCode = tally.failed === 0 ? 0 : 1;
