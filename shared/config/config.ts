import type { Right } from '../auth/rights.ts';
import type { AppName } from '../model/names.ts';
import type { FixedTraffic } from '../contribution/traffic.ts';
import type { Policy } from '../contribution/policy.ts';
import type { ProbeMode } from '../contribution/probe.ts';

/** The whole configuration, parsed, defaulted and frozen. Durations are in milliseconds, percentages from 0 to 100. */
export interface Config {
  readonly listen: ListenConfig;
  readonly auth: AuthConfig;
  readonly legacy: LegacyConfig;
  readonly leases: { readonly enabled: boolean };
  readonly clusters: readonly ClusterConfig[];
  readonly manifests: readonly ManifestsConfig[];
  readonly selection: SelectionConfig;
  /** Ingress class → addresses of its load balancer (IP addresses or host names). */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  readonly defaults: DefaultsConfig;
  /** Milliseconds from one probe of an entry to the next, and for one. */
  readonly probe: { readonly interval: number; readonly timeout: number };
  readonly applications: ReadonlyMap<AppName, ApplicationConfig>;
  readonly overlay: OverlayConfig;
  readonly guards: GuardsConfig;
  readonly ownership: OwnershipMode;
  /** Whether Kubernetes Events are written on Ingresses and HTTPRoutes. */
  readonly events: { readonly enabled: boolean };
  readonly snapshot: SnapshotConfig;
  /** Milliseconds that the past is remembered. */
  readonly history: { readonly keep: number };
  readonly readOnly: boolean;
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error' };
}

export interface ListenConfig {
  readonly host: string;
  readonly port: number;
  /** How long an idle connection stays open. */
  readonly keepAlive: number;
  /** undefined: plain HTTP alone. */
  readonly tls: ListenTlsConfig | undefined;
  /** Networks of proxies whose `X-Forwarded-For` counts. */
  readonly trustedProxies: readonly string[];
}

export interface ListenTlsConfig {
  /** Paths of PEM files. */
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string | undefined;
  readonly clientAuth: ClientAuth;
  /** Beside the plain port; undefined: `listen.port` speaks TLS. */
  readonly port: number | undefined;
}

/** Whether clients are asked for a certificate, and whether a connection takes one. */
export const CLIENT_AUTH = ['none', 'request', 'require'] as const;
export type ClientAuth = (typeof CLIENT_AUTH)[number];

export interface AuthConfig {
  /** Path of the credentials file; undefined: nobody is asked for credentials. */
  readonly file: string | undefined;
  /** What requests without credentials may do. */
  readonly anonymous: readonly Right[];
}

/** The legacy Eureka. */
export interface LegacyConfig {
  /** Base URLs, which may contain user-info. Empty: no legacy registry. */
  readonly urls: readonly string[];
  /** Between two fetches of changes. */
  readonly pollInterval: number;
  /** Between two fetches of the whole registry. */
  readonly fullInterval: number;
  /** false: Kubernetes is served before the first sync with the legacy. */
  readonly required: boolean;
  /** Whether replication batches of the legacy are accepted. */
  readonly peerFeed: boolean;
  /** Whether the synthetic entries are registered there too. */
  readonly publish: boolean;
  readonly tls: LegacyTlsConfig;
}

/** Paths of PEM files; undefined: as the system does, without a certificate of our own. */
export interface LegacyTlsConfig {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

export type ClusterConfig = {
  readonly name: string;
  /** false: the other sources are served before the first sync with the cluster. */
  readonly required: boolean;
  /** Milliseconds out of reach after which nothing of the cluster is served. Absent: the last known is, indefinitely. */
  readonly maxAge?: number;
} & (
  | { readonly inCluster: true }
  | { readonly inCluster: false; readonly kubeconfig: string; readonly context: string | undefined }
);

export interface ManifestsConfig {
  readonly name: string;
  readonly directory: string;
}

/** Which Ingresses and HTTPRoutes become entries. */
export interface SelectionConfig {
  readonly mode: 'annotated' | 'all';
  /** Empty: every class. */
  readonly ingressClasses: readonly string[];
  /** Classes of the Gateways that HTTPRoutes are attached to. Empty: every class. */
  readonly gatewayClasses: readonly string[];
  /** Empty: every namespace. */
  readonly namespaces: readonly string[];
  /** Kubernetes label selector for namespaces. Empty: all. */
  readonly namespaceSelector: string;
  /** Kubernetes label selector for Ingresses and HTTPRoutes. Empty: all. */
  readonly labelSelector: string;
}

/** What applies to an Ingress whose annotations set nothing else. */
export interface DefaultsConfig {
  readonly traffic: FixedTraffic;
  readonly health: 'endpoints' | 'deployment';
  /** Ready endpoints that an entry needs to be UP. */
  readonly minReady: number;
  /** How long an entry stays UP after its endpoints have become too few. */
  readonly downDelay: number;
  readonly maxEntriesPerApp: number;
  /** Whether a share may be reached by copies of the real instances. */
  readonly copies: boolean;
  readonly probe: ProbeMode;
}

/** What the configuration sets for one application. */
export interface ApplicationConfig {
  /** `undefined`: the annotation of the Ingress decides, else `both`. */
  readonly policy: Policy | undefined;
  /** Namespaces that may claim the name of the application. Empty: any. */
  readonly namespaces: readonly string[];
  /** Vip addresses that belong to the application, besides its name; absent: none. */
  readonly vips?: readonly string[];
}

/** What happens to registrations with addresses inside a cluster. */
export interface OverlayConfig {
  /** Networks that callers outside the cluster cannot reach: `10.42.0.0/16`. */
  readonly cidrs: readonly string[];
  /**
   * `absorb`: the lease is kept here, hidden, and the legacy does not hear of it. `hide`: forwarded and not served.
   * `forward`: served as it is.
   */
  readonly action: 'absorb' | 'hide' | 'forward';
}

/** Who may claim a name that `applications` does not list: anybody, anybody unless the name is registered, nobody. */
export const OWNERSHIP_MODES = ['open', 'legacy-listed', 'listed'] as const;
export type OwnershipMode = (typeof OWNERSHIP_MODES)[number];

export interface SnapshotConfig {
  /** The registry file; `undefined`: none. */
  readonly file: string | undefined;
  /** Milliseconds: a source whose last success is longer ago is not restored. */
  readonly maxAge: number;
}

export interface GuardsConfig {
  /** Percent of a source's instances or published applications that may go at once before the change is held. */
  readonly maxRemoval: number;
  /** Fewer removed instances or applications than this are never held. */
  readonly minInstances: number;
  /** Milliseconds a held change must be confirmed before it is let through, and for which what has passed counts. */
  readonly grace: number;
  /** Milliseconds within which deletions are one change: held together, those that had passed as well. */
  readonly window: number;
}
