import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinedIfSentOften } from '../../../../server/http/joined.ts';

const SENT_OFTEN = 200;
let now = 0;

const partsOf = (count: number, bytes: number): readonly Buffer[] =>
  Array.from({ length: count }, (_, i) => Buffer.alloc(bytes, i));

/** By default each is sent so long after the one before that all are sent in more than two seconds. */
function afterSending(parts: readonly Buffer[], times: number, msBetween = 11): Buffer | undefined {
  const bytes = parts.reduce((sum, { length }) => sum + length, 0);
  const clock = { now: () => now };
  for (let i = 0; i < times; i++, now += msBetween) joinedIfSentOften(parts, bytes, clock);
  return joinedIfSentOften(parts, bytes, clock);
}

test('an answer that is sent again and again is joined once', () => {
  const parts = partsOf(5, 1000);
  assert.equal(afterSending(parts, SENT_OFTEN - 1), undefined);
  const joined = afterSending(parts, 0);
  assert.deepEqual(joined, Buffer.concat(parts));
  assert.equal(afterSending(parts, 10), joined);
});

test('each answer is counted by itself', () => {
  const [one, other] = [partsOf(5, 1000), partsOf(5, 1000)];
  afterSending(one, SENT_OFTEN);
  assert.equal(afterSending(other, 0), undefined);
});

test('neither few parts nor much of them are joined', () => {
  assert.equal(afterSending(partsOf(3, 1000), 2 * SENT_OFTEN), undefined);
  assert.equal(afterSending(partsOf(9, 64 * 1024), 2 * SENT_OFTEN), undefined);
  assert.equal(afterSending(partsOf(8, 64 * 1024), 2 * SENT_OFTEN)?.length, 512 * 1024);
});

test('an answer that is sent often within a moment, as each is while changes come, is not joined', () => {
  const parts = partsOf(5, 1000);
  assert.equal(afterSending(parts, 5 * SENT_OFTEN, 1), undefined);
  now += 1_000;
  assert.deepEqual(afterSending(parts, 0), Buffer.concat(parts));
});
