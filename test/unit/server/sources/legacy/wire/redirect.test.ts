import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextTarget, placeOf, shown, type Target } from '../../../../../../server/sources/legacy/wire/redirect.ts';

const FROM: Target = { origin: 'https://eureka.example', path: '/eureka/apps/CAROL/c%3A1?status=UP' };

function next(location: string, from = FROM): Target | string | undefined {
  const found = nextTarget(from, { status: 307, location });
  return found.ok ? found.value : found.error;
}

test('a Location may be absolute, without a scheme, of the path alone, or relative', () => {
  const query = '/eureka/apps/CAROL/c%3A1?status=UP';
  assert.deepEqual(next(`https://new.example${query}`), { origin: 'https://new.example', path: query });
  assert.deepEqual(next(`//new.example:8443${query}`), { origin: 'https://new.example:8443', path: query });
  assert.deepEqual(next('/v2/apps'), { origin: 'https://eureka.example', path: '/v2/apps' });
  assert.deepEqual(next('d%3A1?a=b#c'), { origin: 'https://eureka.example', path: '/eureka/apps/CAROL/d%3A1?a=b' });
});

test('a redirect from https to http is not followed, one the other way is', () => {
  assert.match(JSON.stringify(next('http://eureka.example/eureka')), /from https to http is not followed/);
  const plain = { ...FROM, origin: 'http://eureka.example' };
  assert.deepEqual(next('https://eureka.example/x', plain), { origin: 'https://eureka.example', path: '/x' });
});

test('user-info of a Location is neither used nor shown, and a long one is cut', () => {
  assert.deepEqual(next('https://u:p@new.example/x'), { origin: 'https://new.example', path: '/x' });
  assert.equal(shown({ origin: 'https://new.example', path: '/x?token=secret' }), 'https://new.example/x');
  assert.equal(shown({ origin: 'https://new.example', path: '/x;token=secret/y' }), 'https://new.example/x;***');
  assert.ok(shown({ origin: 'https://new.example', path: `/${'x'.repeat(10_000)}` }).length < 300);
});

test('the place of a write is what comes before its path', () => {
  const target = { origin: 'https://new.example', path: '/registry/v2/apps/CAROL/c%3A1?status=UP' };
  assert.deepEqual(placeOf(target, 'apps/CAROL/c%3A1'), { origin: 'https://new.example', base: '/registry/v2' });
  assert.equal(placeOf(target, 'apps/CAROL/d'), undefined);
});
