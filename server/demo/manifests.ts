import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes the manifests of one service: an Ingress, its Service, and the endpoints of its Pods. `traffic`: the share of
 * the Ingress; by default what the product does without one.
 */
export function writeManifest(directory: string, service: string, routerPort: number, traffic?: string): void {
  const file = join(directory, `${service}.yaml`);
  // In one piece, because the directory is read at any moment.
  writeFileSync(`${file}.new`, manifest(service, routerPort, traffic));
  renameSync(`${file}.new`, file);
}

function manifest(service: string, routerPort: number, traffic: string | undefined): string {
  const share =
    traffic === undefined
      ? '# eurek8s.io/traffic: "50%"            # try it on alice'
      : `eurek8s.io/traffic: "${traffic}"`;
  return `# Edit and save: the caller's answers follow. Try "ready: false", another host, or delete the file.
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${service}
  namespace: demo
  annotations:
    eurek8s.io/publish: "true"
    eurek8s.io/address: 127.0.0.1          # in real life: the load balancer, found by DNS
    eurek8s.io/port: "${routerPort}"           # in real life: 80
    ${share}
spec:
  rules:
    - host: ${service}.k8s.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: { service: { name: ${service}, port: { number: 80 } } }
---
apiVersion: v1
kind: Service
metadata: { name: ${service}, namespace: demo }
spec: { selector: { app: ${service} }, ports: [{ name: http, port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: ${service}-1
  namespace: demo
  labels: { kubernetes.io/service-name: ${service} }
addressType: IPv4
ports: [{ name: http, port: 8080 }]
endpoints:
  - addresses: [10.42.0.10]
    conditions:
      ready: true
`;
}
