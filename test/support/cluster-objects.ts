import { stripObject } from '../../shared/ingress/strip.ts';
import type { ObjectKind, StrippedObject } from '../../shared/ingress/stripped.ts';

type Kind<K extends ObjectKind> = Extract<StrippedObject, { kind: K }>;

function strip<K extends ObjectKind>(kind: K, raw: unknown): Kind<K> {
  const object = stripObject(kind, raw);
  if (object === undefined) throw new Error(`no ${kind}: ${JSON.stringify(raw)}`);
  return object as Kind<K>;
}

export interface IngressShape {
  readonly namespace?: string;
  /** null: none. */
  readonly className?: string | null;
  readonly host?: string;
  readonly path?: string;
  readonly service?: string;
  readonly uid?: string;
  /** RFC 3339. */
  readonly created?: string;
  readonly deleting?: boolean;
  readonly defaultBackend?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** The load balancer in the status; null: none. */
  readonly ip?: string | null;
}

/** A published Ingress `name` for the Service of that name, as an API server would send it. */
export function rawIngress(name: string, shape: IngressShape = {}): object {
  const service = { name: shape.service ?? name, port: { number: 80 } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name,
      namespace: shape.namespace ?? 'shop',
      uid: shape.uid ?? '',
      creationTimestamp: shape.created ?? '2026-03-01T10:00:00Z',
      ...(shape.deleting === true ? { deletionTimestamp: '2026-04-01T10:00:00Z' } : {}),
      annotations: { 'eurek8s.io/publish': 'true', ...shape.annotations },
    },
    spec: {
      ...(shape.className === null ? {} : { ingressClassName: shape.className ?? 'nginx' }),
      ...(shape.defaultBackend === undefined
        ? {}
        : { defaultBackend: { service: { name: shape.defaultBackend, port: { number: 80 } } } }),
      rules: [
        {
          host: shape.host ?? `${name}.k8s.example.com`,
          http: { paths: [{ path: shape.path ?? '/', pathType: 'Prefix', backend: { service } }] },
        },
      ],
    },
    status: shape.ip === null ? {} : { loadBalancer: { ingress: [{ ip: shape.ip ?? '10.20.0.80' }] } },
  };
}

export function rawService(
  name: string,
  { type = 'ClusterIP', selector = { app: name } }: { type?: string; selector?: Readonly<Record<string, string>> } = {},
): object {
  const spec = { type, selector, ports: [{ name: 'http', port: 80, targetPort: 8080 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec };
}

export function rawEndpointSlice(name: string, serviceName: string | undefined, ready: number, unready = 0): object {
  const endpoints = Array.from({ length: ready + unready }, (_, i) => ({
    addresses: [`10.42.0.${i + 1}`],
    conditions: { ready: i < ready },
  }));
  const labels = serviceName === undefined ? {} : { 'kubernetes.io/service-name': serviceName };
  const apiVersion = 'discovery.k8s.io/v1';
  return {
    apiVersion,
    kind: 'EndpointSlice',
    metadata: { name, namespace: 'shop', labels },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080 }],
    endpoints,
  };
}

export function ingress(name: string, shape?: IngressShape): Kind<'Ingress'> {
  return strip('Ingress', rawIngress(name, shape));
}

export function service(...args: Parameters<typeof rawService>): Kind<'Service'> {
  return strip('Service', rawService(...args));
}

export function endpointSlice(...args: Parameters<typeof rawEndpointSlice>): Kind<'EndpointSlice'> {
  return strip('EndpointSlice', rawEndpointSlice(...args));
}

export function deployment(
  name: string,
  ready: number,
  labels: Readonly<Record<string, string>>,
  space = 'shop',
): Kind<'Deployment'> {
  return strip('Deployment', {
    metadata: { name, namespace: space },
    spec: { template: { metadata: { labels } } },
    status: { readyReplicas: ready, conditions: [{ type: 'Available', status: ready > 0 ? 'True' : 'False' }] },
  });
}

export function namespace(
  name: string,
  labels: Readonly<Record<string, string>> = {},
  annotations: Readonly<Record<string, string>> = {},
): Kind<'Namespace'> {
  return strip('Namespace', { metadata: { name, labels, annotations } });
}

export interface RouteShape {
  readonly namespace?: string;
  readonly gateway?: string;
  /** The one listener that is meant. */
  readonly sectionName?: string;
  readonly hosts?: readonly string[];
  readonly service?: string;
  /** The namespace of the Service. */
  readonly serviceSpace?: string;
  readonly created?: string;
  readonly deleting?: boolean;
  readonly accepted?: 'True' | 'False';
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A published HTTPRoute `name` for the Service of that name, at the Gateway `public`. */
export function httpRoute(name: string, shape: RouteShape = {}): Kind<'HTTPRoute'> {
  const parentRef = {
    name: shape.gateway ?? 'public',
    namespace: 'shop',
    ...(shape.sectionName === undefined ? {} : { sectionName: shape.sectionName }),
  };
  const { serviceSpace } = shape;
  const backend = {
    name: shape.service ?? name,
    port: 80,
    ...(serviceSpace === undefined ? {} : { namespace: serviceSpace }),
  };
  return strip('HTTPRoute', {
    metadata: {
      name,
      namespace: shape.namespace ?? 'shop',
      creationTimestamp: shape.created ?? '2026-03-01T10:00:00Z',
      ...(shape.deleting === true ? { deletionTimestamp: '2026-04-01T10:00:00Z' } : {}),
      annotations: { 'eurek8s.io/publish': 'true', ...shape.annotations },
    },
    spec: {
      parentRefs: [parentRef],
      hostnames: shape.hosts ?? [`${name}.k8s.example.com`],
      rules: [{ backendRefs: [backend] }],
    },
    status:
      shape.accepted === undefined
        ? {}
        : { parents: [{ parentRef, conditions: [{ type: 'Accepted', status: shape.accepted }] }] },
  });
}

export interface GatewayShape {
  readonly className?: string;
  readonly hostname?: string;
  /** Of the namespaces with the label `tier: web`, or of all. */
  readonly from?: 'All' | 'Selector';
  /** The host of a second listener of the same port. */
  readonly closer?: string;
}

/** A Gateway in namespace `shop` with a listener `http`, and perhaps a second one `closer`. */
export function gateway(
  name: string,
  { className = 'example', hostname, from = 'All', closer }: GatewayShape = {},
): Kind<'Gateway'> {
  const selector = { matchLabels: { tier: 'web' } };
  const common = {
    port: 80,
    protocol: 'HTTP',
    allowedRoutes: { namespaces: from === 'All' ? { from } : { from, selector } },
  };
  return strip('Gateway', {
    metadata: { name, namespace: 'shop' },
    spec: {
      gatewayClassName: className,
      listeners: [
        { ...common, name: 'http', ...(hostname === undefined ? {} : { hostname }) },
        ...(closer === undefined ? [] : [{ ...common, name: 'closer', hostname: closer }]),
      ],
    },
    status: { addresses: [{ value: '10.20.0.90' }] },
  });
}

export function gatewayClass(name: string, accepted: 'True' | 'False'): Kind<'GatewayClass'> {
  return strip('GatewayClass', {
    metadata: { name },
    status: { conditions: [{ type: 'Accepted', status: accepted }] },
  });
}

/** Lets HTTPRoutes of the namespace `from` refer to all Services of `namespace`. */
export function referenceGrant(namespace: string, from: string): Kind<'ReferenceGrant'> {
  return strip('ReferenceGrant', {
    metadata: { name: `from-${from}`, namespace },
    spec: {
      from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: from }],
      to: [{ group: '', kind: 'Service' }],
    },
  });
}

export function ingressClass(name: string, isDefault: boolean): Kind<'IngressClass'> {
  const annotations = { 'ingressclass.kubernetes.io/is-default-class': String(isDefault) };
  return strip('IngressClass', { metadata: { name, annotations } });
}
