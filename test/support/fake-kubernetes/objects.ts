import type { ApiObject } from './cluster-state.ts';

export function ingress(namespace: string, name: string, host = `${name}.k8s.example.com`): ApiObject {
  return {
    kind: 'Ingress',
    metadata: { namespace, name, annotations: { 'eurek8s.io/publish': 'true' } },
    spec: {
      ingressClassName: 'traefik',
      rules: [
        {
          host,
          http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: 80 } } } }] },
        },
      ],
    },
    status: { loadBalancer: { ingress: [{ ip: '10.1.2.3' }] } },
  };
}

export function service(namespace: string, name: string): ApiObject {
  const spec = { type: 'ClusterIP', selector: { app: name }, ports: [{ name: 'http', port: 80 }] };
  return { kind: 'Service', metadata: { namespace, name }, spec };
}

export function endpointSlice(namespace: string, serviceName: string, ready: number): ApiObject {
  return {
    kind: 'EndpointSlice',
    metadata: {
      namespace,
      name: `${serviceName}-x1`,
      labels: { 'kubernetes.io/service-name': serviceName },
    },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080 }],
    endpoints: Array.from({ length: ready }, (_, index) => ({
      addresses: [`10.42.0.${index + 1}`],
      conditions: { ready: true },
    })),
  };
}

/** At the Gateway `public` of namespace `infra`, which has accepted it. */
export function httpRoute(namespace: string, name: string, host = `${name}.gw.example.com`): ApiObject {
  const parentRef = { name: 'public', namespace: 'infra' };
  return {
    kind: 'HTTPRoute',
    metadata: { namespace, name, annotations: { 'eurek8s.io/publish': 'true' } },
    spec: { parentRefs: [parentRef], hostnames: [host], rules: [{ backendRefs: [{ name, port: 80 }] }] },
    status: { parents: [{ parentRef, conditions: [{ type: 'Accepted', status: 'True' }] }] },
  };
}

export function gateway(): ApiObject {
  const allowedRoutes = { namespaces: { from: 'All' } };
  return {
    kind: 'Gateway',
    metadata: { namespace: 'infra', name: 'public' },
    spec: {
      gatewayClassName: 'example',
      listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes }],
    },
    status: { addresses: [{ type: 'IPAddress', value: '10.1.2.4' }] },
  };
}

export function namespace(name: string, labels: Readonly<Record<string, string>> = {}): ApiObject {
  return { kind: 'Namespace', metadata: { name, labels } };
}

export function ingressClass(name: string): ApiObject {
  return { kind: 'IngressClass', metadata: { name }, spec: { controller: 'traefik.io/ingress-controller' } };
}
