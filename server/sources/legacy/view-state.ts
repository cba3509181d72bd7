import type { InstanceRecord } from '../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../shared/model/names.ts';
import type { StatusCounts } from '../../../shared/registry/hashcode.ts';
import type { LossList } from './loss-list.ts';

export type Instances = ReadonlyMap<InstanceId, InstanceRecord>;

/** What the legacy lists. */
export interface ViewState {
  readonly apps: ReadonlyMap<AppName, Instances>;
  readonly counts: StatusCounts;
  readonly size: number;
}

export interface Named {
  readonly app: AppName;
  readonly id: InstanceId;
}

/** What one answer changed. */
export interface PolledStep {
  readonly changed: ReadonlySet<AppName>;
  /** Taken out by a cancel: said by the instance itself or by an operator. Known to the view or not. */
  readonly cancelled: readonly Named[];
  /** Gone without such evidence: evicted, or just not listed any more. */
  readonly lost: LossList;
}

/** A state that an answer leads to, not yet in force. */
export type NextView = FullView | DeltaView;

export interface FullView extends ViewState {
  readonly kind: 'full';
  readonly apps: Map<AppName, Instances>;
  readonly step: PolledStep;
}

export interface DeltaView extends ViewState {
  readonly kind: 'delta';
  /** Only those that it touches; one without instances is gone. */
  readonly apps: ReadonlyMap<AppName, Instances>;
  readonly step: PolledStep;
}
