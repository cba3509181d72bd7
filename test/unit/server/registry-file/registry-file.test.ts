import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { systemClock } from '../../../../server/system/clock.ts';
import { readRegistryFile } from '../../../../server/registry-file/file-reading.ts';
import { RegistryFileWriter, type WriterParts } from '../../../../server/registry-file/registry-file-writer.ts';
import { WriteHistory } from '../../../../server/registry-file/write-history.ts';
import type { RegistryContents } from '../../../../server/ports/registry-contents.ts';
import { appName, type AppName } from '../../../../shared/model/names.ts';
import { NO_CONTRIBUTION } from '../../../../shared/contribution/contribution.ts';
import { instance } from '../../../support/instances.ts';
import { NO_METRICS } from '../../../support/no-metrics.ts';
import { contentsOf, LEGACY, legacyWith, registered } from '../../../support/registry-contents.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';
import { stepByStep } from '../../../support/time-slices.ts';

interface Scene {
  readonly path: string;
  readonly directory: string;
  readonly clock: SteppedClock;
  readonly history: WriteHistory;
  readonly errors: string[];
  readonly writer: (contents: () => RegistryContents | undefined, parts?: Partial<WriterParts>) => RegistryFileWriter;
}

function scene(t: TestContext): Scene {
  const directory = mkdtempSync(join(tmpdir(), 'registry-file-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'registry');
  const clock = new SteppedClock();
  const errors: string[] = [];
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (fields: object, text: string) => void errors.push(`${JSON.stringify(fields)} ${text}`),
  };
  const history = new WriteHistory(path, clock, log, NO_METRICS);
  return {
    path,
    directory,
    clock,
    history,
    errors,
    writer: (contents, parts = {}) =>
      new RegistryFileWriter({
        path,
        owner: 'self',
        bases: new Map([[LEGACY.id, ['http://eureka']]]),
        contents,
        history,
        clock,
        newTimeSlice: stepByStep,
        ...parts,
      }),
  };
}

/** What `stop` writes: the shortest way to a file. */
async function written(t: TestContext, contents: RegistryContents): Promise<Scene> {
  const made = scene(t);
  await made.writer(() => contents).stop();
  return made;
}

test('links and files in the way of what is written do not lead it elsewhere, nor keep their rights', async (t) => {
  const { path, directory, writer } = scene(t);
  const victim = join(directory, 'victim');
  writeFileSync(victim, 'kept');
  const unfinished = join(directory, '.registry.self.unfinished');
  const contents = contentsOf(registered(1, 1));
  for (const plant of [
    () => symlinkSync(victim, unfinished),
    () => symlinkSync(join(directory, 'nowhere'), unfinished),
    () => writeFileSync(unfinished, 'old', { mode: 0o666 }),
    () => symlinkSync(victim, path),
    () => symlinkSync(join(directory, 'nowhere'), join(directory, '.registry.other.unfinished')),
  ]) {
    rmSync(path, { force: true });
    plant();
    await writer(() => contents).stop();
    assert.equal(readFileSync(victim, 'utf8'), 'kept');
    assert.ok(!existsSync(join(directory, 'nowhere')) && !existsSync(unfinished));
    const stats = lstatSync(path);
    assert.deepEqual([stats.isFile(), stats.mode & 0o777], [true, 0o600]);
  }
});

test('what is written is read again, for its owner alone, and nothing is left beside it', async (t) => {
  const contributions = registered(20, 7);
  const { path, directory } = await written(t, contentsOf(contributions));
  const read = await readRegistryFile(path, stepByStep);
  assert.ok(read.ok && read.value);
  const part = read.value.parts.get(LEGACY.id);
  assert.deepEqual(part?.contributions, contributions);
  assert.deepEqual(part?.basis, ['http://eureka']);
  assert.equal(part?.lastSuccessAt, 1_750_000_000_000);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(directory), ['registry']);
});

test('bytes are flushed before they get their name, and their name after it: the machine may crash at any moment', async (t) => {
  const { directory, writer } = scene(t);
  const probe = await open(directory);
  const handles = Object.getPrototypeOf(probe) as FileHandle;
  await probe.close();
  const flushed: string[] = [];
  t.mock.method(handles, 'sync', () => {
    flushed.push(readdirSync(directory).join(', '));
    return Promise.resolve();
  });
  await writer(() => contentsOf(registered(1, 1))).stop();
  assert.deepEqual(flushed, ['.registry.self.unfinished', 'registry']);
});

test('an application that was contributed to and is not merged yet is in the file too', async (t) => {
  const contributions = registered(3, 2);
  const { applications, version } = contentsOf(registered(2, 2));
  const { path } = await written(t, { sources: [{ source: LEGACY, contributions }], applications, version });
  const read = await readRegistryFile(path, stepByStep);
  assert.ok(read.ok);
  assert.deepEqual([...(read.value?.parts.get(LEGACY.id)?.contributions.keys() ?? [])].toSorted(), [
    'A-0',
    'A-1',
    'A-2',
  ]);
});

test('an application that is only remembered has its details in the file, and no contribution', async (t) => {
  const contents = contentsOf(registered(2, 2));
  const name = appName('GONE');
  const source = legacyWith({
    remembered: () => [name],
    detailsOf: (app: AppName) => (app === name ? [{ identity: LEGACY, write: () => ({ was: 'here' }) }] : []),
  });
  const sources = contents.sources.map((each) => ({ ...each, source }));
  const { path } = await written(t, { ...contents, sources });
  const read = await readRegistryFile(path, stepByStep);
  const part = read.ok ? read.value?.parts.get(LEGACY.id) : undefined;
  assert.deepEqual(part?.details.get(name), [{ was: 'here' }]);
  assert.deepEqual([...(part?.contributions.keys() ?? [])].toSorted(), ['A-0', 'A-1']);
});

test('what changes while applications are written is in the state of its source', async (t) => {
  const contents = contentsOf(registered(2, 2));
  let gone = 0;
  const source = legacyWith({
    detailsOf: () => (gone++, []),
    memory: () => ({ asOf: 1_750_000_000_000, state: { gone } }),
  });
  const { path } = await written(t, { ...contents, sources: contents.sources.map((each) => ({ ...each, source })) });
  const read = await readRegistryFile(path, stepByStep);
  assert.deepEqual(read.ok && read.value?.parts.get(LEGACY.id)?.state, { gone: 2 });
});

test('a file that breaks off anywhere, or of which any bit is another, is not used', async (t) => {
  const { path } = await written(t, contentsOf(registered(2, 2)));
  const whole = readFileSync(path);
  const damaged = [
    ...Array.from(whole.keys(), (length) => whole.subarray(0, length)),
    ...Array.from(whole.keys(), (at) => {
      const copy = Buffer.from(whole);
      copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
      return copy;
    }),
    Buffer.concat([whole, Buffer.from('\n')]),
    Buffer.concat([whole, whole]),
  ];
  assert.ok(damaged.length >= 1_000, `${damaged.length} damages are enough`);
  for (const bytes of damaged) {
    writeFileSync(path, bytes);
    const read = await readRegistryFile(path, stepByStep);
    assert.ok(!read.ok, `${bytes.length} bytes were taken`);
  }
});

test('a format of another version, a text that is none of ours, and a file that is too large are refused with the reason', async (t) => {
  const { path } = await written(t, contentsOf(registered(1, 1)));
  const whole = readFileSync(path, 'latin1');
  const reasonFor = async (text: string, maxBytes?: number): Promise<string> => {
    writeFileSync(path, text, 'latin1');
    const read = await readRegistryFile(path, stepByStep, maxBytes);
    return read.ok ? 'taken' : read.error;
  };
  assert.match(await reasonFor(whole.replace('registry 1 ', 'registry 2 ')), /format 2, a newer one/);
  assert.match(await reasonFor('{"applications":{}}\n'), /does not begin as a registry file/);
  assert.match(await reasonFor(''), /does not begin as a registry file/);
  assert.match(await reasonFor(whole, 100), /larger than 100 bytes/);
  assert.match(await reasonFor(whole.slice(0, -1)), /^it has \d+ bytes where it should have \d+$/);
});

test('without a file there is nothing to say; what is no file is refused', async (t) => {
  const { path, directory } = scene(t);
  assert.deepEqual(await readRegistryFile(path, stepByStep), { ok: true, value: undefined });
  const read = await readRegistryFile(directory, stepByStep);
  assert.ok(!read.ok && /no regular file/.test(read.error));
});

test('nothing is written before there is a whole registry', async (t) => {
  const made = scene(t);
  await made.writer(() => undefined).stop();
  assert.deepEqual(readdirSync(made.directory), []);
});

test('a change is written after a moment, further ones with the next write, and without one once a minute', async (t) => {
  const made = scene(t);
  let asked = 0;
  const contents = contentsOf(registered(1, 1));
  const writer = made.writer(() => {
    asked++;
    return contents;
  });
  writer.start();
  made.clock.advance(59_000);
  assert.equal(asked, 0);
  writer.noteChange();
  writer.noteChange();
  made.clock.advance(999);
  assert.equal(asked, 0);
  made.clock.advance(1);
  assert.equal(asked, 1);
  await eventually(() => made.history.last !== undefined);
  made.clock.advance(59_999);
  assert.equal(asked, 1);
  made.clock.advance(1);
  assert.equal(asked, 2);
  await writer.stop();
});

test('what did not change is not encoded again', async (t) => {
  const made = scene(t);
  const contributions = registered(400, 5);
  const isRemembered = (app: AppName): boolean => app.startsWith('GONE');
  const source = legacyWith({
    remembered: () => [appName('GONE-1'), appName('GONE-2')],
    detailsOf: (app: AppName) => (isRemembered(app) ? [{ identity: LEGACY, write: () => ({}) }] : []),
  });
  let contents: RegistryContents = { ...contentsOf(contributions), sources: [{ source, contributions }] };
  const sizes: number[] = [];
  const replace: WriterParts['replace'] = (_path, bytes) => {
    const known = new Set(kept);
    sizes.push(bytes.filter((each) => !known.has(each)).length);
    kept = bytes;
    return Promise.resolve('');
  };
  let kept: readonly Uint8Array[] = [];
  const writer = made.writer(() => contents, { replace });
  const write = async (): Promise<void> => {
    const before = sizes.length;
    writer.noteChange();
    made.clock.advance(60_000);
    await eventually(() => sizes.length > before);
    // The writer has to be idle again before it takes another change.
    await eventually(() => made.clock.pending > 0);
  };
  await write();
  const name = appName('A-7');
  const changed = new Map(contributions).set(name, { ...NO_CONTRIBUTION, instances: [instance('A-7', 'new')] });
  const applications = contentsOf(changed).applications.filter((each) => each.name === name);
  contents = {
    ...contents,
    sources: [{ source, contributions: changed }],
    applications: contents.applications.map((each) => (each.name === name ? (applications[0] ?? each) : each)),
  };
  await write();
  assert.ok((sizes[0] ?? 0) > 10, 'many blocks at first');
  assert.equal(sizes[1], 3, 'header, sources and one block');
  await writer.stop();
});

test('what cannot be written is tried again, ever more rarely; it is told once, and when it works again', async (t) => {
  const made = scene(t);
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  let attempts = 0;
  let broken = true;
  const contents = contentsOf(registered(1, 1));
  const writer = made.writer(() => contents, {
    replace: () => {
      attempts++;
      return broken ? Promise.reject(full) : Promise.resolve('1');
    },
  });
  writer.noteChange();
  const attempted = async (count: number, waitMs: number): Promise<void> => {
    made.clock.advance(waitMs);
    await eventually(() => attempts === count && made.clock.pending > 0);
  };
  await attempted(1, 1_000);
  assert.equal(made.history.problem, 'the disk is full');
  // Further changes do not make the attempts more frequent.
  writer.noteChange();
  made.clock.advance(1_500);
  assert.equal(attempts, 1);
  await attempted(2, 500);
  await attempted(3, 4_000);
  assert.equal(made.errors.length, 1, made.errors.join('\n'));
  broken = false;
  await attempted(4, 8_000);
  assert.equal(made.history.problem, undefined);
  assert.equal(made.history.failures, 0);
  await writer.stop();
});

test('whatever stands in the way of the file is named', async (t) => {
  const made = scene(t);
  const contents = (): RegistryContents => contentsOf(registered(1, 1));
  const problemAt = async (path: string): Promise<string | undefined> => {
    await made.writer(contents, { path }).stop();
    return made.history.problem;
  };
  assert.equal(await problemAt(join(made.directory, 'none', 'registry')), 'the directory does not exist');
  mkdirSync(made.path);
  assert.equal(await problemAt(made.path), 'it is no regular file');
  assert.equal(await problemAt('/dev/null'), 'it is no regular file');
  writeFileSync(join(made.directory, 'file'), '');
  assert.equal(await problemAt(join(made.directory, 'file', 'registry')), 'a part of its path is no directory');
  assert.deepEqual(readdirSync(made.directory), ['file', 'registry']);
});

test('another process that writes the same file is noticed', async (t) => {
  const made = scene(t);
  const contents = (): RegistryContents => contentsOf(registered(1, 1));
  const writer = made.writer(contents);
  const write = async (): Promise<void> => {
    const before = made.history.last;
    writer.noteChange();
    made.clock.advance(1_000);
    await eventually(() => made.history.last !== before && made.clock.pending > 0);
  };
  await write();
  await write();
  assert.equal(made.history.problem, undefined);
  await made.writer(contents, { owner: 'other' }).stop();
  await write();
  assert.match(made.history.problem ?? '', /another process writes the same registry file/);
  assert.equal(made.errors.length, 1);
  await writer.stop();
});

test('what a killed process left unfinished is removed, but not what another may be writing', async (t) => {
  const made = scene(t);
  const [old, fresh] = ['.registry.a.unfinished', '.registry.b.unfinished'].map((name) => join(made.directory, name));
  assert.ok(old && fresh);
  for (const path of [old, fresh]) writeFileSync(path, 'half');
  const at = made.clock.now() / 1000;
  utimesSync(old, at - 3600, at - 3600);
  utimesSync(fresh, at - 5, at - 5);
  await made.writer(() => contentsOf(registered(1, 1))).stop();
  assert.deepEqual(readdirSync(made.directory).toSorted(), ['.registry.b.unfinished', 'registry']);
});

/** File system calls take turns of the event loop that the stepped clock knows nothing of. */
async function eventually(holds: () => boolean): Promise<void> {
  const clock = systemClock(() => Date.now());
  const deadline = clock.now() + 20_000;
  while (!holds()) {
    assert.ok(clock.now() < deadline, 'it never happened');
    await new Promise<void>((resolve) => void clock.after(2, resolve));
  }
}
