import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClusterObjects } from '../../../../shared/ingress/cluster-objects.ts';
import { derivationRules, type DerivationRules } from '../../../../shared/ingress/rules.ts';
import { deriveAsWitnessed, isDeletion, witnessOf, type Witness } from '../../../../shared/derivation/witness.ts';
import type { StrippedObject } from '../../../../shared/ingress/stripped.ts';
import {
  deployment,
  endpointSlice,
  ingress,
  ingressClass,
  namespace,
  service,
  type IngressShape,
} from '../../../support/cluster-objects.ts';
import { derivationConfig } from '../../../support/derivation.ts';
import { nameTable } from '../../../support/name-table.ts';

const NAMES = nameTable({ 'a.k8s.example.com': ['10.20.0.80'] });

function rulesOf(config: object = {}): DerivationRules {
  const rules = derivationRules(derivationConfig({ origin: 'cluster', ...config }));
  assert.ok(rules.ok);
  return rules.value;
}

function world(...all: readonly StrippedObject[]): ClusterObjects {
  const objects = new ClusterObjects();
  for (const object of all) objects.set(object);
  return objects;
}

const deleting = <T extends StrippedObject>(object: T): T => ({ ...object, meta: { ...object.meta, deleting: true } });
const A = ingress('a');
const ALL = [A, service('a'), endpointSlice('a-1', 'a', 2), namespace('shop')] as const;

function witnessed(
  all: readonly StrippedObject[],
  shape: IngressShape = {},
  origin: DerivationRules['origin'] = 'cluster',
): Witness {
  return witnessOf(ingress('a', shape), world(...all), origin);
}

test('a witness has the Services that are there, the Namespace, and the default class of an Ingress without one', () => {
  const objects = world(...ALL, ingressClass('nginx', true));
  assert.deepEqual(witnessOf(A, objects, 'cluster'), {
    candidate: A,
    services: [service('a')],
    namespace: namespace('shop'),
    defaultClass: undefined,
    slices: [],
    gateways: [],
    grants: [],
  });
  assert.equal(witnessOf(ingress('a', { className: null }), objects, 'cluster').defaultClass, 'nginx');
  assert.deepEqual(witnessOf(A, objects, 'manifests').slices, [endpointSlice('a-1', 'a', 2)]);
  assert.deepEqual(witnessed([A, deleting(service('a'))]).services, []);
  assert.deepEqual(witnessed([A], { service: 'gone' }).services, []);
});

const CODES = [
  'service-not-found',
  'deployment-not-found',
  'not-selected',
  'namespace-not-selected',
  'class-not-allowed',
  'opted-out',
  'no-host',
] as const;

test('what is no longer published because an object is gone is a deletion, and what people changed is none', () => {
  const witness = witnessed(ALL);
  const here = world(...ALL);
  assert.ok(isDeletion(witness, undefined, undefined, here));
  assert.ok(isDeletion(witness, A, 'being-deleted', here));
  assert.ok(!isDeletion(witness, A, undefined, here));
  const deletions = (objects: ClusterObjects, is = A) => CODES.filter((code) => isDeletion(witness, is, code, objects));
  assert.deepEqual(deletions(here), ['service-not-found', 'deployment-not-found']);
  assert.deepEqual(deletions(world(A)), [
    'service-not-found',
    'deployment-not-found',
    'not-selected',
    'namespace-not-selected',
  ]);
  for (const changed of [
    ingress('a', { service: 'b' }),
    ingress('a', { className: 'other' }),
    ingress('a', { annotations: { 'eurek8s.io/app': 'x' } }),
    ingress('a', { defaultBackend: 'b' }),
    { ...A, meta: { ...A.meta, labels: { app: 'x' } } },
  ])
    assert.deepEqual(deletions(world(), changed), []);
  assert.deepEqual(deletions(here, ingress('a', { ip: '10.20.0.99' })), ['service-not-found', 'deployment-not-found']);
});

test('without a class it is a deletion where no default class is left', () => {
  const bare = ingress('a', { className: null });
  const witness = witnessOf(bare, world(...ALL, ingressClass('nginx', true)), 'cluster');
  const gone = (objects: ClusterObjects) => isDeletion(witness, bare, 'class-not-allowed', objects);
  assert.ok(gone(world(...ALL)));
  assert.ok(!gone(world(...ALL, ingressClass('other', true))));
  assert.ok(!isDeletion(witnessed(ALL), A, 'class-not-allowed', world(...ALL)), 'another class is allowed by now');
});

function outcome(witness: Witness, now: readonly StrippedObject[], config: object = {}) {
  const derived = deriveAsWitnessed(witness, world(...now), rulesOf(config), NAMES, undefined).outcome;
  return derived.kind === 'published' ? derived.publication : derived.refusal.code;
}

test('an entry stays published by its witness when all that it refers to is gone', () => {
  const witness = witnessed(ALL);
  const gone = outcome(witness, [endpointSlice('a-1', 'a', 2)]);
  assert.ok(typeof gone !== 'string');
  assert.deepEqual([gone.host, gone.status], ['a.k8s.example.com', 'UP']);
  const left = outcome(witness, [
    deleting(A),
    deleting(service('a')),
    deleting(namespace('shop')),
    endpointSlice('a-1', 'a', 2),
  ]);
  assert.ok(typeof left !== 'string');
  assert.equal(left.status, 'UP');
});

test('what is there goes before what was', () => {
  const witness = witnessed(ALL);
  const now = outcome(witness, [ingress('a', { host: 'b.k8s.example.com' }), ...ALL.slice(1)]);
  assert.equal(typeof now === 'string' ? now : now.host, 'b.k8s.example.com');
  const external = outcome(witness, [A, service('a', { type: 'ExternalName' })]);
  assert.equal(external, 'external-name-service');
  const optedOut = namespace('shop', {}, { 'eurek8s.io/publish': 'false' });
  assert.equal(outcome(witness, [A, service('a'), optedOut]), 'opted-out');
});

test('the witness speaks for its own Namespace, Service and class alone', () => {
  const annotated = namespace('shop', {}, { 'eurek8s.io/publish': 'true' });
  const selected = { selection: { mode: 'annotated' } };
  const bare = { annotations: { 'eurek8s.io/publish': '' } };
  const witness = witnessed([annotated, service('a')], bare);
  assert.notEqual(outcome(witness, [endpointSlice('a-1', 'a', 1)], selected), 'not-selected');
  const elsewhere: Witness = { ...witness, namespace: namespace('other', {}, { 'eurek8s.io/publish': 'true' }) };
  assert.equal(outcome(elsewhere, [], selected), 'not-selected');
  assert.equal(outcome({ ...witnessed(ALL), services: [service('b')] }, []), 'service-not-found');
  const byClass = witnessed([...ALL, ingressClass('nginx', true)], { className: null });
  const allowed = { selection: { ingressClasses: ['nginx'] } };
  assert.notEqual(outcome(byClass, ALL.slice(1), allowed), 'class-not-allowed');
  assert.equal(outcome(byClass, [...ALL.slice(1), ingressClass('other', true)], allowed), 'class-not-allowed');
});

test('slices of manifests are those of the witness where there are no others', () => {
  const slices = [endpointSlice('a-1', 'a', 3), endpointSlice('b-1', 'b', 9)];
  const witness: Witness = { ...witnessed(ALL), slices };
  const status = (now: readonly StrippedObject[]) => {
    const published = outcome(witness, now, { origin: 'manifests' });
    return typeof published === 'string' ? published : published.statusReason;
  };
  assert.equal(status([]), '3 of 3 endpoints ready');
  assert.equal(status([endpointSlice('a-2', 'a', 1, 1)]), '1 of 2 endpoints ready');
});

test('without its Deployments an entry goes by its endpoints', () => {
  const byDeployment = { defaults: { health: 'deployment' } };
  const witness = witnessed(ALL);
  const slice = endpointSlice('a-1', 'a', 2);
  const withIt = outcome(witness, [A, service('a'), slice, deployment('d', 0, { app: 'a' })], byDeployment);
  assert.equal(typeof withIt === 'string' ? withIt : withIt.status, 'DOWN');
  const without = outcome(witness, [A, service('a'), slice], byDeployment);
  assert.equal(typeof without === 'string' ? without : without.status, 'UP');
});
