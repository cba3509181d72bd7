import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinedIfSentOften } from '../../../../server/http/joined.ts';

const SENT_OFTEN = 200;

const partsOf = (count: number, bytes: number): readonly Buffer[] =>
  Array.from({ length: count }, (_, i) => Buffer.alloc(bytes, i));

function afterSending(parts: readonly Buffer[], times: number): Buffer | undefined {
  const bytes = parts.reduce((sum, { length }) => sum + length, 0);
  for (let i = 0; i < times; i++) joinedIfSentOften(parts, bytes);
  return joinedIfSentOften(parts, bytes);
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
