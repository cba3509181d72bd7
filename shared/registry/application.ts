import type { Policy } from '../contribution/policy.ts';
import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, InstanceId, SourceId } from '../model/names.ts';
import type { Refusal, RefusalCode } from '../contribution/refusal.ts';
import { NO_COUNTS, type StatusCounts } from './hashcode.ts';
import type { TwinTemplate } from './template.ts';

/** Where a served or hidden entry comes from. */
export type Origin =
  | { readonly kind: 'registration'; readonly source: SourceId }
  | {
      readonly kind: 'ingress';
      readonly source: SourceId;
      /** `cluster/namespace/ingress`. */
      readonly object: string;
      readonly statusReason: string;
      readonly notices: readonly string[];
      /** Epoch milliseconds since when the Ingress says what it says. */
      readonly changedAt: number;
    };

export interface Entry {
  readonly record: InstanceRecord;
  readonly origin: Origin;
}

/** In no list and not in the hash, but still answered on the single-instance resources (with its true status). */
export interface HiddenEntry extends Entry {
  readonly code: RefusalCode;
  readonly reason: string;
}

/** The share of calls asked for and what the entries make of it. Percentages 0 to 100. */
export interface Dial {
  readonly asked: string;
  readonly entries: number;
  /** Real instances beside them that are visible and UP or STARTING. */
  readonly realUp: number;
  /** By entries that are UP: others get no calls. */
  readonly achievedPercent: number;
}

/** One application of a snapshot: what is served, what is not, and why. Never mutated. */
export interface MergedApplication {
  readonly name: AppName;
  /** Sorted by id. */
  readonly served: readonly InstanceRecord[];
  readonly origins: ReadonlyMap<InstanceId, Origin>;
  readonly hidden: readonly HiddenEntry[];
  readonly refusals: readonly Refusal[];
  readonly policy: Policy;
  readonly dial: Dial | undefined;
  readonly counts: StatusCounts;
  /** What synthetic entries inherit, kept after the last real instance is gone. */
  readonly template: TwinTemplate | undefined;
}

/** An application that nothing is known of. */
export function emptyApplication(name: AppName): MergedApplication {
  return {
    name,
    served: [],
    origins: new Map(),
    hidden: [],
    refusals: [],
    policy: 'both',
    dial: undefined,
    counts: NO_COUNTS,
    template: undefined,
  };
}

/** Served or hidden: what the single-instance resources answer. */
export function findInstance(application: MergedApplication, id: string): InstanceRecord | undefined {
  return (
    application.served.find((record) => record.id === id) ??
    application.hidden.find((entry) => entry.record.id === id)?.record
  );
}
