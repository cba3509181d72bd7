import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventRecorder } from '../../../../server/observe/event-recorder.ts';
import { appName } from '../../../../shared/model/names.ts';
import { emptyApplication, type MergedApplication } from '../../../../shared/registry/application.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';

function refused(object: string): MergedApplication {
  return { ...emptyApplication(appName('CAROL')), refusals: [{ object, code: 'no-host', reason: 'none', since: 0 }] };
}

function begin() {
  const clock = new SteppedClock();
  const written: string[] = [];
  const counts: string[] = [];
  const recorder = new EventRecorder({
    clock,
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
  return { clock, written, counts, recorder, pass };
}

test('Events are written one after the other, for clusters alone', async () => {
  const { written, counts, recorder, pass } = begin();
  for (const object of ['main/shop/carol', 'local/shop/dave', 'main/shop/erin'])
    recorder.note(undefined, refused(object));
  assert.deepEqual(written, []);
  await pass(5_000);
  assert.deepEqual(written, ['carol', 'erin']);
  assert.deepEqual(counts, ['written', 'written']);
});

test('an object that has to wait keeps no other one waiting', async () => {
  const { written, recorder, pass } = begin();
  recorder.note(undefined, refused('main/shop/carol'));
  await pass(2_000);
  recorder.note(undefined, refused('main/shop/carol'));
  await pass(60_000);
  recorder.note(undefined, refused('main/shop/dave'));
  await pass(2_000);
  assert.deepEqual(written, ['carol', 'dave']);
  await pass(600_000);
  assert.deepEqual(written, ['carol', 'dave', 'carol']);
});

test('nothing is written after a stop', async () => {
  const { clock, written, recorder, pass } = begin();
  recorder.note(undefined, refused('main/shop/carol'));
  recorder.stop();
  recorder.note(undefined, refused('main/shop/dave'));
  await pass(5_000);
  assert.deepEqual([written, clock.pending], [[], 0]);
});
