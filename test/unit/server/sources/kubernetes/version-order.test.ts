import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOlder } from '../../../../../server/sources/kubernetes/version-order.ts';

test('numbers of any size are compared, and nothing else is', () => {
  assert.ok(isOlder('1010', '1200'));
  assert.ok(isOlder('999', '1000'));
  assert.ok(isOlder('9007199254740992', '9007199254740993'));
  assert.ok(!isOlder('1200', '1010'));
  assert.ok(!isOlder('1200', '1200'));
  for (const [a, b] of [
    ['', '5'],
    ['5', ''],
    ['v1', '5'],
    ['5', 'v1'],
    ['05', '6'],
    ['-5', '6'],
    ['1.5', '6'],
    ['0', '6'],
  ] as const)
    assert.ok(!isOlder(a, b), `${a} and ${b}`);
});
