import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventRecorder } from '../../../../server/observe/event-recorder.ts';
import { appName, type AppName } from '../../../../shared/model/names.ts';
import { emptyApplication, type MergedApplication } from '../../../../shared/registry/application.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';

function refused(object: string): MergedApplication {
  return { ...emptyApplication(appName(object)), refusals: [{ object, code: 'no-host', reason: 'none', since: 0 }] };
}

function begin() {
  const clock = new SteppedClock();
  const written: string[] = [];
  const counts: string[] = [];
  const now = new Map<AppName, MergedApplication>();
  const recorder = new EventRecorder({
    clock,
    current: (app) => now.get(app),
    metrics: { count: (_name, labels) => void counts.push(labels?.['outcome'] ?? '') },
    clusters: new Map([
      [
        'main',
        async ({ name }) => {
          written.push(name);
          return 'written' as const;
        },
      ],
    ]),
  });
  /** Steps the clock, and lets each write end. */
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 1000) {
      clock.advance(Math.min(left, 1000));
      await new Promise((done) => void setImmediate(done));
    }
  };
  const note = (after: MergedApplication): void => {
    now.set(after.name, after);
    recorder.note(undefined, after);
  };
  return { clock, written, counts, recorder, note, now, pass };
}

test('Events are written one after the other, for clusters alone', async () => {
  const { written, counts, note, pass } = begin();
  for (const object of ['main/shop/carol', 'local/shop/dave', 'main/shop/erin']) note(refused(object));
  assert.deepEqual(written, []);
  await pass(5_000);
  assert.deepEqual(written, ['carol', 'erin']);
  assert.deepEqual(counts, ['written', 'written']);
});

test('an object that has to wait keeps no other one waiting', async () => {
  const { written, note, pass } = begin();
  note(refused('main/shop/carol'));
  await pass(2_000);
  note(refused('main/shop/carol'));
  await pass(60_000);
  note(refused('main/shop/dave'));
  await pass(2_000);
  assert.deepEqual(written, ['carol', 'dave']);
  await pass(600_000);
  assert.deepEqual(written, ['carol', 'dave', 'carol']);
});

test('what has been put right while it waited is not written', async () => {
  const { written, note, now, pass } = begin();
  note(refused('main/shop/carol'));
  note(refused('main/shop/dave'));
  now.delete(appName('main/shop/carol'));
  await pass(5_000);
  assert.deepEqual(written, ['dave']);
});

test('nothing is written after a stop', async () => {
  const { clock, written, recorder, note, pass } = begin();
  note(refused('main/shop/carol'));
  recorder.stop();
  note(refused('main/shop/dave'));
  await pass(5_000);
  assert.deepEqual([written, clock.pending], [[], 0]);
});
