import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sameData } from '../../../../shared/data/same-data.ts';
import { ShapeError } from '../../../../shared/data/shape.ts';
import { stripObject } from '../../../../shared/ingress/strip.ts';
import type { StrippedIngress } from '../../../../shared/ingress/stripped.ts';
import { witnessShape } from '../../../../shared/derivation/witness-shape.ts';
import type { Witness } from '../../../../shared/derivation/witness.ts';
import { endpointSlice, ingress, namespace, service } from '../../../support/cluster-objects.ts';

function again(witness: Witness): Witness {
  return witnessShape.read(JSON.parse(JSON.stringify(witnessShape.write(witness))));
}

/** An Ingress with everything that can be absent, present, or of two kinds. */
function odd(): StrippedIngress {
  const backend = (name: string, port: object) => ({ service: { name, port } });
  const raw = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: 'odd',
      namespace: 'shop',
      uid: 'u-1',
      creationTimestamp: '2026-03-01T10:00:00Z',
      labels: { '10': 'b', '2': 'a', app: 'x' },
      annotations: { 'eurek8s.io/publish': 'true', 'eurek8s.io/app': 'ODD', 'kubernetes.io/ingress.class': 'nginx' },
    },
    spec: {
      ingressClassName: 'other',
      defaultBackend: backend('d', { name: 'http' }),
      tls: [{ hosts: ['a.example.com'] }, {}],
      rules: [
        {
          host: 'a.example.com',
          http: { paths: [{ path: '/', pathType: 'Prefix', backend: backend('a', { number: 80 }) }] },
        },
        { host: 'b.example.com' },
        { http: { paths: [{ path: '/x', pathType: 'Exact', backend: { resource: { kind: 'Bucket', name: 'b' } } }] } },
      ],
    },
    status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }, { hostname: 'lb.example.com' }] } },
  };
  const stripped = stripObject('Ingress', raw);
  assert.ok(stripped?.kind === 'Ingress');
  return stripped;
}

test('a witness is read as it was written, to the last absent value: it is compared with what is there', () => {
  const witness: Witness = {
    candidate: odd(),
    services: [service('a'), service('d')],
    namespace: namespace('shop', { team: 'blue' }),
    defaultClass: 'nginx',
    slices: [endpointSlice('a-1', 'a', 2, 1)],
    gateways: [],
    grants: [],
  };
  assert.deepEqual(again(witness), witness);
  assert.ok(sameData(again(witness), witness));
  const plain: Witness = {
    candidate: ingress('svc'),
    services: [],
    namespace: undefined,
    defaultClass: undefined,
    slices: [],
    gateways: [],
    grants: [],
  };
  assert.deepEqual(again(plain), plain);
  assert.ok(sameData(again(plain), plain));
});

test('what is no witness is refused', () => {
  for (const json of [undefined, {}, [], { ingress: {} }]) assert.throws(() => witnessShape.read(json), ShapeError);
});
