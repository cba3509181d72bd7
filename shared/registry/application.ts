import type { Policy } from '../contribution/policy.ts';
import type { Backend } from '../contribution/publication.ts';
import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, InstanceId, SourceId } from '../model/names.ts';
import type { Refusal, RefusalCode } from '../contribution/refusal.ts';
import type { SchedulePosition } from '../contribution/schedule.ts';
import { NO_COUNTS, type StatusCounts } from './hashcode.ts';
import type { ShareQuestion } from './share-plan.ts';
import type { TwinTemplate } from './template.ts';

/** What a served or hidden entry was made from. */
export type Origin =
  | { readonly kind: 'registration'; readonly source: SourceId }
  | {
      /** A real instance listed once more, so that a share beside it can be finer. */
      readonly kind: 'copy';
      /** Where the original is registered. */
      readonly source: SourceId;
      readonly original: InstanceId;
      /** `cluster/namespace/ingress` that asks for the share. */
      readonly object: string;
    }
  | {
      readonly kind: 'ingress';
      readonly source: SourceId;
      /** `cluster/namespace/ingress`. */
      readonly object: string;
      /** What answers the calls, where it is one Service. */
      readonly backend?: Backend;
      readonly statusReason: string;
      readonly notices: readonly string[];
      /** Epoch milliseconds of the last change of what the Ingress publishes. */
      readonly changedAt: number;
    };

/** One served instance, with what it was made from. */
export interface Entry {
  readonly record: InstanceRecord;
  readonly origin: Origin;
}

/** A registered instance. */
export interface Registration extends Entry {
  readonly origin: Extract<Origin, { readonly kind: 'registration' }>;
}

/** In no list and not in the hash code. The single-instance resources still answer it, with its true status. */
export interface HiddenEntry extends Registration {
  readonly code: RefusalCode;
  readonly reason: string;
}

/** The share of calls that was asked for, and the share that the entries get. Percentages from 0 to 100. */
export interface Dial {
  readonly asked: string;
  /** Where the schedule stands that asks for it. Absent for a share that does not move. */
  readonly schedule?: SchedulePosition;
  readonly entries: number;
  /** Real instances beside the entries that are visible and UP or STARTING. */
  readonly realUp: number;
  /** Copies of these instances. */
  readonly copies: number;
  /** Only entries that are UP count: others get no calls. */
  readonly achievedPercent: number;
  /** What was planned: a share between nothing and everything beside real instances. */
  readonly question: ShareQuestion | undefined;
}

export interface DatedRefusal extends Refusal {
  /** Epoch milliseconds when the object was first refused with this code. */
  readonly since: number;
}

/** One application of a snapshot: what is served, what is not, and why. Never mutated. */
export interface MergedApplication {
  readonly name: AppName;
  /** Sorted by id. */
  readonly served: readonly InstanceRecord[];
  readonly origins: ReadonlyMap<InstanceId, Origin>;
  /**
   * Served instances that have other time stamps now than in the lists, where time stamps alone are not always told: as
   * they are, for the single-instance resources.
   */
  readonly restamped: ReadonlyMap<InstanceId, InstanceRecord>;
  readonly hidden: readonly HiddenEntry[];
  readonly refusals: readonly DatedRefusal[];
  readonly policy: Policy;
  readonly dial: Dial | undefined;
  readonly counts: StatusCounts;
  /** What synthetic entries inherit. It stays after the last real instance is gone. */
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

/** One map for all applications without any: most have none. */
export const NONE: ReadonlyMap<InstanceId, InstanceRecord> = new Map();

/** An application to which no source contributes. */
export function emptyApplication(name: AppName): MergedApplication {
  return {
    name,
    served: [],
    origins: new Map(),
    restamped: NONE,
    hidden: [],
    refusals: [],
    policy: 'both',
    dial: undefined,
    counts: NO_COUNTS,
    template: undefined,
  };
}

/** A served or hidden instance, for the single-instance resources. */
export function findInstance(application: MergedApplication, id: string): InstanceRecord | undefined {
  const served = application.served.find((record) => record.id === id);
  return served === undefined
    ? application.hidden.find((entry) => entry.record.id === id)?.record
    : (application.restamped.get(served.id) ?? served);
}
