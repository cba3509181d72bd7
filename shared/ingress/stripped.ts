/**
 * The few fields of cluster objects that entries depend on. Everything else is dropped the moment an object arrives:
 * a registry of thousands of Ingresses must not cost their managed fields in memory.
 */
export const OBJECT_KINDS = ['Ingress', 'Service', 'EndpointSlice', 'Deployment', 'Namespace', 'IngressClass'] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

export interface ObjectMeta {
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
  /** Delete and re-create between two lists looks like an update but for this. Empty in manifests. */
  readonly uid: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface IngressPath {
  readonly path: string;
  readonly pathType: string;
  /** undefined: a resource backend, which leads to no Service. */
  readonly serviceName: string | undefined;
}

export interface IngressRule {
  /** Empty: any host. */
  readonly host: string;
  /** undefined: a rule without http. */
  readonly paths: readonly IngressPath[] | undefined;
}

export interface StrippedIngress {
  readonly kind: 'Ingress';
  readonly meta: ObjectMeta;
  /** spec.ingressClassName, else the legacy annotation kubernetes.io/ingress.class. */
  readonly className: string | undefined;
  readonly rules: readonly IngressRule[];
  readonly defaultBackendService: string | undefined;
  /** Every host named under spec.tls; `*` for an entry that names none, which means all. */
  readonly tlsHosts: readonly string[];
  /** status.loadBalancer.ingress, IPs and host names in their order. */
  readonly loadBalancer: readonly { readonly ip: string | undefined; readonly hostname: string | undefined }[];
}

export interface StrippedService {
  readonly kind: 'Service';
  readonly meta: ObjectMeta;
  readonly type: string;
  readonly selector: Readonly<Record<string, string>>;
}

export interface StrippedEndpointSlice {
  readonly kind: 'EndpointSlice';
  readonly meta: ObjectMeta;
  /** Label kubernetes.io/service-name. */
  readonly serviceName: string | undefined;
  /** IPv4, IPv6 or FQDN: a dual-stack Service has every Pod once per family. */
  readonly addressType: string;
  /** Addresses whose `ready` condition is true or absent (absent means ready), each once. */
  readonly ready: readonly string[];
  readonly total: number;
}

export interface StrippedDeployment {
  readonly kind: 'Deployment';
  readonly meta: ObjectMeta;
  readonly templateLabels: Readonly<Record<string, string>>;
  readonly available: boolean;
  readonly readyReplicas: number;
}

export interface StrippedNamespace {
  readonly kind: 'Namespace';
  readonly meta: ObjectMeta;
}

export interface StrippedIngressClass {
  readonly kind: 'IngressClass';
  readonly meta: ObjectMeta;
  /** Annotation ingressclass.kubernetes.io/is-default-class. */
  readonly isDefault: boolean;
}

export type StrippedObject =
  | StrippedIngress
  | StrippedService
  | StrippedEndpointSlice
  | StrippedDeployment
  | StrippedNamespace
  | StrippedIngressClass;
