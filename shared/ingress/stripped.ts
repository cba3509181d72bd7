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
  /** `metadata.deletionTimestamp` is set: finalizers may keep the object for hours, but it counts as gone. */
  readonly deleting: boolean;
  /** An API version of the kind that nobody serves any more, whose fields mean something else; undefined: the one we read. */
  readonly unreadVersion: string | undefined;
}

/** `port.number` or `port.name` of a backend, as it stands. */
export type BackendPort = number | string;

export interface ServiceBackend {
  readonly service: string;
  /** undefined: the backend names no port, or names it twice. */
  readonly port: BackendPort | undefined;
  /** Further Services that get some of the calls, where the controller's own annotation spreads them. */
  readonly besides?: readonly string[];
}

/** Something that the controller does with calls by itself, as a redirect: it leads to no Service. */
export interface ControllerAction {
  /** The annotation that says what is done. */
  readonly action: string;
  /** What becomes of calls that it does not take: those on https, where it redirects to https. */
  readonly otherCalls: 'none' | 'next-path';
  /** It redirects http calls to https. */
  readonly toHttps: boolean;
}

export type IngressBackend = ServiceBackend | ControllerAction;

export interface IngressPath {
  readonly path: string;
  readonly pathType: string;
  /** undefined: a resource backend, which leads to no Service. */
  readonly backend: IngressBackend | undefined;
}

/** An annotation by which a controller sends an Ingress only some of the calls, as it does with a canary. */
export interface CanaryMark {
  readonly annotation: string;
  /** The backend Service that it speaks of; undefined: all of the Ingress. */
  readonly service: string | undefined;
}

/** An annotation by which a controller takes calls otherwise than `spec.tls` tells. */
export interface ListenerMark {
  readonly annotation: string;
  /**
   * `https` or `http`: it takes calls on that alone; `both`: on these ports. `redirects`: it redirects http calls to https.
   * `passes-tls`: TLS ends in the Pods. `turns-away`: it redirects all calls to another place.
   */
  readonly says: 'https' | 'http' | 'both' | 'redirects' | 'passes-tls' | 'turns-away';
  /** Where they are not the usual ones. */
  readonly port?: number;
  readonly securePort?: number;
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
  /** The deprecated annotation kubernetes.io/ingress.class, else spec.ingressClassName: the annotation has precedence. */
  readonly className: string | undefined;
  /** spec.ingressClassName where the annotation says something else. */
  readonly overruledClass: string | undefined;
  readonly canaryMarks: readonly CanaryMark[];
  readonly listenerMarks: readonly ListenerMark[];
  readonly rules: readonly IngressRule[];
  readonly defaultBackend: IngressBackend | undefined;
  /** Every host named under spec.tls; `*` for an entry that names none, which means all. */
  readonly tlsHosts: readonly string[];
  /** status.loadBalancer.ingress, IPs and host names in their order. */
  readonly loadBalancer: readonly { readonly ip: string | undefined; readonly hostname: string | undefined }[];
}

export interface ServicePort {
  /** Empty: the only port of its Service. */
  readonly name: string;
  readonly number: number;
  readonly protocol: string;
}

export interface StrippedService {
  readonly kind: 'Service';
  readonly meta: ObjectMeta;
  readonly type: string;
  readonly ports: readonly ServicePort[];
  readonly canaryMarks: readonly CanaryMark[];
  readonly selector: Readonly<Record<string, string>>;
}

/** The port of a slice has the name of the Service's port that it implements. */
export interface SlicePort {
  readonly name: string;
  readonly protocol: string;
  /** The slice names no number: its endpoints take calls on every port. */
  readonly any: boolean;
}

export interface StrippedEndpointSlice {
  readonly kind: 'EndpointSlice';
  readonly meta: ObjectMeta;
  /** Label kubernetes.io/service-name. */
  readonly serviceName: string | undefined;
  /** IPv4, IPv6 or FQDN: a dual-stack Service has every Pod once per family. */
  readonly addressType: string;
  /** Empty: the endpoints have none of the Service's ports. */
  readonly ports: readonly SlicePort[];
  /** Addresses of endpoints that take calls, each once. */
  readonly ready: readonly string[];
  /** Those of the others, each once. */
  readonly unready: readonly string[];
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
