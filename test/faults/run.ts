// `npm run faults`: injects every fault and prints the table. Options, behind `--`:
//   --write         writes docs/faults.md
//   --busy          says in it that the machine did other work meanwhile
//   --results FILE  keeps the rows there and adds to those that are there: so a run can be made in parts
//   words           choose cases by name; `--none` runs no case
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { faultsDocument, type FaultResult } from './table.ts';

const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'faults.md');
/** Test files at the same time: their cases mostly wait. `npm test` runs as many. */
const FILES_AT_ONCE = 3;

const { values, positionals } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    busy: { type: 'boolean', default: false },
    none: { type: 'boolean', default: false },
    results: { type: 'string' },
  },
  allowPositionals: true,
});
const file = values.results ?? join(mkdtempSync(join(tmpdir(), 'eurek8s-faults-')), 'results');
writeFileSync(file, '', { flag: 'a' });

async function inject(): Promise<number> {
  const names = positionals.flatMap((name) => ['--test-name-pattern', name]);
  const flags = ['--test', `--test-concurrency=${FILES_AT_ONCE}`, '--test-reporter=spec', ...names];
  const files = globSync('test/faults/*.test.ts').toSorted();
  const environment = { ...process.env, FAULTS_RESULTS: file };
  const child = spawn(process.execPath, [...flags, ...files], { stdio: 'inherit', env: environment });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}

const code = values.none ? 0 : await inject();
// The last result of a case counts.
const results = new Map<string, FaultResult>();
for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
  const result = JSON.parse(line) as FaultResult;
  results.set(`${result.area} ${result.fault}`, result);
}
const text = faultsDocument([...results.values()], values.busy);
const document = await format(text, { parser: 'markdown', printWidth: 120 });
process.stdout.write(`\n${document}`);
if (values.write && code === 0) writeFileSync(DOCUMENT, document);
process.exitCode = code;
