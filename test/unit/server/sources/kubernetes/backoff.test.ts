import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../../../../../server/sources/kubernetes/backoff.ts';
import { SteppedClock } from '../../../../support/stepped-clock.ts';

/** Milliseconds until the next turn, by the clock. */
async function waited(clock: SteppedClock, backoff: Backoff): Promise<number> {
  const from = clock.now();
  let come = false;
  const turn = backoff.turn(new AbortController().signal).then(() => (come = true));
  for (let step = 0; step < 1_000; step++) {
    await Promise.resolve();
    await Promise.resolve();
    if (come) break;
    clock.advance(100);
  }
  await turn;
  return clock.now() - from;
}

test('the first turn is at once, the next after the minimum', async () => {
  const clock = new SteppedClock();
  const backoff = new Backoff(clock, () => 1, 1_000, 30_000);
  assert.equal(await waited(clock, backoff), 0);
  backoff.succeeded();
  assert.equal(await waited(clock, backoff), 1_000);
});

test('failures double the gap up to the limit; success takes it back', async () => {
  const clock = new SteppedClock();
  const backoff = new Backoff(clock, () => 1, 1_000, 30_000);
  const gaps = [];
  for (let attempt = 0; attempt < 8; attempt++) {
    gaps.push(await waited(clock, backoff));
    backoff.failed();
  }
  assert.deepEqual(gaps, [0, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  backoff.succeeded();
  assert.equal(await waited(clock, backoff), 1_000);
});

test('jitter takes off up to a half, never going below the minimum', async () => {
  const clock = new SteppedClock();
  const backoff = new Backoff(clock, () => 0, 1_000, 30_000);
  await waited(clock, backoff);
  backoff.failed();
  assert.equal(await waited(clock, backoff), 1_000);
  backoff.failed();
  assert.equal(await waited(clock, backoff), 2_000);
});

test('a stream that outlived its back-off is followed at once and is no failure', async () => {
  const clock = new SteppedClock();
  const backoff = new Backoff(clock, () => 1, 1_000, 30_000);
  await waited(clock, backoff);
  backoff.failed();
  await waited(clock, backoff);
  for (let round = 0; round < 3; round++) {
    clock.advance(5_000);
    backoff.ended();
    assert.equal(await waited(clock, backoff), 0);
  }
});

test('a stream that ends as soon as it begins makes the next one wait longer and longer', async () => {
  const clock = new SteppedClock();
  const backoff = new Backoff(clock, () => 1, 1_000, 30_000);
  await waited(clock, backoff);
  backoff.ended();
  assert.equal(await waited(clock, backoff), 2_000);
  backoff.ended();
  assert.equal(await waited(clock, backoff), 4_000);
});

test('an abort ends the wait and leaves no timer', async () => {
  const clock = new SteppedClock();
  const backoff = new Backoff(clock, () => 1, 1_000, 30_000);
  const controller = new AbortController();
  await backoff.turn(controller.signal);
  const turn = backoff.turn(controller.signal);
  controller.abort();
  assert.equal(await turn, false);
  assert.equal(clock.pending, 0);
});
