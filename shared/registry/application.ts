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

export interface DatedRefusal extends Refusal {
  /** Epoch milliseconds since when the object is refused with this code. */
  readonly since: number;
}

/** One application of a snapshot: what is served, what is not, and why. Never mutated. */
export interface MergedApplication {
  readonly name: AppName;
  /** Sorted by id. */
  readonly served: readonly InstanceRecord[];
  readonly origins: ReadonlyMap<InstanceId, Origin>;
  readonly hidden: readonly HiddenEntry[];
  readonly refusals: readonly DatedRefusal[];
  readonly policy: Policy;
  readonly dial: Dial | undefined;
  readonly counts: StatusCounts;
  /** What synthetic entries inherit, kept after the last real instance is gone. */
  readonly template: TwinTemplate | undefined;
}

/**
 * What the next merge of an application takes over from the one before: records of equal content and their time stamps,
 * since when something is refused, and the template of twins that are gone.
 */
export interface MergeMemory {
  readonly served: readonly InstanceRecord[];
  readonly refusals: readonly Pick<DatedRefusal, 'object' | 'code' | 'since'>[];
  readonly template: TwinTemplate | undefined;
}

/** What outlives the process of it: of the rest the sources speak themselves. `undefined`: nothing. */
export function lastingMemory({ served, origins, refusals, template }: MergedApplication): MergeMemory | undefined {
  const made = served.filter(({ id }) => origins.get(id)?.kind === 'ingress');
  return made.length + refusals.length === 0 && template === undefined
    ? undefined
    : { served: made, refusals, template };
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
