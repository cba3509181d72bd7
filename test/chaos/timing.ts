/**
 * What is compressed against production, and what the judge allows. Milliseconds; the judge's limits are generous, as the
 * machine may be busy with other things, and still far below what a wrong answer would last.
 */
export const TIMES = {
  /** `legacy.pollInterval` and `legacy.fullInterval` of the replicas. */
  poll: 500,
  full: 15_000,
  /** `guards.grace` and `guards.window`. */
  grace: 20_000,
  window: 10_000,
  /** EC2 instances renew this often, and their lease is this long; a stock server evicts after twice the duration. */
  heartbeat: 1_000,
  leaseDuration: 6_000,
} as const;

export const LIMITS = {
  /** From the moment at which a source says it to the first answer that must have it, while nothing disturbs. */
  lag: 6_000,
  /**
   * A hold ends at the first confirming answers after `guards.grace`: of the legacy within a poll or two; in Kubernetes every
   * watch must have heard something since, and a quiet one has a bookmark about once a minute.
   */
  holdSlack: { legacy: 8_000, kubernetes: 75_000 },
  /** Polls of the legacy are taken up again within its longest back-off (10 s), a hanging one after 5 s. */
  legacySettle: 18_000,
  /** Lists and watches are taken up again within their longest back-off (30 s). */
  kubernetesSettle: 36_000,
  /** A replica that was stopped goes on where it was; one that was started anew asks every source. */
  replicaSettle: 12_000,
  balancerSettle: 3_000,
  /** What a caller adds: its poll and Ribbon's (1.5 s in all here), and a request of its own that hung (8 s). */
  callerLag: 10_000,
  /** From the first answer of a started process to its first answered read, when it has a registry file. */
  restored: 10_000,
  /** A file is written at most 2 s after a change. */
  fileAge: 5_000,
  /** A read that a well replica has not answered within this time is a failure of it. */
  silence: 20_000,
  /** So long does an instance wait for the answer to its write. */
  write: 8_000,
} as const;
