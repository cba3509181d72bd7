import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runInSlices, type Steps } from '../../../shared/time-slice.ts';
import { endlessSlice, stepByStep } from '../../support/time-slices.ts';

test('work that fits in one slice is done before the call returns', () => {
  function* short(): Steps<string> {
    yield;
    return 'done';
  }
  assert.equal(runInSlices(short(), endlessSlice()), 'done');
});

test('a step that yields a promise is followed by the next one when it is kept, in any slice', async () => {
  const order: string[] = [];
  function* steps(): Steps<string> {
    yield sleep(5).then(() => void order.push('kept'));
    order.push('next');
    yield;
    order.push('last');
    return 'done';
  }
  for (const slice of [endlessSlice(), stepByStep()]) {
    const result = runInSlices(steps(), slice);
    assert.ok(result instanceof Promise);
    assert.equal(await result, 'done');
    assert.deepEqual(order.splice(0), ['kept', 'next', 'last']);
  }
});

test('what is thrown in a later slice, and a promise that is broken, reject', async () => {
  function* broken(): Steps<void> {
    yield Promise.reject(new Error('broken'));
  }
  function* throwing(): Steps<void> {
    yield sleep(1);
    throw new Error('thrown');
  }
  await assert.rejects(async () => runInSlices(broken(), endlessSlice()), /broken/);
  await assert.rejects(async () => runInSlices(throwing(), endlessSlice()), /thrown/);
});
