import assert from 'node:assert/strict';
import { test } from 'node:test';
import { movingService, play, type Stage } from '../../../../server/demo/story.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';

const ACTS = movingService('alice');

/** A stage that writes down what is done on it. */
function stage(done: string[], fails = false): Stage {
  const note = (what: string): Promise<void> => {
    done.push(what);
    return fails ? Promise.reject(new Error('no such thing')) : Promise.resolve();
  };
  return {
    setTraffic: (share) => void note(share).catch(() => undefined),
    retire: async () => {
      await note('retire');
      return 'alice-1';
    },
    stopLegacy: () => note('stop'),
    startLegacy: () => note('start'),
  };
}

async function passed(clock: SteppedClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1_000) {
    clock.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('the story moves a service over a fault, back and forth, until its last EC2 instance is gone', async () => {
  const clock = new SteppedClock();
  const [done, said]: [string[], string[]] = [[], []];
  play(ACTS, stage(done), 10_000, clock, (text) => void said.push(text));
  await passed(clock, 9_000);
  assert.deepEqual(done, []);
  await passed(clock, 1_000);
  assert.deepEqual(done, ['0%']);
  await passed(clock, 10_000 * ACTS.length);
  assert.deepEqual(done, ['0%', 'single', '50%', 'stop', 'start', '0%', '100%', 'retire', 'retire']);
  assert.match(said[0] ?? '', /^1 of 9: alice runs on EC2/);
  assert.match(said.at(-1) ?? '', /^the story is over/);
});

test('a step that fails is told, and the story goes on', async () => {
  const clock = new SteppedClock();
  const [done, said]: [string[], string[]] = [[], []];
  play(ACTS, stage(done, true), 1_000, clock, (text) => void said.push(text));
  await passed(clock, 1_000 * (ACTS.length + 1));
  assert.equal(done.length, ACTS.length);
  assert.equal(said.filter((text) => text === 'this step failed: no such thing').length, 4);
});

test('a story that is stopped does nothing more', async () => {
  const clock = new SteppedClock();
  const done: string[] = [];
  const stop = play(ACTS, stage(done), 1_000, clock, () => undefined);
  await passed(clock, 2_000);
  await stop();
  await passed(clock, 20_000);
  assert.deepEqual(done, ['0%', 'single']);
});

test('every step says where to look', () => {
  assert.deepEqual(
    ACTS.map(({ look }) => look?.replace('/eurek8s/', '')),
    [
      'explain/alice',
      'apps',
      'explain/alice',
      'sources',
      'sources',
      'changes',
      'explain/alice',
      'explain/alice',
      'migration',
    ],
  );
});
