import type { BackendPort, BalancerAddress, ObjectMeta } from './object-meta.ts';
import type {
  StrippedGateway,
  StrippedGatewayClass,
  StrippedHttpRoute,
  StrippedReferenceGrant,
} from './stripped-gateway.ts';

export type { BackendPort, BalancerAddress, ObjectMeta } from './object-meta.ts';

/**
 * The few fields of cluster objects that entries depend on. All other fields are dropped as soon as an object arrives,
 * because the managed fields of thousands of Ingresses must not stay in memory.
 */
export const OBJECT_KINDS = [
  'Ingress',
  'Service',
  'EndpointSlice',
  'Deployment',
  'Namespace',
  'IngressClass',
  'HTTPRoute',
  'Gateway',
  'GatewayClass',
  'ReferenceGrant',
] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

export interface ServiceBackend {
  readonly service: string;
  /** `undefined` when the backend names no port, or names it twice. */
  readonly port: BackendPort | undefined;
  /** Further Services that receive some of the calls, if the controller's own annotation distributes them. */
  readonly besides?: readonly string[];
}

/** Something that the controller itself does with calls, such as a redirect. It leads to no Service. */
export interface ControllerAction {
  /** The annotation that defines the action. */
  readonly action: string;
  /** Where the calls go that it does not handle, such as https calls at a redirect to https. */
  readonly otherCalls: 'none' | 'next-path';
  /** Whether it redirects http calls to https. */
  readonly toHttps: boolean;
}

export type IngressBackend = ServiceBackend | ControllerAction;

export interface IngressPath {
  readonly path: string;
  readonly pathType: string;
  /** `undefined` for a resource backend, which leads to no Service. */
  readonly backend: IngressBackend | undefined;
}

/** An annotation by which a controller sends an Ingress only some of the calls, as for a canary. */
export interface CanaryMark {
  readonly annotation: string;
  /** The backend Service that it applies to; `undefined` for the whole Ingress. */
  readonly service: string | undefined;
}

/** An annotation by which a controller accepts calls in another way than `spec.tls` states. */
export interface ListenerMark {
  readonly annotation: string;
  /**
   * `https` or `http`: it accepts calls only on that scheme. `both`: on these ports. `redirects`: it redirects http
   * calls to https. `passes-tls`: TLS ends in the Pods. `turns-away`: it redirects all calls to another place.
   */
  readonly says: 'https' | 'http' | 'both' | 'redirects' | 'passes-tls' | 'turns-away';
  /** The ports, if they are not the usual ones. */
  readonly port?: number;
  readonly securePort?: number;
}

export interface IngressRule {
  /** Empty for any host. */
  readonly host: string;
  /** `undefined` for a rule without http. */
  readonly paths: readonly IngressPath[] | undefined;
}

export interface StrippedIngress {
  readonly kind: 'Ingress';
  readonly meta: ObjectMeta;
  /**
   * The deprecated annotation kubernetes.io/ingress.class, else spec.ingressClassName: the annotation takes precedence.
   */
  readonly className: string | undefined;
  /** spec.ingressClassName, if the annotation names another class. */
  readonly overruledClass: string | undefined;
  readonly canaryMarks: readonly CanaryMark[];
  readonly listenerMarks: readonly ListenerMark[];
  readonly rules: readonly IngressRule[];
  readonly defaultBackend: IngressBackend | undefined;
  /** Every host that spec.tls names; `*` for an entry without hosts, which stands for all. */
  readonly tlsHosts: readonly string[];
  /** status.loadBalancer.ingress: IPs and host names in their order. */
  readonly loadBalancer: readonly BalancerAddress[];
}

export interface ServicePort {
  /** Empty if it is the only port of its Service. */
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
  /** Whether the slice names no number: its endpoints accept calls on every port. */
  readonly any: boolean;
}

export interface StrippedEndpointSlice {
  readonly kind: 'EndpointSlice';
  readonly meta: ObjectMeta;
  /** The label kubernetes.io/service-name. */
  readonly serviceName: string | undefined;
  /** IPv4, IPv6 or FQDN. A dual-stack Service has every Pod once per family. */
  readonly addressType: string;
  /** Empty if the endpoints have none of the Service's ports. */
  readonly ports: readonly SlicePort[];
  /** Addresses of endpoints that accept calls, each once. */
  readonly ready: readonly string[];
  /** Addresses of the other endpoints, each once. */
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
  /** The annotation ingressclass.kubernetes.io/is-default-class. */
  readonly isDefault: boolean;
}

export type StrippedObject =
  | StrippedIngress
  | StrippedService
  | StrippedEndpointSlice
  | StrippedDeployment
  | StrippedNamespace
  | StrippedIngressClass
  | StrippedHttpRoute
  | StrippedGateway
  | StrippedGatewayClass
  | StrippedReferenceGrant;

/** What may become entries. */
export type Candidate = StrippedIngress | StrippedHttpRoute;
