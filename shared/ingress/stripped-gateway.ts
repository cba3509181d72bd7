import type { BackendPort, BalancerAddress, ObjectMeta } from './object-meta.ts';

/** A parent that a route wants to be attached to. */
export interface ParentRef {
  /** `undefined` when it is no Gateway, but a Service, as for a mesh. */
  readonly gateway: { readonly namespace: string; readonly name: string } | undefined;
  /** The one listener that is meant; `undefined` for all. */
  readonly sectionName: string | undefined;
  readonly port: number | undefined;
}

/** What one controller says of a route at one of its parents. */
export interface ParentStatus {
  readonly parent: ParentRef;
  readonly accepted: Condition | undefined;
  /** Whether the controller found everything that the route refers to. */
  readonly resolvedRefs: Condition | undefined;
}

export interface Condition {
  /** True, False or Unknown. */
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export interface RouteMatch {
  readonly path: string;
  /** PathPrefix, Exact or RegularExpression. */
  readonly pathType: string;
  /** What else a call must have: headers, queryParams, method. */
  readonly conditions: readonly string[];
}

export interface RouteBackend {
  /** `undefined` for a backend that is no Service. */
  readonly service: { readonly namespace: string; readonly name: string } | undefined;
  readonly port: BackendPort | undefined;
  readonly weight: number;
}

export interface RouteRule {
  /** Empty: every call. */
  readonly matches: readonly RouteMatch[];
  /** Whether the rule answers with a redirect, and no backend gets a call. */
  readonly redirects: boolean;
  readonly backends: readonly RouteBackend[];
}

export interface StrippedHttpRoute {
  readonly kind: 'HTTPRoute';
  readonly meta: ObjectMeta;
  readonly parents: readonly ParentRef[];
  /** Empty: the hosts of the listeners. */
  readonly hostnames: readonly string[];
  readonly rules: readonly RouteRule[];
  readonly statuses: readonly ParentStatus[];
}

/** Whose routes a listener accepts. */
export type AllowedNamespaces =
  | { readonly from: 'Same' | 'All' | 'None' }
  | { readonly from: 'Selector'; readonly requirements: readonly NamespaceRequirement[] };

export interface NamespaceRequirement {
  readonly operator: 'in' | 'notin' | 'exists' | 'absent';
  readonly key: string;
  readonly values: readonly string[];
}

export interface Listener {
  readonly name: string;
  /** Empty for every host. */
  readonly hostname: string;
  readonly port: number;
  /** How calls arrive; `other` when no HTTP does: TCP, UDP, or TLS that is passed through. */
  readonly scheme: 'http' | 'https' | 'other';
  readonly protocol: string;
  readonly namespaces: AllowedNamespaces;
  /** Whether it takes HTTPRoutes, or only routes of other kinds. */
  readonly takesHttpRoutes: boolean;
  /** Its conditions that are not as they should be, in words: a certificate that is missing, for one. */
  readonly complaints: readonly string[];
}

export interface StrippedGateway {
  readonly kind: 'Gateway';
  readonly meta: ObjectMeta;
  readonly className: string;
  readonly listeners: readonly Listener[];
  /** status.addresses. */
  readonly addresses: readonly BalancerAddress[];
  /** Conditions that are not true, in words. */
  readonly complaints: readonly string[];
}

export interface StrippedGatewayClass {
  readonly kind: 'GatewayClass';
  readonly meta: ObjectMeta;
  readonly complaints: readonly string[];
}

export interface StrippedReferenceGrant {
  readonly kind: 'ReferenceGrant';
  readonly meta: ObjectMeta;
  /** The namespaces whose HTTPRoutes may refer to Services of this one. */
  readonly from: readonly string[];
  /** The Services; `all` for every one. */
  readonly to: 'all' | readonly string[];
}
