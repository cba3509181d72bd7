import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readRegistryFile } from '../../server/registry-file/file-reading.ts';
import { stepByStep } from '../support/time-slices.ts';

const WRITER = fileURLToPath(new URL('../support/registry-file-process.ts', import.meta.url));
const KILLS = 200;
/** Files that are written and killed at the same time. */
const LANES = 4;
/** Milliseconds after a write: some writes later at the latest. */
const MAX_WAIT = 25;

/** Starts a writer, kills it in the middle of its work, and returns the number that it said last. */
async function killedWriter(path: string, first: number, lane: number): Promise<number> {
  const child = spawn(process.execPath, [WRITER, path, `${lane}-${first}`, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const closed = once(child, 'close');
  await once(child.stdout, 'data');
  await sleep(Math.random() * MAX_WAIT);
  child.kill('SIGKILL');
  await closed;
  return Number(said.trimEnd().split('\n').at(-1));
}

test(`killed ${KILLS} times while it writes: the file is always one whole registry, and never older than what was told`, async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'registry-kill-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  let whole = 0;
  const lane = async (number: number): Promise<void> => {
    const path = join(directory, `registry-${number}`);
    let last = 0;
    for (let kill = 0; kill < KILLS / LANES; kill++) {
      last = await killedWriter(path, last + 1, number);
      const read = await readRegistryFile(path, stepByStep);
      assert.ok(read.ok && read.value, read.ok ? 'no file' : read.error);
      const records = [...read.value.parts.values()].flatMap(({ contributions }) =>
        [...contributions.values()].flatMap(({ instances }) => instances),
      );
      assert.equal(records.length, 180);
      const [found, ...others] = new Set(records.map(({ metadata }) => Number(metadata.get('number'))));
      assert.deepEqual(others, [], 'of one registry');
      assert.ok(found !== undefined && found >= last, `${found} is older than ${last}`);
      last = found;
      whole++;
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
  assert.equal(whole, KILLS);
});
