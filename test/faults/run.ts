// `npm run faults`: injects every fault and prints the tables. Options, behind `--`:
//   --write         writes docs/faults.md and docs/kubernetes-faults.md: those for which each area has been tried
//   --busy          says in it that the machine did other work meanwhile
//   --results FILE  keeps the rows there and adds to those that are there: so a run can be made in parts
//   words           choose cases by name, such as `^watch:`; `--none` runs no case
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { prepareTestBed } from '../testbed/prepare.ts';
import { faultsDocument, PAGES, type FaultResult } from './table.ts';

const DOCUMENTS = join(import.meta.dirname, '..', '..', 'docs');
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
  const files = globSync('test/{faults,outages}/*.test.ts').toSorted();
  const environment = { ...process.env, FAULTS_RESULTS: file };
  const child = spawn(process.execPath, [...flags, ...files], { stdio: 'inherit', env: environment });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}

// Otherwise several files would wait for what one of them builds, and take that for a fault.
if (!values.none) await prepareTestBed((line) => process.stdout.write(`${line}\n`), 'all');
const code = values.none ? 0 : await inject();
// The last result of a case counts.
const results = new Map<string, FaultResult>();
for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
  const result = JSON.parse(line) as FaultResult;
  results.set(`${result.area} ${result.fault} ${result.over ?? ''}`, result);
}
const all = [...results.values()];
for (const page of PAGES) {
  const tried = page.areas.filter((area) => all.some((result) => result.area === area));
  if (tried.length === 0) continue;
  const document = await format(faultsDocument(page, all, values.busy), { parser: 'markdown', printWidth: 120 });
  process.stdout.write(`\n${document}`);
  if (values.write && code === 0 && tried.length === page.areas.length)
    writeFileSync(join(DOCUMENTS, page.file), document);
}
process.exitCode = code;
