import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextTarget, placeOf, shown, type Target } from '../../../../../../server/sources/legacy/wire/redirect.ts';

const FROM: Target = { origin: 'https://eureka.example', path: '/eureka/apps/CAROL/c%3A1?status=UP' };

function next(location: string, from = FROM): Target | string | undefined {
  const found = nextTarget(from, { status: 307, location }, 'apps/CAROL/c%3A1');
  return found.ok ? found.value : found.error;
}

test('a Location may be absolute, without a scheme, of the path alone, or relative', () => {
  const query = '/eureka/apps/CAROL/c%3A1?status=UP';
  assert.deepEqual(next(`https://new.example${query}`), { origin: 'https://new.example', path: query });
  assert.deepEqual(next(`//new.example:8443${query}`), { origin: 'https://new.example:8443', path: query });
  const there = { origin: 'https://eureka.example', path: '/v2/apps/CAROL/c%3A1' };
  assert.deepEqual(next('/v2/apps/CAROL/c%3A1'), there);
  assert.deepEqual(next('../../../v2/apps/CAROL/c%3A1?a=b#c'), { ...there, path: `${there.path}?a=b` });
});

test('only the same resource is gone to, however it is escaped', () => {
  for (const same of ['/x/apps/CAROL/c:1', '/x/apps/CAROL/c%3a1/', '/apps/CAROL/c%3A1'])
    assert.deepEqual(next(same), { origin: 'https://eureka.example', path: same });
  for (const other of ['/eureka/apps/CAROL', '/x?y=/apps/CAROL/c%3A1', '/xapps/CAROL/c%3A1', 'd%3A1', '/%'])
    assert.match(JSON.stringify(next(other)), /a redirect to another resource is not followed/, other);
});

test('a redirect from https to http is not followed, one the other way is', () => {
  assert.match(JSON.stringify(next('http://eureka.example/eureka')), /from https to http is not followed/);
  const plain = { ...FROM, origin: 'http://eureka.example' };
  const path = '/apps/CAROL/c%3A1';
  assert.deepEqual(next(`https://eureka.example${path}`, plain), { origin: 'https://eureka.example', path });
});

test('user-info of a Location is neither used nor shown, and a long one is cut', () => {
  const path = '/apps/CAROL/c%3A1';
  assert.deepEqual(next(`https://u:p@new.example${path}`), { origin: 'https://new.example', path });
  assert.equal(shown({ origin: 'https://new.example', path: '/x?token=secret' }), 'https://new.example/x');
  assert.equal(shown({ origin: 'https://new.example', path: '/x;token=secret/y' }), 'https://new.example/x;***');
  assert.ok(shown({ origin: 'https://new.example', path: `/${'x'.repeat(10_000)}` }).length < 300);
});

test('the place of a write is what comes before its path', () => {
  const target = { origin: 'https://new.example', path: '/registry/v2/apps/CAROL/c%3A1?status=UP' };
  assert.deepEqual(placeOf(target, 'apps/CAROL/c%3A1'), { origin: 'https://new.example', base: '/registry/v2' });
  assert.equal(placeOf(target, 'apps/CAROL/d'), undefined);
});
