import assert from 'node:assert/strict';
import { executionAsyncResource } from 'node:async_hooks';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { keepTickShape } from '../../../../server/http/tick-shape.ts';

test('what is kept has the shape of every entry of the queue of ticks, and is kept once', async () => {
  setFlagsFromString('--allow-natives-syntax');
  const haveSameShape = runInThisContext('(a, b) => %HaveSameMap(a, b)') as (a: object, b: object) => boolean;
  const kept = await keepTickShape();
  const later = await new Promise<object>((resolve) => process.nextTick(() => resolve(executionAsyncResource())));
  assert.ok(haveSameShape(kept, later));
  assert.ok(!haveSameShape(kept, {}));
  assert.equal(await keepTickShape(), kept);
});
