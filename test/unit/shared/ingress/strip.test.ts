import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stripObject } from '../../../../shared/ingress/strip.ts';
import { OBJECT_KINDS } from '../../../../shared/ingress/stripped.ts';

test('no input makes stripping throw, and only what has no name is left out', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...OBJECT_KINDS),
      fc.jsonValue(),
      fc.jsonValue(),
      fc.jsonValue(),
      (kind, spec, status, metadata) => {
        assert.equal(stripObject(kind, spec), undefined);
        const object = stripObject(kind, {
          spec,
          status,
          endpoints: spec,
          metadata: { name: 'x', labels: metadata, annotations: status },
        });
        assert.equal(object?.kind, kind);
      },
    ),
  );
});

test('broken parts of an Ingress leave the rest readable', () => {
  const object = stripObject('Ingress', {
    metadata: { name: 'a' },
    spec: {
      rules: [null, 7, { host: 'h', http: { paths: [null, { path: 3, backend: 'x' }] } }, { host: 'i', http: null }],
      tls: [{ hosts: [1, 'H'] }],
    },
    status: { loadBalancer: { ingress: [{}, { ip: '' }] } },
  });
  assert.ok(object?.kind === 'Ingress');
  assert.deepEqual(object.rules, [
    { host: '', paths: undefined },
    { host: '', paths: undefined },
    {
      host: 'h',
      paths: [
        { path: '/', pathType: 'ImplementationSpecific', backend: undefined },
        { path: '3', pathType: 'ImplementationSpecific', backend: undefined },
      ],
    },
    { host: 'i', paths: undefined },
  ]);
  assert.deepEqual(object.tlsHosts, ['1', 'h']);
  assert.deepEqual(object.loadBalancer, [
    { ip: undefined, hostname: undefined },
    { ip: undefined, hostname: undefined },
  ]);
});

test('what an API server adds in bulk is not kept', () => {
  const object = stripObject('Ingress', {
    metadata: {
      name: 'a',
      namespace: 'n',
      uid: 'u',
      creationTimestamp: '2026-01-02T03:04:05Z',
      managedFields: [{}],
      labels: { app: 'x' },
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', 'eurek8s.io/publish': 'true' },
    },
  });
  assert.deepEqual(object?.meta, {
    namespace: 'n',
    name: 'a',
    uid: 'u',
    createdAt: Date.UTC(2026, 0, 2, 3, 4, 5),
    labels: { app: 'x' },
    annotations: { 'eurek8s.io/publish': 'true' },
    deleting: false,
    unreadVersion: undefined,
  });
});

test('text without quotes is text, wherever text belongs: a host that is a number is not any host', () => {
  const object = stripObject('Ingress', {
    metadata: { name: 1, namespace: 2 },
    spec: {
      ingressClassName: 3,
      rules: [{ host: 4, http: { paths: [{ path: 5, backend: { service: { name: 6, port: { name: 7 } } } }] } }],
      tls: [{ hosts: [8] }],
    },
  });
  assert.ok(object?.kind === 'Ingress');
  const { meta, className, rules, tlsHosts } = object;
  assert.deepEqual([meta.name, meta.namespace, className, tlsHosts], ['1', '2', '3', ['8']]);
  const [rule] = rules;
  assert.equal(rule?.host, '4');
  assert.deepEqual(rule.paths?.[0]?.backend, { service: '6', port: '7' });
});

test('conditions of endpoints count in every spelling that kubectl takes', () => {
  const ready = (conditions: object): number => {
    const object = stripObject('EndpointSlice', {
      metadata: { name: 'a' },
      endpoints: [{ addresses: ['10.0.0.1'], conditions }],
    });
    return object?.kind === 'EndpointSlice' ? object.ready.length : -1;
  };
  for (const no of [false, 'no', 'No', 'off', 'False', 'FALSE']) assert.equal(ready({ ready: no }), 0, String(no));
  for (const yes of [true, 'yes', 'on', 'True', undefined, null]) assert.equal(ready({ ready: yes }), 1, String(yes));
  assert.equal(ready({ terminating: 'True' }), 0);
});

test('a manifest may go without namespace and creation time, and without quotes around true and 80', () => {
  const object = stripObject('Ingress', {
    metadata: {
      name: 'a',
      creationTimestamp: 'yesterday',
      annotations: { 'eurek8s.io/publish': true, 'eurek8s.io/port': 80, 'eurek8s.io/app': null },
    },
  });
  assert.equal(object?.meta.namespace, 'default');
  assert.equal(object?.meta.createdAt, 0);
  assert.deepEqual(object?.meta.annotations, { 'eurek8s.io/publish': 'true', 'eurek8s.io/port': '80' });
});

test('cluster-scoped objects have no namespace, whatever they say', () => {
  assert.equal(stripObject('Namespace', { metadata: { name: 'a', namespace: 'x' } })?.meta.namespace, '');
  assert.equal(stripObject('IngressClass', { metadata: { name: 'a' } })?.meta.namespace, '');
});

test('an endpoint counts once, by its first address, and is ready unless it says otherwise', () => {
  const object = stripObject('EndpointSlice', {
    metadata: { name: 'a', labels: { 'kubernetes.io/service-name': 's' } },
    endpoints: [
      { addresses: ['10.0.0.1', '10.0.0.9'] },
      { addresses: ['10.0.0.2'], conditions: { ready: false } },
      { addresses: ['10.0.0.1'], conditions: { ready: true } },
      { addresses: [] },
      null,
    ],
  });
  assert.ok(object?.kind === 'EndpointSlice');
  assert.deepEqual(object.ready, ['10.0.0.1']);
  assert.deepEqual(object.unready, ['10.0.0.2']);
  assert.equal(object.serviceName, 's');
});
