import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemTimeSlices } from '../../../../server/system/time-slices.ts';

const SLICE_MS = 40;

/** Time passes only by work, so that pauses of the machine do not count. */
function steppedTime(): { readonly monotonicMs: () => number; readonly work: (ms: number) => void } {
  let now = 0;
  return { monotonicMs: () => now, work: (ms) => void (now += ms) };
}

/** Turns of the event loop until the next slice begins, while each turn has `ms` milliseconds of other work. */
async function turnsUntilNext(ms: number): Promise<number> {
  const { monotonicMs, work } = steppedTime();
  const slice = systemTimeSlices(SLICE_MS, monotonicMs)();
  let turns = 0;
  let waiting = true;
  // Queued first, so that it comes before the slice in every turn.
  const other = (): void => {
    if (!waiting) return;
    turns++;
    work(ms);
    setImmediate(other);
  };
  setImmediate(other);
  await slice.next();
  waiting = false;
  return turns;
}

test('the next slice begins one turn later, or two when something else has made that turn long, however long the next is', async () => {
  assert.equal(await turnsUntilNext(0), 1);
  assert.equal(await turnsUntilNext(3 * SLICE_MS), 2);
});

test('a slice is spent after its time, or the share of it that was asked for', () => {
  const { monotonicMs, work } = steppedTime();
  const newTimeSlice = systemTimeSlices(4 * SLICE_MS, monotonicMs);
  const whole = newTimeSlice();
  const quarter = newTimeSlice(1 / 4);
  assert.ok(!whole.isSpent());
  work(SLICE_MS);
  assert.ok(quarter.isSpent());
  assert.ok(!whole.isSpent());
  work(3 * SLICE_MS);
  assert.ok(whole.isSpent());
});

test('jobs that wait together take turns: one slice in each', async () => {
  const newTimeSlice = systemTimeSlices(SLICE_MS, steppedTime().monotonicMs);
  const order: string[] = [];
  const job = async (name: string): Promise<void> => {
    const slice = newTimeSlice();
    for (let i = 0; i < 3; i++) {
      await slice.next();
      order.push(name);
    }
  };
  await Promise.all([job('a'), job('b')]);
  assert.deepEqual(order, ['a', 'b', 'a', 'b', 'a', 'b']);
});
