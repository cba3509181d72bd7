import assert from 'node:assert/strict';
import { stripObject } from '../../../shared/ingress/strip.ts';
import type { ObjectKind, StrippedObject } from '../../../shared/ingress/stripped.ts';

/** The kinds of objects in a case. */
export const KINDS = [
  'Service',
  'EndpointSlice',
  'Gateway',
  'Ingress',
  'HTTPRoute',
] as const satisfies readonly ObjectKind[];

/** An Ingress, or an HTTPRoute with its Gateway, with its Service and EndpointSlice, as the differences from shop/alice with two ready Pods. */
export interface IngressCase {
  readonly name?: string;
  readonly namespace?: string;
  /** RFC 3339. */
  readonly created?: string;
  readonly host?: string;
  /** Whether it is an HTTPRoute. */
  readonly route?: boolean;
  /** Whether no controller has accepted the HTTPRoute. */
  readonly pending?: boolean;
  /** The name of the Service; that of the object unless given. */
  readonly service?: string;
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
  const {
    host = `${name}.k8s.example.com`,
    route = false,
    service = name,
    tls = false,
    pending = false,
    ...health
  } = others;
  const { ready = 2, unready = 0, annotations, ...unknown } = health;
  assert.deepEqual(Object.keys(unknown), [], `Ingress ${name}`);
  const metadata = {
    name,
    namespace,
    creationTimestamp: created,
    annotations: prefixed({ publish: 'true', ...annotations }),
  };
  return [
    stripped('Service', {
      metadata: { name: service, namespace },
      spec: { selector: { app: service }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    }),
    stripped('EndpointSlice', {
      metadata: { name: `${service}-1`, namespace, labels: { 'kubernetes.io/service-name': service } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080 }],
      endpoints: Array.from({ length: ready + unready }, (_, i) => ({
        addresses: [`10.42.0.${i + 1}`],
        conditions: { ready: i < ready },
      })),
    }),
    ...(route
      ? routeObjects(metadata, { host, service, ip, pending })
      : [ingressObject(metadata, { host, service, tls, ip })]),
  ];
}

interface Metadata {
  readonly name: string;
  readonly namespace: string;
}

function ingressObject(
  metadata: Metadata,
  given: { readonly host: string; readonly service: string; readonly tls: boolean; readonly ip: string },
): StrippedObject {
  const { host, service, tls, ip } = given;
  const backend = { service: { name: service, port: { number: 80 } } };
  return stripped('Ingress', {
    metadata,
    spec: {
      ingressClassName: 'nginx',
      ...(tls ? { tls: [{ hosts: [host] }] } : {}),
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
    status: { loadBalancer: { ingress: [{ ip }] } },
  });
}

/** At a Gateway of its own, which has accepted it unless it is pending. */
function routeObjects(
  metadata: Metadata,
  given: { readonly host: string; readonly service: string; readonly ip: string; readonly pending: boolean },
): readonly StrippedObject[] {
  const { host, service, ip, pending } = given;
  const { name, namespace } = metadata;
  return [
    stripped('Gateway', {
      metadata: { name, namespace },
      spec: { gatewayClassName: 'example', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
      status: { addresses: [{ value: ip }] },
    }),
    stripped('HTTPRoute', {
      metadata,
      spec: {
        parentRefs: [{ name }],
        hostnames: [host],
        rules: [{ backendRefs: [{ name: service, port: 80 }] }],
      },
      status: pending ? {} : { parents: [{ parentRef: { name }, conditions: [{ type: 'Accepted', status: 'True' }] }] },
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
