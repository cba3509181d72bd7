export interface DeployedService {
  readonly name: string;
  readonly namespace: string;
  /** Default 2. */
  readonly replicas?: number;
  /** Named `http`; default 80. */
  readonly port?: number;
  /** The cluster chooses one without it. */
  readonly clusterIp?: string;
}

/** A Deployment and its Service, as YAML for kubectl. */
export function deployedService({ name, namespace, replicas = 2, port = 80, clusterIp }: DeployedService): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: app, image: example.test/${name}:1 }] }
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  ${clusterIp === undefined ? '' : `clusterIP: ${clusterIp}\n  `}selector: { app: ${name} }
  ports: [{ name: http, port: ${port} }]
`;
}
