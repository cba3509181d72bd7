/** A change that is kept back: the entries named here are still served as last known. */
export interface Hold {
  /** The same on all replicas that saw the same loss (`holdId`), and for as long as there is a hold. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly what: string;
  /** What `instances` are: those of a registry, or the Ingresses of a cluster. */
  readonly counted: 'instance' | 'Ingress';
  readonly instances: number;
  /** How many the source had when the last of them was lost, those included. */
  readonly instancesBefore: number;
  readonly applications: number;
  /**
   * Epoch milliseconds from which a confirmation lets (the first of) the removals through; undefined: an operator keeps
   * them until they are released.
   */
  readonly releasesAt: number | undefined;
}

/** One entry that is served though its source does not list it any more. Times in epoch milliseconds. */
export interface Held {
  readonly holdId: string;
  readonly since: number;
  readonly releasesAt: number | undefined;
}

/** What a hold is known by, from its first loss to its last. Plain data. */
export interface HoldHead {
  readonly id: string;
  readonly since: number;
  readonly what: string;
  readonly before: number;
  /** An operator keeps it: time alone lets nothing through, and later removals are judged by themselves. */
  readonly kept: boolean;
}
