import type { ApiObject, ClusterState } from '../../test/support/fake-kubernetes/cluster-state.ts';

/** Applications in one namespace, as teams have them. */
const APPLICATIONS_EACH = 20;

/** The class of all Ingresses. */
export const INGRESS_CLASS = 'nginx';

/** The `nth` application: its objects with the fields that a deployment tool and the controllers write, needed or not. */
export class PublishedApplication {
  readonly name: string;
  readonly namespace: string;

  constructor(nth: number) {
    this.name = `service-${nth}`;
    this.namespace = `team-${Math.floor(nth / APPLICATIONS_EACH)}`;
  }

  /** `mark` becomes metadata of the entry. */
  ingress(mark = 'none'): ApiObject {
    const { name } = this;
    const backend = { service: { name, port: { name: 'http' } } };
    const spec = {
      ingressClassName: INGRESS_CLASS,
      tls: [{ hosts: [this.#host], secretName: `${name}-tls` }],
      rules: [{ host: this.#host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    };
    const annotations = {
      'eurek8s.io/publish': 'true',
      'eurek8s.io/metadata.mark': mark,
      'meta.helm.sh/release-name': name,
      'meta.helm.sh/release-namespace': this.namespace,
      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ kind: 'Ingress', spec }),
    };
    const status = { loadBalancer: { ingress: [{ hostname: 'internal-ingress.elb.example.com' }] } };
    return { kind: 'Ingress', metadata: this.#metadata(name, annotations), spec, status };
  }

  service(): ApiObject {
    const { name } = this;
    const spec = {
      type: 'ClusterIP',
      clusterIP: '10.96.0.1',
      selector: { 'app.kubernetes.io/name': name },
      ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080 }],
      sessionAffinity: 'None',
    };
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ kind: 'Service', spec }),
    };
    return { kind: 'Service', metadata: this.#metadata(name, annotations), spec, status: { loadBalancer: {} } };
  }

  endpointSlice(isReady = true): ApiObject {
    const { name, namespace } = this;
    const endpoints = ['a', 'b'].map((suffix, index) => ({
      addresses: [`10.42.0.${index + 1}`],
      conditions: { ready: isReady, serving: isReady, terminating: false },
      nodeName: `node-${index}`,
      targetRef: { kind: 'Pod', namespace, name: `${name}-7d9c5b6f4-${suffix}`, uid: `${name}-${suffix}` },
      zone: `zone-${index}`,
    }));
    const metadata = this.#metadata(`${name}-x7k2p`, {}, { 'kubernetes.io/service-name': name });
    const ports = [{ name: 'http', port: 8080, protocol: 'TCP' }];
    return { kind: 'EndpointSlice', metadata, addressType: 'IPv4', ports, endpoints };
  }

  get #host(): string {
    return `${this.name}.k8s.example.com`;
  }

  #metadata(name: string, annotations: Readonly<Record<string, string>>, labels = {}): ApiObject['metadata'] {
    const common = { 'app.kubernetes.io/name': this.name, 'app.kubernetes.io/managed-by': 'Helm' };
    return { namespace: this.namespace, name, annotations, labels: { ...common, ...labels } };
  }
}

/** Fills an API server with so many applications: an Ingress, a Service and an EndpointSlice each. */
export function putApplications(state: ClusterState, count: number): readonly PublishedApplication[] {
  const applications = Array.from({ length: count }, (_, nth) => new PublishedApplication(nth));
  for (const name of new Set(applications.map(({ namespace }) => namespace)))
    state.put({ kind: 'Namespace', metadata: { name, labels: { 'kubernetes.io/metadata.name': name } } });
  state.put({ kind: 'IngressClass', metadata: { name: INGRESS_CLASS }, spec: { controller: 'k8s.io/ingress-nginx' } });
  for (const each of applications)
    for (const object of [each.service(), each.endpointSlice(), each.ingress()]) state.put(object);
  return applications;
}
