import { rfc3339 } from '../text/rfc3339.ts';
import type { CostReport } from './cost.ts';
import type { Finding } from './judge.ts';
import type { SideFacts, WrongHash } from './side.ts';

/** `unknown`: the two were not both reached at two looks, or for too short a time to judge what differs. */
export type Verdict = 'clean' | 'different' | 'unknown';

/** What `eurek8s shadow --json` prints. Times are RFC 3339, durations milliseconds. */
export interface ShadowReport {
  readonly verdict: Verdict;
  readonly from: string;
  readonly until: string;
  readonly intervalMs: number;
  readonly lagMs: number;
  readonly looks: {
    readonly taken: number;
    /** Those in which both answered. */
    readonly compared: number;
    /** Those in which nothing differed but what shall. */
    readonly identical: number;
  };
  /** The numbers of instances in the last look that was compared. */
  readonly entries: { readonly legacy: number; readonly against: number; readonly same: number } | undefined;
  readonly intended: readonly IntendedReport[];
  readonly unintended: readonly UnintendedReport[];
  /** Unintended differences beyond those that are listed. */
  readonly unlisted: number;
  /** Differences at the end that had not lasted long enough to count. */
  readonly undecided: number;
  /** Why Eurek8s did not say what it hides, holds and adds, when it was asked last. */
  readonly unexplained: string | undefined;
  readonly legacy: SideReport;
  readonly against: SideReport;
}

export interface IntendedReport {
  readonly cause: string;
  /** Instances in the last look. */
  readonly entries: number;
  /** Instances in the look that had the most. */
  readonly most: number;
  readonly examples: readonly { readonly app: string; readonly instance: string; readonly reason: string }[];
}

export interface UnintendedReport {
  readonly app: string;
  readonly instance: string;
  readonly field: string;
  readonly legacy: string;
  readonly against: string;
  readonly since: string;
  readonly until: string;
  /** What Eurek8s says of the instance. */
  readonly reason?: string;
}

export interface SideReport {
  readonly url: string;
  /** Its hash codes and deltas were true throughout. */
  readonly truthful: boolean;
  readonly reached: number;
  readonly notReached: number;
  readonly lastProblem: string | undefined;
  readonly unreadable: number;
  readonly full: CostReport;
  readonly delta: CostReport;
  /** Of full answers: the hash code against their instances. `example`: the first wrong one. */
  readonly hash: { readonly wrong: number; readonly example: WrongHashReport | undefined };
  /** `mismatches`: deltas after which the hash code was another one; `example`: the last of them. */
  readonly deltas: {
    readonly mismatches: number;
    readonly example: WrongHashReport | undefined;
    readonly neverAddsUp: boolean;
    /** Comparisons of what deltas have led to with a full answer, and what was different in them for too long. */
    readonly checks: number;
    readonly wrong: readonly DeltaFindingReport[];
    readonly unlisted: number;
  };
}

export interface WrongHashReport {
  readonly at: string;
  readonly stated: string;
  readonly counted: string;
}

export interface DeltaFindingReport {
  readonly app: string;
  readonly instance: string;
  readonly field: string;
  /** In a full answer. */
  readonly full: string;
  readonly afterDeltas: string;
  readonly since: string;
  readonly until: string;
}

export function reportedFinding({ app, id, field, expected, actual, since, until, reason }: Finding): UnintendedReport {
  const times = { since: rfc3339(since), until: rfc3339(until) };
  const said = reason === undefined ? {} : { reason };
  return { app, instance: id, field, legacy: expected, against: actual, ...times, ...said };
}

export function reportedSide(url: string, facts: SideFacts, isUntrue: boolean): SideReport {
  const { reached, notReached, lastProblem, unreadable, full, delta } = facts;
  return {
    url,
    truthful: !isUntrue,
    reached,
    notReached,
    lastProblem,
    unreadable,
    full,
    delta,
    hash: { wrong: facts.wrongHashes, example: reportedHash(facts.wrongHash) },
    deltas: {
      mismatches: facts.mismatches,
      example: reportedHash(facts.mismatch),
      neverAddsUp: facts.neverAddsUp,
      checks: facts.deltaChecks,
      wrong: facts.deltaFindings.map(({ app, id, field, expected, actual, since, until }) => ({
        app,
        instance: id,
        field,
        full: expected,
        afterDeltas: actual,
        since: rfc3339(since),
        until: rfc3339(until),
      })),
      unlisted: facts.unlistedDeltaFindings,
    },
  };
}

function reportedHash(wrong: WrongHash | undefined): WrongHashReport | undefined {
  return wrong === undefined ? undefined : { ...wrong, at: rfc3339(wrong.at) };
}
