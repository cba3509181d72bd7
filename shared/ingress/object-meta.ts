export interface ObjectMeta {
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
  /**
   * Distinguishes an object that was deleted and created anew between two lists from an updated one. Empty in
   * manifests.
   */
  readonly uid: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Whether `metadata.deletionTimestamp` is set. Finalizers may keep the object for hours, but it counts as gone. */
  readonly deleting: boolean;
  /**
   * An API version of the kind that is no longer served, whose fields have another meaning; `undefined` for the version
   * that we read.
   */
  readonly unreadVersion: string | undefined;
}

/** `port.number` or `port.name` of a backend, as written. */
export type BackendPort = number | string;

/** One address in the status of an Ingress or a Gateway. */
export interface BalancerAddress {
  readonly ip: string | undefined;
  readonly hostname: string | undefined;
}
