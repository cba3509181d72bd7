import assert from 'node:assert/strict';
import { stripObject } from '../../../shared/ingress/strip.ts';
import type { ObjectKind, StrippedObject } from '../../../shared/ingress/stripped.ts';

/** The kinds of objects in a case. */
export const KINDS = ['Service', 'EndpointSlice', 'Ingress'] as const satisfies readonly ObjectKind[];

/** An Ingress with its Service and EndpointSlice, as the differences from shop/alice with two ready Pods. */
export interface IngressCase {
  readonly name?: string;
  readonly namespace?: string;
  /** RFC 3339. */
  readonly created?: string;
  readonly host?: string;
  readonly tls?: boolean;
  readonly ready?: number;
  readonly unready?: number;
  /** The address of the load balancer. */
  readonly ip?: string;
  /** Keys without the prefix `eurek8s.io/`. `publish: "true"` is added. */
  readonly annotations?: Readonly<Record<string, string>>;
}

export function ingressObjects(given: IngressCase): readonly StrippedObject[] {
  const { name = 'alice', namespace = 'shop', created = '2026-03-01T10:00:00Z', ip = '192.0.2.80', ...others } = given;
  const { host = `${name}.k8s.example.com`, tls = false, ready = 2, unready = 0, annotations, ...unknown } = others;
  assert.deepEqual(Object.keys(unknown), [], `Ingress ${name}`);
  const backend = { service: { name, port: { number: 80 } } };
  return [
    stripped('Service', {
      metadata: { name, namespace },
      spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    }),
    stripped('EndpointSlice', {
      metadata: { name: `${name}-1`, namespace, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080 }],
      endpoints: Array.from({ length: ready + unready }, (_, i) => ({
        addresses: [`10.42.0.${i + 1}`],
        conditions: { ready: i < ready },
      })),
    }),
    stripped('Ingress', {
      metadata: {
        name,
        namespace,
        creationTimestamp: created,
        annotations: prefixed({ publish: 'true', ...annotations }),
      },
      spec: {
        ingressClassName: 'nginx',
        ...(tls ? { tls: [{ hosts: [host] }] } : {}),
        rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
      },
      status: { loadBalancer: { ingress: [{ ip }] } },
    }),
  ];
}

function stripped(kind: ObjectKind, raw: object): StrippedObject {
  const object = stripObject(kind, raw);
  assert.ok(object !== undefined, `not understood: ${JSON.stringify(raw)}`);
  return object;
}

function prefixed(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`eurek8s.io/${key}`, value]));
}
