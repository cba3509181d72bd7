import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClusterObjects } from '../../../../shared/ingress/cluster-objects.ts';
import { whyRouteTaken, type ServedRoute } from '../../../../shared/ingress/route-owner.ts';
import { annotatedHostRoutes, routeKey, routesOf } from '../../../../shared/ingress/routes.ts';
import type { IngressBackend, IngressRule, StrippedIngress } from '../../../../shared/ingress/stripped.ts';
import { ingress, ingressClass, type IngressShape } from '../../../support/cluster-objects.ts';

const OLD = '2020-01-01T00:00:00Z';
const HOST = 'a.k8s.example.com';

function rule(
  host: string,
  ...paths: readonly (readonly [path: string, backend: IngressBackend | undefined])[]
): IngressRule {
  return { host, paths: paths.map(([path, backend]) => ({ path, pathType: 'Prefix', backend })) };
}

const to = (service: string): IngressBackend => ({ service, port: 80 });
const action = (otherCalls: 'none' | 'next-path'): IngressBackend => ({ action: 'x', otherCalls, toHttps: false });

function withRules(...rules: readonly IngressRule[]): StrippedIngress {
  return { ...ingress('a'), rules };
}

test('an Ingress claims each of its routes once, and what no path matches by its default backend', () => {
  const one = withRules(rule('h', ['/', to('a')], ['/', to('b')], ['/x', undefined]), { host: 'i', paths: undefined });
  assert.deepEqual(routesOf(one), [
    { key: 'h /', service: 'shop/a', byDefault: false },
    { key: 'h /x', service: undefined, byDefault: false },
  ]);
  assert.deepEqual(routesOf({ ...one, defaultBackend: to('d') }).slice(2), [
    { key: ' /', service: 'shop/d', byDefault: true },
    { key: 'i /', service: 'shop/d', byDefault: true },
  ]);
});

test('an action that lets calls pass claims nothing, and one that takes them all claims its route', () => {
  assert.deepEqual(routesOf(withRules(rule('h', ['/', action('next-path')], ['/', to('a')]))), [
    { key: 'h /', service: 'shop/a', byDefault: false },
  ]);
  assert.deepEqual(routesOf(withRules(rule('h', ['/', action('none')]))), [
    { key: 'h /', service: undefined, byDefault: false },
  ]);
  assert.deepEqual(routesOf({ ...withRules(), defaultBackend: action('next-path') }), []);
  assert.equal(routesOf({ ...withRules(), defaultBackend: action('none') }).length, 1);
});

test('canaries, what is deleted and what is of another version claim nothing; a canary of one Service, not its routes', () => {
  const one = ingress('a');
  assert.equal(routesOf(one).length, 1);
  assert.deepEqual(routesOf({ ...one, meta: { ...one.meta, deleting: true } }), []);
  assert.deepEqual(routesOf({ ...one, meta: { ...one.meta, unreadVersion: 'v1beta1' } }), []);
  assert.deepEqual(routesOf({ ...one, canaryMarks: [{ annotation: 'x/canary', service: undefined }] }), []);
  const two = withRules(rule('h', ['/', to('a')], ['/x', to('b')], ['/y', undefined]));
  const keys = routesOf({ ...two, canaryMarks: [{ annotation: 'alb/conditions.a', service: 'a' }] }).map(
    ({ key }) => key,
  );
  assert.deepEqual(keys, ['h /x', 'h /y']);
});

test('an annotated host depends on all patterns over it, with the paths of the Ingress', () => {
  assert.deepEqual(annotatedHostRoutes(ingress('a')), []);
  assert.deepEqual(annotatedHostRoutes(ingress('a', { annotations: { 'eurek8s.io/host': 'not a host' } })), []);
  assert.deepEqual(
    annotatedHostRoutes(ingress('a', { path: '/x', annotations: { 'eurek8s.io/host': 'b.example.com' } })),
    ['b.example.com /', 'b.example.com /x', '*.example.com /', '*.example.com /x', ' /', ' /x'],
  );
  assert.deepEqual(
    annotatedHostRoutes({
      ...ingress('a', { annotations: { 'eurek8s.io/host': 'local' } }),
      rules: [{ host: '', paths: undefined }],
    }),
    ['local /', ' /'],
  );
});

function world(...ingresses: readonly (readonly [name: string, shape: IngressShape])[]): ClusterObjects {
  const objects = new ClusterObjects();
  for (const [name, shape] of ingresses) objects.set(ingress(name, shape));
  return objects;
}

const owner = (objects: ClusterObjects, className: string | undefined = 'nginx', key = routeKey(HOST, '/')) =>
  objects.routeOwner(className, key)?.ingress;

test('of several claimants the oldest has a route, then the first by name, and a written path before a default', () => {
  assert.equal(owner(world(['b', { host: HOST }], ['c', { host: HOST, created: OLD }])), 'shop/c');
  assert.equal(owner(world(['c', { host: HOST }], ['b', { host: HOST }])), 'shop/b');
  const byDefault = world(['c', { host: HOST, path: '/x', created: OLD, defaultBackend: 'd' }], ['b', { host: HOST }]);
  assert.equal(owner(byDefault), 'shop/b');
  assert.equal(owner(byDefault, 'nginx', ' /'), 'shop/c');
  const undated = ingress('z', { host: HOST });
  const objects = world(['b', { host: HOST }]);
  objects.set({ ...undated, meta: { ...undated.meta, createdAt: 0 } });
  assert.equal(owner(objects), 'shop/b', 'without a time it is the youngest');
});

test('classes are apart, but for the default one and none', () => {
  const objects = world(
    ['b', { host: HOST, className: 'nginx' }],
    ['c', { host: HOST, className: null, created: OLD }],
  );
  assert.equal(owner(objects), 'shop/b');
  assert.equal(owner(objects, 'traefik'), undefined);
  objects.set(ingressClass('nginx', true));
  assert.equal(owner(objects), 'shop/c');
  objects.set(ingressClass('traefik', false));
  assert.equal(owner(objects, 'traefik'), undefined);
});

test('an Ingress that is gone gives its route to the next one', () => {
  const objects = world(['b', { host: HOST }], ['c', { host: HOST, created: OLD }], ['d', { host: HOST }]);
  assert.deepEqual([...objects.remove('Ingress', 'shop', 'c')].toSorted(), ['shop/b', 'shop/c', 'shop/d']);
  assert.equal(owner(objects), 'shop/b');
  assert.deepEqual(
    [...objects.set(ingress('b', { host: HOST, service: 'other' }))].toSorted(),
    ['shop/b', 'shop/d'],
    'another Service',
  );
  objects.remove('Ingress', 'shop', 'b');
  objects.remove('Ingress', 'shop', 'd');
  assert.equal(owner(objects), undefined);
});

const ROUTE: ServedRoute = { className: 'nginx', host: HOST, pattern: HOST, path: '/', byDefault: false };
const why = (objects: ClusterObjects, route: Partial<ServedRoute> = {}) =>
  whyRouteTaken('shop/a', { ...ROUTE, ...route }, 'shop/a', objects)?.reason;

test('a route is taken by an older Ingress, or by one that names the host or the path, and by no other', () => {
  const advice = ': delete one of the two, or give one another host or path';
  const mine = ['a', { host: HOST }] as const;
  assert.equal(why(world(mine)), undefined);
  assert.equal(why(world(mine, ['b', { host: HOST }])), undefined, 'a younger one');
  assert.equal(why(world(mine, ['b', { host: HOST, created: OLD, service: 'a' }])), undefined, 'to the same Service');
  assert.equal(
    why(world(mine, ['b', { host: HOST, created: OLD }])),
    `calls to ${HOST}/ go to the backend of Ingress shop/b, which comes first, by age and then by name${advice}`,
  );
  const wildcard = ['a', { host: '*.k8s.example.com' }] as const;
  assert.match(
    why(world(wildcard, ['b', { host: HOST }]), { pattern: '*.k8s.example.com' }) ?? '',
    /Ingress shop\/b, which names the host more closely: /,
  );
  assert.equal(why(world(wildcard), { pattern: '*.k8s.example.com' }), undefined);
  const byDefault = ['a', { host: HOST, path: '/x', defaultBackend: 'a', created: OLD }] as const;
  assert.match(why(world(byDefault, ['b', { host: HOST }]), { byDefault: true }) ?? '', /which names the path: /);
  const both = world(byDefault, ['b', { ...byDefault[1], defaultBackend: 'b', created: '2019-01-01T00:00:00Z' }]);
  assert.match(why(both, { byDefault: true }) ?? '', /which comes first, /);
});

test('an exact path is told as it is written', () => {
  const exact = (name: string, created?: string): StrippedIngress => {
    const one = ingress(name, created === undefined ? { host: HOST } : { host: HOST, created });
    return { ...one, rules: [{ host: HOST, paths: [{ path: '/x', pathType: 'Exact', backend: to(name) }] }] };
  };
  const objects = new ClusterObjects();
  objects.set(exact('a'));
  objects.set(exact('b', OLD));
  assert.match(
    why(objects, { path: '=/x' }) ?? '',
    new RegExp(`^calls to ${HOST}/x go to the backend of Ingress shop/b,`),
  );
});
