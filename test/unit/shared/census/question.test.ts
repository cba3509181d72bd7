import assert from 'node:assert/strict';
import { test } from 'node:test';
import { questionOf, writingOf } from '../../../../shared/census/question.ts';

test('each read resource is recognised by its URL, at every mount and with any query', () => {
  for (const [url, expected] of [
    ['/eureka/apps', { kind: 'full' }],
    ['/eureka/v2/apps/?regions=a', { kind: 'full' }],
    ['/eureka//apps/delta', { kind: 'delta' }],
    ['/eureka/v1/apps/orders', { kind: 'app', name: 'ORDERS' }],
    ['/eureka/apps/ORDERS/host%3Ao%3A1', { kind: 'instance', name: 'host:o:1' }],
    ['/eureka/instances/i-1', { kind: 'instance', name: 'i-1' }],
    ['/eureka/vips/Orders.V1', { kind: 'vip', name: 'Orders.V1' }],
    ['/eureka/svips/orders/', { kind: 'svip', name: 'orders' }],
    ['/eureka/vips/%E0%A4%A', { kind: 'vip', name: '%E0%A4%A' }],
    ['//eureka/apps', { kind: 'full' }],
    ['/%65ureka/v%32/%61pps', { kind: 'full' }],
    ['/eureka/', undefined],
    ['/eureka/apps/A/B/status', undefined],
    ['/eureka/vips/a/b', undefined],
    ['/eurek8s/apps', undefined],
    ['/peer/eureka/apps', undefined],
  ] as const)
    assert.deepEqual(questionOf(url), expected, url);
});

test('a write is known by its method and URL', () => {
  for (const [method, url, expected] of [
    ['POST', '/eureka/apps/orders', { app: 'ORDERS', kind: 'register' }],
    ['PUT', '/eureka/apps/orders/o-1?status=UP', { app: 'ORDERS', kind: 'renew' }],
    ['PUT', '/eureka/apps/orders/o-1?a=/b', { app: 'ORDERS', kind: 'renew' }],
    ['PUT', '/eureka//apps/orders//o-1/', { app: 'ORDERS', kind: 'renew' }],
    ['PUT', '/eureka/apps/ord%65rs/o-1/', { app: 'ORDERS', kind: 'renew' }],
    ['PUT', '/eureka/v1/apps/orders/', undefined],
    ['PUT', '/eureka/apps/orders/?a=b', undefined],
    ['PUT', '/eureka/apps/orders?a=/b/c', undefined],
    ['PUT', '/eureka/apps//o-1', undefined],
    ['PUT', '/eureka/apps/orders/o-1/metadata?a=b', { app: 'ORDERS', kind: 'other' }],
    ['DELETE', '/eureka/v2/apps/orders/o-1', { app: 'ORDERS', kind: 'cancel' }],
    ['PUT', '/eureka/apps/orders/o-1/status?value=UP', { app: 'ORDERS', kind: 'other' }],
    ['DELETE', '/eureka/apps/orders/o-1/status', { app: 'ORDERS', kind: 'other' }],
    ['POST', '/eureka/apps/orders/o-1', undefined],
    ['PUT', '/eureka/apps/orders', undefined],
    ['POST', '/eureka/peerreplication/batch', undefined],
  ] as const)
    assert.deepEqual(writingOf(method, url), expected, `${method} ${url}`);
});

test('a name of any length takes little memory', () => {
  const question = questionOf(`/eureka/vips/${'x'.repeat(10_000)}`);
  assert.equal(question?.kind === 'vip' && question.name.length, 200);
});
