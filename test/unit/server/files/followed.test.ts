import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { Followed } from '../../../../server/files/followed.ts';
import { temporaryDirectory } from '../../../support/credentials.ts';
import { SILENT_LOG } from '../../../support/silent-log.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';
import { until } from '../../../testbed/until.ts';

/** A value made of two files, which must be equal. */
async function follow(t: TestContext, one: string, other: string, worse?: (next: string) => string | undefined) {
  const clock = new SteppedClock();
  const errors: string[] = [];
  const opened = await Followed.open<string>({
    option: 'some.option',
    worse,
    clock,
    log: { ...SILENT_LOG, error: (fields) => void errors.push((fields as { readonly problem: string }).problem) },
    load: async (read) => {
      const [a, b] = [await read(one), await read(other)];
      if (!a.ok) return a;
      if (!b.ok) return b;
      const [left, right] = [a.value.toString(), b.value.toString()];
      return left === right ? { ok: true, value: left } : { ok: false, error: `${left} is not ${right}` };
    },
  });
  assert.ok(opened.ok, opened.ok ? '' : opened.error);
  const followed = opened.value;
  t.after(() => followed.stop());
  const look = async (isSo: () => boolean, what: string): Promise<void> => {
    await until(what, async () => {
      clock.advance(1000);
      return isSo();
    });
  };
  return { followed, look, errors };
}

function pair(t: TestContext): readonly [directory: string, one: string, other: string] {
  const directory = temporaryDirectory(t);
  const [one, other] = [join(directory, 'one'), join(directory, 'other')];
  writeFileSync(one, 'a');
  writeFileSync(other, 'a');
  return [directory, one, other];
}

describe('files that are followed', () => {
  test('a change comes into force, whichever file it is in', async (t) => {
    const [, one, other] = pair(t);
    const { followed, look, errors } = await follow(t, one, other);
    const heard: string[] = [];
    followed.onChange((value) => heard.push(value));
    assert.equal(followed.value, 'a');
    writeFileSync(one, 'b');
    writeFileSync(other, 'b');
    await look(() => followed.value === 'b', 'the new value');
    assert.deepEqual([heard, errors, followed.state().problem], [['b'], [], undefined]);
    assert.deepEqual(followed.state().files, [one, other]);
  });

  test('a link that leads elsewhere is a change, as in a mounted Secret', async (t) => {
    const directory = temporaryDirectory(t);
    const generation = (name: string, content: string): void => {
      mkdirSync(join(directory, name));
      for (const file of ['one', 'other']) writeFileSync(join(directory, name, file), content);
      symlinkSync(name, join(directory, 'new'));
      renameSync(join(directory, 'new'), join(directory, '..data'));
    };
    generation('..1', 'a');
    for (const file of ['one', 'other']) symlinkSync(join('..data', file), join(directory, file));
    const { followed, look } = await follow(t, join(directory, 'one'), join(directory, 'other'));
    generation('..2', 'b');
    rmSync(join(directory, '..1'), { recursive: true });
    await look(() => followed.value === 'b', 'the new generation');
  });

  test('what may not replace the one in force yet comes into force later, without a change of the files', async (t) => {
    const [, one, other] = pair(t);
    let isEarly = true;
    const { followed, look, errors } = await follow(t, one, other, () => (isEarly ? 'too early' : undefined));
    writeFileSync(one, 'b');
    writeFileSync(other, 'b');
    await look(() => followed.state().problem === 'too early', 'the problem');
    assert.equal(followed.value, 'a');
    isEarly = false;
    await look(() => followed.value === 'b', 'the new value');
    assert.deepEqual([followed.state().problem, errors], [undefined, ['too early']]);
  });

  test('what cannot be used leaves the last good in force, and is reported once, when it is not only momentary', async (t) => {
    const [, one, other] = pair(t);
    const { followed, look, errors } = await follow(t, one, other);
    writeFileSync(one, 'b');
    await look(() => followed.state().problem !== undefined, 'the problem');
    assert.deepEqual([followed.value, followed.state().problem, errors], ['a', 'b is not a', ['b is not a']]);
    rmSync(other);
    await look(() => followed.state().problem?.includes('no such file') === true, 'the next problem');
    assert.equal(followed.value, 'a');
    writeFileSync(other, 'b');
    await look(() => followed.value === 'b', 'the good value');
    assert.equal(followed.state().problem, undefined);
    assert.equal(errors.length, 2);
  });

  test('going back to what is in force ends the problem', async (t) => {
    const [, one, other] = pair(t);
    const { followed, look } = await follow(t, one, other);
    writeFileSync(one, 'b');
    await look(() => followed.state().problem !== undefined, 'the problem');
    writeFileSync(one, 'a');
    await look(() => followed.state().problem === undefined, 'no problem');
    assert.equal(followed.value, 'a');
  });

  test('nothing to begin with is an error, not a value', async () => {
    const opened = await Followed.open({
      option: 'some.option',
      clock: new SteppedClock(),
      log: SILENT_LOG,
      load: (read) => read('/no/such/file'),
    });
    assert.deepEqual(opened, { ok: false, error: '/no/such/file: there is no such file' });
  });
});
