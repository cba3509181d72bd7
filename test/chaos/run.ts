import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chaos } from './chaos.ts';
import { HELP, readOptions } from './options.ts';
import type { Recording } from './recording.ts';
import { reportLines } from './report.ts';

// `npm run chaos`: reads the command line, runs, prints, and says by its exit code whether all was right.
const options = readOptions(process.argv.slice(2), () => Date.now() % 2 ** 31);
if (options === 'help') process.stdout.write(HELP);
else {
  const dir = options.dir === undefined ? mkdtempSync(join(tmpdir(), 'eurek8s-chaos-')) : resolve(options.dir);
  mkdirSync(dir, { recursive: true });
  const started = performance.now();
  const say = (line: string): void => {
    process.stdout.write(`${((performance.now() - started) / 1000).toFixed(0).padStart(5)} s  ${line}\n`);
  };
  say(`seed ${options.seed}, ${options.minutes} minutes; logs in ${dir}`);
  const record = (recording: Recording): void => {
    if (options.record) writeFileSync(join(dir, 'recording.json'), JSON.stringify(recording));
  };
  const outcome = await chaos({ ...options, dir, say, record });
  process.stdout.write(`\n${reportLines(outcome).join('\n')}\n`);
  const good = outcome.violations.length === 0;
  if (good && options.dir === undefined) rmSync(dir, { recursive: true, force: true });
  process.exit(good ? 0 : 1);
}
