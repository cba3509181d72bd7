import type { HeldApplication } from './held-application.ts';

/** When what is held is removed without a decision. */
export interface HoldEnd {
  /**
   * Epoch milliseconds from which a confirmation lets the first of the removals through; `undefined` when an operator
   * keeps them until they are released, or when it waits.
   */
  readonly releasesAt: number | undefined;
  /** Nothing can confirm it for now: a whole grace period begins with the next complete list of the source. */
  readonly waits?: true;
}

/** Removals that are held: their entries are still served as last known. */
export interface Hold extends HoldEnd {
  /** The same on all replicas that knew the same when they saw the loss (see `holdId`), and the same until the hold ends. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly what: string;
  /** What `instances` counts: the instances of a registry or the Ingresses of a cluster. */
  readonly counted: 'instance' | 'Ingress';
  readonly instances: number;
  /** How many the source had before the last loss, including those that were held by then. */
  readonly instancesBefore: number;
  readonly applications: number;
  /** The first of these applications, with what is held of them. */
  readonly held: readonly HeldApplication[];
}

/** The hold of one entry that is served although its source no longer lists it. Times in epoch milliseconds. */
export interface Held extends HoldEnd {
  readonly holdId: string;
  readonly since: number;
}

/** The hold of an entry as it was: only its id is remembered. */
export interface HeldThen {
  readonly holdId: string;
  readonly since?: undefined;
}

/** What identifies and describes a hold, whatever joins it later. Plain data. */
export interface HoldHead {
  readonly id: string;
  readonly since: number;
  readonly what: string;
  readonly before: number;
  /** Whether an operator keeps it. Then no confirmation lets it through, and later removals are judged on their own. */
  readonly kept: boolean;
}
