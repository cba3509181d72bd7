import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneLine } from '../../../../server/http/reply.ts';

test('a reason is one line of ASCII that cannot add a header', () => {
  assert.equal(oneLine('lost\r\nSet-Cookie: a=b'), 'lost Set-Cookie: a=b');
  assert.equal(oneLine('a\u0000b\u007fc\u001b[31m'), 'a?b?c?[31m');
  assert.equal(oneLine('naïve – 日本'), 'na?ve ? ??');
  assert.equal(oneLine(' padded \t'), 'padded');
  assert.equal(oneLine('x'.repeat(5000)).length, 1000);
});
