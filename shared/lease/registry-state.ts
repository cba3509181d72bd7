import { absent, branded, list, number, object, oneOf } from '../data/shape.ts';
import { INSTANCE_STATUSES, type InstanceStatus } from '../model/instance.ts';
import type { AppName, InstanceId } from '../model/names.ts';

/** What a registry needs to begin again beside its records, as plain data. */
export interface LeaseRegistryState {
  /** Statuses set by operators, some of instances that are not registered at present. */
  readonly overrides: readonly OverrideState[];
  /** Leases whose duration is another than their record says. */
  readonly durations: readonly DurationState[];
}

export interface OverrideState {
  /** Absent: the override belongs to the id, whatever the application. */
  readonly app?: AppName;
  readonly id: InstanceId;
  readonly status: InstanceStatus;
}

export interface DurationState {
  readonly app: AppName;
  readonly id: InstanceId;
  readonly durationMs: number;
}

export const leaseRegistryState = object<LeaseRegistryState>({
  overrides: list(
    object<OverrideState>({
      app: absent(branded<AppName>()),
      id: branded<InstanceId>(),
      status: oneOf(INSTANCE_STATUSES),
    }),
  ),
  durations: list(object<DurationState>({ app: branded<AppName>(), id: branded<InstanceId>(), durationMs: number })),
});
