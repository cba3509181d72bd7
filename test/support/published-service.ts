export interface PublishedService {
  readonly name: string;
  readonly host: string;
  /** Where the proxy in front of it listens on 127.0.0.1. */
  readonly port: number;
  /** Further annotations, without their prefix. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Whether each of its endpoints is ready. Default: one that is. */
  readonly ready?: readonly boolean[];
}

/** Ingress, Service and EndpointSlice of a service in the namespace `shop`, as YAML for a directory of manifests. */
export function publishedService({ name, host, port, annotations = {}, ready = [true] }: PublishedService): string {
  const further = Object.entries(annotations).map(([key, value]) => `    eurek8s.io/${key}: "${value}"\n`);
  const endpoints = ready.map((each, i) => `  - { addresses: [10.42.0.${10 + i}], conditions: { ready: ${each} } }\n`);
  return `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: shop
  annotations:
    eurek8s.io/publish: "true"
    eurek8s.io/address: 127.0.0.1
    eurek8s.io/port: "${port}"
${further.join('')}spec:
  rules:
    - host: ${host}
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${name}, port: { number: 80 } } } }] }
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}-1, namespace: shop, labels: { kubernetes.io/service-name: ${name} } }
addressType: IPv4
ports: [{ name: http, port: 8080 }]
endpoints:
${endpoints.join('')}`;
}
