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

const MARKS = ['https', 'http', 'both', 'redirects', 'passes-tls', 'turns-away'] as const;

/** An Ingress with every kind of mark and backend that controllers' annotations make. */
function annotated(): StrippedIngress {
  const backends = [
    { service: 'a', port: 'http', besides: ['b', 'c'] },
    { service: 'a', port: undefined },
    { action: 'alb/actions.x', otherCalls: 'none', toHttps: false },
    { action: 'alb/actions.y', otherCalls: 'next-path', toHttps: true },
    undefined,
  ] as const;
  return {
    ...odd(),
    canaryMarks: [
      { annotation: 'x/canary', service: undefined },
      { annotation: 'alb/conditions.a', service: 'a' },
    ],
    listenerMarks: MARKS.map((says, i) => ({ annotation: `x/${i}`, says, ...(i > 2 && { port: i, securePort: 443 }) })),
    rules: [{ host: 'h', paths: backends.map((backend) => ({ path: '/', pathType: 'Prefix', backend })) }],
    defaultBackend: backends[3],
  };
}

test('marks and actions of controllers are read as they were written', () => {
  const witness: Witness = {
    candidate: annotated(),
    services: [{ ...service('a'), canaryMarks: [{ annotation: 'x/canary', service: undefined }] }],
    namespace: undefined,
    defaultClass: undefined,
    slices: [],
    gateways: [],
    grants: [],
  };
  assert.deepEqual(again(witness), witness);
});

test('a part of a witness that nobody could have written is refused with what it should be', () => {
  const written = (): { candidate: { listenerMarks: unknown; defaultBackend: unknown } } =>
    JSON.parse(
      JSON.stringify(
        witnessShape.write({
          candidate: annotated(),
          services: [],
          namespace: undefined,
          defaultClass: undefined,
          slices: [],
          gateways: [],
          grants: [],
        }),
      ),
    ) as { candidate: { listenerMarks: unknown; defaultBackend: unknown } };
  const refused = (change: (json: ReturnType<typeof written>) => void, expected: RegExp | typeof ShapeError): void => {
    const json = written();
    change(json);
    assert.throws(() => witnessShape.read(json), expected);
  };
  const backend = (value: unknown) => (json: ReturnType<typeof written>) =>
    void (json.candidate.defaultBackend = value);
  refused(backend({ service: 'a', port: {} }), /a port/);
  refused(backend({ service: 'a', port: true }), /a port/);
  for (const value of ['service', 7, { action: 'x', otherCalls: 'all', toHttps: true }, { action: 'x' }])
    refused(backend(value), ShapeError);
  refused((json) => (json.candidate.listenerMarks = [{ annotation: 'x', says: 'nothing' }]), ShapeError);
});
