import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChangeLog } from '../../../bench/load/change-log.ts';

/** Three instances; changes 1 to 5 acknowledged at 10, 20, …, 50 ms. */
function logOfFive(): ChangeLog {
  const log = new ChangeLog(3);
  for (let number = 1; number <= 5; number++) log.acknowledged(number, number * 10);
  return log;
}

const answer = (...markers: readonly number[]): string =>
  markers.map((marker) => `{"metadata":{"version":"1","marker":"${marker}"}}`).join(',');

test('an answer with the last change of every instance has no age', () => {
  assert.equal(logOfFive().ageOf(answer(3, 4, 5), 100), 0);
});

test('an answer is as old as the acknowledgement of the earliest change it misses', () => {
  assert.equal(logOfFive().ageOf(answer(1, 2, 3), 100), 60, 'change 4 is missing');
  assert.equal(logOfFive().ageOf(answer(4, 5), 100), 70, 'change 3 is missing, the only one of its instance');
  assert.equal(logOfFive().ageOf('', 100), 90);
});

test('changes that overtook one another do not count: 5 before 4 is not old', () => {
  const log = new ChangeLog(3);
  log.acknowledged(5, 40);
  log.acknowledged(4, 50);
  assert.equal(log.ageOf(answer(5), 45), 0);
});

test('a change that was acknowledged only after the question may be missing', () => {
  assert.equal(logOfFive().ageOf(answer(1, 2, 3), 35), 0);
});
