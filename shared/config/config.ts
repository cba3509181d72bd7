import type { AppName } from '../model/names.ts';
import type { Traffic } from '../contribution/traffic.ts';
import type { Policy } from '../contribution/policy.ts';

/** Durations in milliseconds, percentages as 0 to 100: the whole configuration, parsed, defaulted and frozen. */
export interface Config {
  readonly listen: ListenConfig;
  readonly legacy: LegacyConfig;
  readonly leases: { readonly enabled: boolean };
  readonly clusters: readonly ClusterConfig[];
  readonly manifests: readonly ManifestsConfig[];
  readonly selection: SelectionConfig;
  /** Ingress class → addresses of its load balancer (IPs or host names). */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  readonly defaults: DefaultsConfig;
  readonly applications: ReadonlyMap<AppName, ApplicationConfig>;
  readonly overlay: OverlayConfig;
  readonly guards: GuardsConfig;
  readonly ownership: OwnershipMode;
  readonly snapshot: SnapshotConfig;
  readonly readOnly: boolean;
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error' };
}

export interface ListenConfig {
  readonly host: string;
  readonly port: number;
  /** Milliseconds that an idle connection stays open. */
  readonly keepAlive: number;
}

export interface LegacyConfig {
  /** Base URLs, user-info honoured; empty: no legacy registry. */
  readonly urls: readonly string[];
  readonly pollInterval: number;
  readonly fullInterval: number;
  /** false: Kubernetes is served before the legacy was ever seen. */
  readonly required: boolean;
  readonly peerFeed: boolean;
}

export type ClusterConfig = {
  readonly name: string;
  /** false: the other sources are served before the cluster was ever seen. */
  readonly required: boolean;
} & (
  | { readonly inCluster: true }
  | { readonly inCluster: false; readonly kubeconfig: string; readonly context: string | undefined }
);

export interface ManifestsConfig {
  readonly name: string;
  readonly directory: string;
}

export interface SelectionConfig {
  readonly mode: 'annotated' | 'all';
  /** Empty: every class. */
  readonly ingressClasses: readonly string[];
  /** Empty: every namespace. */
  readonly namespaces: readonly string[];
  /** Kubernetes label selector over namespaces, empty: all. */
  readonly namespaceSelector: string;
  /** Kubernetes label selector over Ingresses, empty: all. */
  readonly labelSelector: string;
}

export interface DefaultsConfig {
  readonly traffic: Traffic;
  readonly health: 'endpoints' | 'deployment';
  readonly minReady: number;
  readonly downDelay: number;
  readonly maxEntriesPerApp: number;
}

export interface ApplicationConfig {
  /** undefined: what the Ingress's annotation says, else `both`. */
  readonly policy: Policy | undefined;
  /** Namespaces that may claim the application name; empty: any. */
  readonly namespaces: readonly string[];
}

export interface OverlayConfig {
  /** Networks that callers outside the cluster cannot reach, `10.42.0.0/16`. */
  readonly cidrs: readonly string[];
  readonly action: 'hide' | 'forward';
}

/** Who may claim a name that `applications` does not list: anybody, anybody but for registered names, nobody. */
export const OWNERSHIP_MODES = ['open', 'legacy-listed', 'listed'] as const;
export type OwnershipMode = (typeof OWNERSHIP_MODES)[number];

export interface SnapshotConfig {
  /** The registry file; empty: none. */
  readonly file: string;
  /** Milliseconds: a source whose last success is longer ago is not restored. */
  readonly maxAge: number;
}

export interface GuardsConfig {
  /** Percent of a source's instances that may go in one step before the change is held. */
  readonly maxRemoval: number;
  /** Fewer removed instances than this are never held. */
  readonly minInstances: number;
  /** Milliseconds a held change must be confirmed by repeated fetches before it is let through. */
  readonly grace: number;
}
