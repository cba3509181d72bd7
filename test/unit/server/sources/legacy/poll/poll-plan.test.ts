import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PollPlan } from '../../../../../../server/sources/legacy/poll/poll-plan.ts';

const SETTINGS = { pollInterval: 5_000, fullInterval: 300_000, deltaRetryInterval: 300_000, maxDeltaGap: 60_000 };
const T0 = 1_750_000_000_000;

function afterFull(): PollPlan {
  const plan = new PollPlan(SETTINGS);
  plan.fullDone(T0);
  return plan;
}

test('full first, then deltas, full again after its interval', () => {
  const plan = new PollPlan(SETTINGS);
  assert.equal(plan.next(T0, true), 'full');
  plan.fullDone(T0);
  for (let now = T0 + 5_000; now < T0 + 300_000; now += 5_000) {
    assert.equal(plan.next(now, false), 'delta');
    plan.deltaDone(now);
  }
  assert.equal(plan.next(T0 + 300_000, false), 'full');
});

test('an empty view is filled by a full fetch, as Java clients do', () => {
  assert.equal(afterFull().next(T0 + 5_000, true), 'full');
});

test('after any doubt, or a silence longer than deltas reach, everything is fetched', () => {
  const plan = afterFull();
  plan.doubt();
  assert.equal(plan.next(T0 + 5_000, false), 'full');
  plan.fullDone(T0 + 5_000);
  assert.equal(plan.next(T0 + 10_000, false), 'delta');
  assert.equal(plan.next(T0 + 65_000, false), 'full');
});

test('a first mismatch is repaired at once, a lasting one ever more rarely', () => {
  const plan = afterFull();
  const fulls: number[] = [];
  for (let now = T0 + 5_000; now <= T0 + 200_000; now += 5_000) {
    if (plan.next(now, false) === 'full' || plan.deltaMismatched(now) === 'full') {
      fulls.push((now - T0) / 1000);
      plan.fullDone(now);
    }
  }
  assert.deepEqual(fulls, [5, 15, 35, 75, 155]);
});

test('agreement makes the next mismatch a first one again', () => {
  const plan = afterFull();
  assert.equal(plan.deltaMismatched(T0 + 5_000), 'full');
  plan.fullDone(T0 + 5_000);
  plan.deltaDone(T0 + 10_000);
  assert.equal(plan.deltaMismatched(T0 + 15_000), 'full');
});

test('a server that refuses its delta is polled in full for a while', () => {
  const plan = afterFull();
  plan.deltaUnavailable(T0 + 5_000);
  plan.fullDone(T0 + 5_000);
  assert.equal(plan.next(T0 + 300_000, false), 'full');
  plan.fullDone(T0 + 300_000);
  assert.equal(plan.deltaRefused(T0 + 305_000), false);
  assert.equal(plan.next(T0 + 305_000, false), 'delta');
});

test('where deltas have no changes, a change is never later than half a minute', () => {
  const plan = afterFull();
  const fulls: number[] = [];
  for (let now = T0 + 5_000; now <= T0 + 200_000; now += 5_000) {
    if (plan.next(now, false) === 'full' || plan.deltaMismatched(now, 'no-change') === 'full') {
      fulls.push((now - T0) / 1000);
      plan.fullDone(now);
    }
  }
  assert.deepEqual(fulls, [5, 15, 35, 65, 95, 125, 155, 185]);
  assert.equal(plan.deltaUseless, true);
  plan.deltaDone(T0 + 205_000);
  assert.equal(plan.deltaUseless, false);
});

test('deltas without a hash code several times in a row are no deltas: polled in full, and requested now and then', () => {
  const plan = afterFull();
  assert.equal(plan.deltaMismatched(T0 + 5_000, 'no-hash'), 'full');
  plan.fullDone(T0 + 5_000);
  assert.equal(plan.deltaMismatched(T0 + 10_000, 'no-hash'), 'delta');
  assert.equal(plan.deltaMismatched(T0 + 15_000, 'no-hash'), 'full');
  for (let now = T0 + 15_000; now < T0 + 315_000; now += 5_000) {
    plan.fullDone(now);
    assert.equal(plan.next(now, false), 'full');
  }
  assert.equal(plan.next(T0 + 315_000, false), 'delta');
  assert.equal(plan.deltaMismatched(T0 + 315_000, 'no-hash'), 'full');
  plan.fullDone(T0 + 315_000);
  assert.equal(plan.next(T0 + 320_000, false), 'full');
});

test('one delta with a change shows that deltas are useful', () => {
  const plan = afterFull();
  plan.deltaMismatched(T0 + 5_000, 'no-change');
  plan.deltaMismatched(T0 + 10_000, 'no-change');
  plan.deltaMismatched(T0 + 15_000, 'changes');
  plan.deltaMismatched(T0 + 20_000, 'no-change');
  assert.equal(plan.deltaUseless, false);
});
