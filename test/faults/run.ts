// `npm run faults`: injects every fault and prints the table. `-- --write` writes docs/faults.md, `--busy` says in it that
// the machine was busy, and further words choose cases by name.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { faultsDocument, type FaultResult } from './table.ts';

const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'faults.md');

const { values, positionals } = parseArgs({
  options: { write: { type: 'boolean', default: false }, busy: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const directory = mkdtempSync(join(tmpdir(), 'eurek8s-faults-'));
const file = join(directory, 'results');
writeFileSync(file, '');
const names = positionals.flatMap((name) => ['--test-name-pattern', name]);
const child = spawn(
  process.execPath,
  ['--test', '--test-concurrency=2', '--test-reporter=spec', ...names, ...globSync('test/faults/*.test.ts').toSorted()],
  { stdio: 'inherit', env: { ...process.env, FAULTS_RESULTS: file } },
);
const [code] = (await once(child, 'close')) as [number | null];
const results = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as FaultResult);
rmSync(directory, { recursive: true });
const document = await format(faultsDocument(results, values.busy), { parser: 'markdown', printWidth: 120 });
process.stdout.write(`\n${document}`);
if (values.write && code === 0) writeFileSync(DOCUMENT, document);
process.exitCode = code ?? 1;
