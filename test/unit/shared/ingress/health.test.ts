import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClusterObjects } from '../../../../shared/ingress/cluster-objects.ts';
import { healthOf } from '../../../../shared/ingress/health.ts';
import { derivationRules } from '../../../../shared/ingress/rules.ts';
import type { StrippedEndpointSlice, StrippedObject } from '../../../../shared/ingress/stripped.ts';
import { deployment, endpointSlice, service } from '../../../support/cluster-objects.ts';
import { derivationConfig } from '../../../support/derivation.ts';

const SERVICE = service('a');

function health(
  others: readonly StrippedObject[],
  config: Parameters<typeof derivationConfig>[0] = {},
  target = SERVICE,
) {
  const rules = derivationRules(derivationConfig(config));
  assert.ok(rules.ok);
  const objects = new ClusterObjects();
  for (const object of [target, ...others]) objects.set(object);
  const [port] = target.ports;
  assert.ok(port);
  const judged = healthOf([{ service: target, port }], objects, rules.value);
  return judged.ok
    ? `${judged.value.up ? 'up' : 'down'} ${judged.value.readyEndpoints}: ${judged.value.reason}`
    : judged.error.reason;
}

function slice(name: string, changes: Partial<StrippedEndpointSlice>): StrippedEndpointSlice {
  return { ...endpointSlice(name, 'a', 0), ...changes };
}

test('addresses count once in each family, and the family that has most of them ready decides', () => {
  const four = { ready: ['10.0.0.1', '10.0.0.2'], unready: ['10.0.0.3'] };
  assert.equal(health([slice('1', four)]), 'up 2: 2 of 3 endpoints ready');
  const again = slice('2', { ready: ['10.0.0.2', '10.0.0.3'] });
  assert.equal(health([slice('1', four), again]), 'up 3: 3 of 3 endpoints ready');
  const six = (ready: readonly string[], unready: readonly string[] = []) =>
    slice('6', { addressType: 'IPv6', ready, unready });
  assert.equal(health([slice('1', four), six(['fd::1'])]), 'up 2: 2 of 3 endpoints ready');
  assert.equal(health([six(['fd::1', 'fd::2', 'fd::3']), slice('1', four)]), 'up 3: 3 of 3 endpoints ready');
  assert.equal(
    health([slice('1', four), six(['fd::1', 'fd::2'])]),
    'up 2: 2 of 3 endpoints ready',
    'with more of them in all',
  );
  assert.equal(health([six(['fd::1', 'fd::2']), slice('1', four)]), 'up 2: 2 of 3 endpoints ready');
  assert.equal(
    health([slice('1', four), six([], ['fd::1', 'fd::2', 'fd::3', 'fd::4'])]),
    'up 2: 2 of 3 endpoints ready',
  );
});

test('endpoints without the port, and those by host name, are told and do not count', () => {
  const ports = [{ name: 'other', protocol: 'TCP', any: false }];
  assert.equal(
    health([slice('1', { ready: ['10.0.0.1'], ports }), slice('2', { ready: ['x.io'], addressType: 'FQDN' })]),
    'down 0: 0 of 0 endpoints ready, 1 ready without port http, 1 ready by host name, which nothing routes calls to',
  );
  const udp = [{ name: 'http', protocol: 'UDP', any: false }];
  assert.match(health([slice('1', { ready: ['10.0.0.1'], ports: udp })]), /^down 0: .*, 1 ready without port http$/);
  const any = [{ name: '', protocol: 'TCP', any: true }];
  assert.equal(health([slice('1', { ready: ['10.0.0.1'], ports: any })]), 'up 1: 1 of 1 endpoints ready');
  const named = [{ name: 'x', protocol: 'TCP', any: true }];
  assert.match(health([slice('1', { ready: ['10.0.0.1'], ports: named })]), /^down 0: /);
});

test('how many are wanted is told where there are fewer, unless it is one', () => {
  const one = [slice('1', { ready: ['10.0.0.1'], unready: ['10.0.0.2'] })];
  assert.equal(health(one, { defaults: { minReady: 2 } }), 'down 1: 1 of 2 endpoints ready, 2 wanted');
  assert.equal(health(one, { defaults: { minReady: 1 } }), 'up 1: 1 of 2 endpoints ready');
  assert.equal(health([slice('1', {})], { defaults: { minReady: 1 } }), 'down 0: 0 of 0 endpoints ready');
  assert.equal(health([], { defaults: { minReady: 2 } }), 'down 0: Service a has no EndpointSlice, 2 wanted');
});

test('a manifest may say how many endpoints are ready', () => {
  const states = (value: string) => {
    const annotations = { 'eurek8s.io/ready-endpoints': value };
    return { ...SERVICE, meta: { ...SERVICE.meta, annotations } };
  };
  const manifests = { origin: 'manifests' } as const;
  assert.equal(health([], manifests, states('3')), 'up 3: 3 endpoints ready as eurek8s.io/ready-endpoints states');
  assert.match(
    health([], manifests, states('many')),
    /^on Service a: eurek8s\.io\/ready-endpoints is "many": allowed is a number from 0 to 9999$/,
  );
  assert.equal(
    health([], manifests),
    'down 0: Service a has no EndpointSlice: add one, or annotate the Service with eurek8s.io/ready-endpoints: "1"',
  );
});

test('Deployments behind one Service count together, and one that is available suffices', () => {
  const byDeployment = { defaults: { health: 'deployment' } } as const;
  const of = (...all: readonly StrippedObject[]) => health(all, byDeployment);
  const labels = { app: 'a' };
  assert.equal(
    of(deployment('blue', 2, labels), deployment('green', 0, labels)),
    'up 2: Deployment blue, green is Available with 2 ready replicas',
  );
  assert.equal(of(deployment('blue', 0, labels)), 'down 0: Deployment blue is not Available with 0 ready replicas');
  assert.equal(
    of(),
    'no Deployment has Pods that Service a selects: correct its selector, or use defaults.health: endpoints',
  );
  assert.equal(
    health([], byDeployment, service('a', { selector: {} })),
    'Service a has no selector that would lead to a Deployment: give it one, or use defaults.health: endpoints',
  );
});

test('an object of a version that is not read is refused, whatever it says', () => {
  const old = (object: StrippedEndpointSlice): StrippedObject => ({
    ...object,
    meta: { ...object.meta, unreadVersion: 'discovery.k8s.io/v1beta1' },
  });
  assert.match(
    health([old(slice('1', { ready: ['10.0.0.1'] }))]),
    /^EndpointSlice 1 is written as discovery\.k8s\.io\/v1beta1, .*: write apiVersion: discovery\.k8s\.io\/v1$/,
  );
  const one = deployment('d', 1, { app: 'a' });
  const deployed = { ...one, meta: { ...one.meta, unreadVersion: 'extensions/v1beta1' } };
  assert.match(
    health([deployed], { defaults: { health: 'deployment' } }),
    /^Deployment d is written as extensions\/v1beta1, /,
  );
});
