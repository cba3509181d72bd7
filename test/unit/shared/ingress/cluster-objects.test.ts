import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ClusterObjects } from '../../../../shared/ingress/cluster-objects.ts';
import { routeKey } from '../../../../shared/ingress/routes.ts';
import type { StrippedObject } from '../../../../shared/ingress/stripped.ts';
import {
  deployment,
  endpointSlice,
  httpRoute,
  ingress,
  ingressClass,
  namespace,
  service,
} from '../../../support/cluster-objects.ts';

let objects = new ClusterObjects();
beforeEach(() => {
  objects = new ClusterObjects();
  for (const name of ['a', 'b', 'c']) {
    objects.set(ingress(name, { className: name === 'c' ? null : 'nginx' }));
    objects.set(service(name));
  }
  objects.set(ingress('a2', { service: 'a', namespace: 'other' }));
});

function affected(object: StrippedObject): readonly string[] {
  return [...objects.set(object)].toSorted();
}

test('an Ingress affects itself alone', () => {
  assert.deepEqual(affected(ingress('a', { path: '/new' })), ['shop/a']);
  assert.deepEqual(affected(ingress('new')), ['shop/new']);
  assert.deepEqual([...objects.remove('Ingress', 'shop', 'b')], ['shop/b']);
  assert.deepEqual([...objects.remove('Ingress', 'shop', 'b')], []);
});

const SAME_HOST = { host: 'a.k8s.example.com', service: 'rival' };

test('an Ingress affects its rivals for a route only where it is the first of them, comes to be it or was it', () => {
  assert.deepEqual(affected(ingress('y', SAME_HOST)), ['shop/y']);
  assert.deepEqual(affected(ingress('x', { ...SAME_HOST, created: '2026-01-01T00:00:00Z' })), [
    'shop/a',
    'shop/x',
    'shop/y',
  ]);
  assert.deepEqual(affected(ingress('x', { ...SAME_HOST, created: '2026-02-01T00:00:00Z' })), [
    'shop/a',
    'shop/x',
    'shop/y',
  ]);
  assert.deepEqual(affected(ingress('x', { ...SAME_HOST, created: '2026-02-01T00:00:00Z', ip: '10.20.0.99' })), [
    'shop/x',
  ]);
  assert.deepEqual([...objects.remove('Ingress', 'shop', 'y')], ['shop/y']);
  assert.deepEqual([...objects.remove('Ingress', 'shop', 'x')].toSorted(), ['shop/a', 'shop/x']);
});

test('a Namespace that is being deleted gives up the routes of its Ingresses, and one that came back has them again', () => {
  const old = { ...SAME_HOST, namespace: 'going', created: '2020-01-01T00:00:00Z' };
  objects.set(ingress('old', old));
  const { kind, meta } = namespace('going');
  const going = { kind, meta: { ...meta, deleting: true } };
  const owner = (): string | undefined => objects.routeOwner('nginx', routeKey('a.k8s.example.com', '/'))?.ingress;
  assert.equal(owner(), 'going/old');
  assert.deepEqual(affected(going), ['going/old', 'shop/a']);
  assert.equal(owner(), 'shop/a');
  assert.deepEqual(affected(ingress('old', { ...old, ip: '10.20.0.99' })), ['going/old']);
  assert.deepEqual([...objects.remove('Namespace', '', 'going')].toSorted(), ['going/old', 'shop/a']);
  assert.equal(owner(), 'going/old');
  objects.set(going);
  assert.deepEqual([...objects.remove('Ingress', 'going', 'old')], ['going/old']);
  assert.equal(owner(), 'shop/a');
});

test('thousands of rivals for one route cost a change of one of them nothing', () => {
  for (let i = 0; i < 3000; i++) objects.set(ingress(`z${i}`, SAME_HOST));
  assert.deepEqual(affected(ingress('z1500', { ...SAME_HOST, ip: '10.20.0.99' })), ['shop/z1500']);
});

test('another default class affects whoever shares a route with an Ingress without class', () => {
  objects.set(ingressClass('nginx', true));
  objects.set(ingress('rival', { host: 'c.k8s.example.com', className: 'traefik' }));
  assert.deepEqual(affected(ingressClass('traefik', true)), ['shop/c', 'shop/rival']);
});

test('a Service affects the Ingresses of its namespace that name it', () => {
  assert.deepEqual(affected(service('a', { type: 'ExternalName' })), ['shop/a']);
  assert.deepEqual(affected(service('unused')), []);
  assert.deepEqual([...objects.remove('Service', 'shop', 'b')], ['shop/b']);
});

test('an EndpointSlice affects the Ingresses of its Service, and of the one it belonged to before', () => {
  assert.deepEqual(affected(endpointSlice('a-1', 'a', 1)), ['shop/a']);
  assert.deepEqual(affected(endpointSlice('a-1', 'b', 1)), ['shop/a', 'shop/b']);
  assert.deepEqual(affected(endpointSlice('lost', undefined, 1)), []);
  assert.deepEqual([...objects.remove('EndpointSlice', 'shop', 'a-1')], ['shop/b']);
});

test('a Deployment affects the Ingresses whose Service has one of its label pairs, before or after', () => {
  assert.deepEqual(affected(deployment('d', 1, { app: 'a', version: '1' })), ['shop/a']);
  assert.deepEqual(affected(deployment('d', 1, { app: 'b' })), ['shop/a', 'shop/b']);
  assert.deepEqual(affected(deployment('e', 1, { app: 'nobody' })), []);
});

test('a Namespace affects its Ingresses', () => {
  assert.deepEqual(affected(namespace('shop', { team: 'x' })), ['shop/a', 'shop/b', 'shop/c']);
  assert.deepEqual(affected(namespace('empty')), []);
});

test('an IngressClass affects its Ingresses and those without class, which it may be the default of', () => {
  assert.deepEqual(affected(ingressClass('nginx', true)), ['other/a2', 'shop/a', 'shop/b', 'shop/c']);
  assert.deepEqual(affected(ingressClass('traefik', false)), ['shop/c']);
  assert.equal(objects.defaultClass(), 'nginx');
});

test('an equal object affects nothing, so a relist of an unchanged cluster costs nothing', () => {
  assert.deepEqual(affected(ingress('a')), ['shop/a'].slice(1));
  const all = ['a', 'b', 'c'].map((name) => service(name));
  assert.deepEqual([...objects.replaceKind('Service', all)], []);
  const [first, ...rest] = all;
  assert.deepEqual([...objects.replaceKind('Service', rest)], ['shop/a']);
  assert.deepEqual([...objects.replaceKind('Service', [first!, ...rest])], ['shop/a']);
});

test('replacing one kind leaves the others alone', () => {
  objects.replaceKind('Service', [ingress('intruder')]);
  assert.equal(objects.count('Service'), 0);
  assert.equal(objects.count('Ingress'), 4);
  assert.equal(objects.candidate('shop/intruder'), undefined);
});

test('an object that was deleted and made anew is another one', () => {
  assert.deepEqual(affected(ingress('a', { uid: 'second' })), ['shop/a']);
});

test('a Service leads to its slices and to the Deployments that it selects in full', () => {
  const chosen = service('a', { selector: { app: 'a', tier: 'web' } });
  objects.set(chosen);
  for (const [name, labels] of Object.entries({
    one: { app: 'a', tier: 'web', x: 'y' },
    two: { app: 'a' },
    three: { tier: 'web' },
  }))
    objects.set(deployment(name, 1, labels));
  objects.set(deployment('elsewhere', 1, { app: 'a', tier: 'web' }, 'other'));
  objects.set(endpointSlice('a-1', 'a', 2));
  assert.deepEqual(
    objects.deploymentsOf(chosen).map(({ meta }) => meta.name),
    ['one'],
  );
  assert.deepEqual(
    objects.slicesOf(chosen).map(({ meta }) => meta.name),
    ['a-1'],
  );
  assert.deepEqual(objects.deploymentsOf(service('a', { selector: {} })), []);
});

test('a followed Ingress is affected by what it refers to, although it is gone, until nobody follows it', () => {
  const gone = ingress('gone', { host: 'gone.example.com', service: 'svc' });
  objects.follow(gone, [service('svc')]);
  assert.deepEqual(affected(service('svc')), ['shop/gone']);
  assert.deepEqual(affected(deployment('d', 1, { app: 'svc' })), ['shop/gone']);
  assert.deepEqual(affected(endpointSlice('s', 'svc', 1)), ['shop/gone']);
  assert.deepEqual(affected(ingress('new', { host: 'gone.example.com' })), ['shop/gone', 'shop/new']);
  objects.unfollow('shop/gone');
  assert.deepEqual(affected(service('svc', { type: 'ExternalName' })), []);
  assert.deepEqual(affected(ingress('new', { host: 'gone.example.com', service: 'x' })), ['shop/new']);
  objects.unfollow('shop/gone');
});

test('one that is followed in another form is affected by the new one alone, and others stay', () => {
  objects.follow(ingress('gone', { host: 'one.example.com', service: 'svc1' }), []);
  objects.follow(ingress('other', { host: 'other.example.com', service: 'svc1' }), []);
  objects.follow(ingress('gone', { host: 'two.example.com', service: 'svc2' }), []);
  assert.deepEqual(affected(service('svc1')), ['shop/other']);
  assert.deepEqual(affected(service('svc2')), ['shop/gone']);
  assert.deepEqual(affected(ingress('new', { host: 'one.example.com' })), ['shop/new']);
  objects.unfollow('shop/gone');
  assert.deepEqual(affected(service('svc2', { type: 'ExternalName' })), []);
  assert.deepEqual(affected(service('svc1', { type: 'ExternalName' })), ['shop/other']);
});

test('one that came back keeps what depends on its routes when nobody follows it any more', () => {
  objects.follow(ingress('a'), []);
  objects.unfollow('shop/a');
  const rival = { host: 'a.k8s.example.com', created: '2020-01-01T00:00:00Z' };
  assert.deepEqual(affected(ingress('old', rival)), ['shop/a', 'shop/old']);
});

test('a Namespace that changes without being deleted moves no route', () => {
  objects.set(ingress('rival', { ...SAME_HOST, namespace: 'other' }));
  assert.deepEqual(affected(namespace('other', { team: 'x' })), ['other/a2', 'other/rival']);
  assert.deepEqual(affected(namespace('other', { team: 'y' })), ['other/a2', 'other/rival']);
});

test('a Service selects the Deployments of its own namespace that have each of its labels with its value', () => {
  const selecting = service('a', { selector: { app: 'a', tier: '' } });
  objects.set(selecting);
  objects.set(deployment('empty', 1, { app: 'a', tier: '' }));
  objects.set(deployment('without', 1, { app: 'a' }));
  objects.set(deployment('other', 1, { app: 'a', tier: 'x' }));
  objects.set(deployment('inherited', 1, { app: 'a', toString: '' }));
  objects.set(deployment('elsewhere', 1, { app: 'a', tier: '' }, 'other'));
  assert.deepEqual(
    objects.deploymentsOf(selecting).map(({ meta }) => meta.name),
    ['empty'],
  );
});

test('of several default classes the newest counts, then the first by name', () => {
  const dated = (name: string, createdAt: number) => {
    const one = ingressClass(name, true);
    return { ...one, meta: { ...one.meta, createdAt } };
  };
  objects.set(dated('b', 1));
  objects.set(dated('a', 1));
  objects.set(ingressClass('none', false));
  assert.equal(objects.defaultClass(), 'a');
  objects.set(dated('c', 2));
  assert.equal(objects.defaultClass(), 'c');
  const { kind, meta, isDefault } = dated('c', 2);
  objects.set({ kind, isDefault, meta: { ...meta, deleting: true } });
  assert.equal(objects.defaultClass(), 'a');
  assert.equal(objects.ingressClass('c'), undefined);
  assert.equal(objects.ingressClass('b')?.meta.name, 'b');
});

test('an HTTPRoute whose host may come from a listener is affected by whoever names a host at the Gateway', () => {
  objects.set(httpRoute('wide', { hosts: ['*.k8s.example.com'] }));
  objects.set(httpRoute('exact', { hosts: ['b.k8s.example.com'] }));
  assert.deepEqual(affected(httpRoute('rival', { hosts: ['a.k8s.example.com'] })), [
    'shop/httproute/rival',
    'shop/httproute/wide',
  ]);
});

test('an HTTPRoute is affected by those with a wider host, which may be attached to a closer listener', () => {
  objects.set(httpRoute('exact', { hosts: ['a.k8s.example.com'] }));
  assert.deepEqual(affected(httpRoute('wide', { hosts: ['*.k8s.example.com'] })), [
    'shop/httproute/exact',
    'shop/httproute/wide',
  ]);
});
