import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withMeasured, type Results } from './scaling-document.ts';

// Puts the figures of a run into docs/scaling.md:
//   npm run bench -- --json results.json && node bench/scenario/write-scaling.ts results.json
const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'scaling.md');

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('usage: node bench/scenario/write-scaling.ts RESULTS.json\n');
  process.exitCode = 2;
} else {
  const results = JSON.parse(readFileSync(file, 'utf8')) as Results;
  writeFileSync(DOCUMENT, withMeasured(readFileSync(DOCUMENT, 'utf8'), results));
  process.stdout.write('docs/scaling.md has the figures of this run\n');
}
