import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shown } from '../../../../../../server/sources/legacy/wire/redirect.ts';

test('a place is shown without what may carry a session or a token', () => {
  const origin = 'http://eureka-1:8761';
  assert.equal(shown({ origin, path: '/eureka' }), `${origin}/eureka`);
  assert.equal(shown({ origin, path: '/login?token=s3cr' }), `${origin}/login`);
  assert.equal(shown({ origin, path: '/login;jsessionid=s3cr' }), `${origin}/login;***`);
  assert.equal(shown({ origin, path: '/eureka;token=s3cr/apps' }), `${origin}/eureka;***`);
  assert.ok(shown({ origin, path: `/${'x'.repeat(500)}` }).length < 250);
});
