import type { InstanceRecord, InstanceStatus } from './instance.ts';
import type { AppName, InstanceId } from './names.ts';

/** One change that a peer passes on, decoded. */
export type PeerItem =
  | { readonly kind: 'register'; readonly app: AppName; readonly id: InstanceId; readonly record: InstanceRecord }
  | {
      readonly kind: 'heartbeat';
      readonly app: AppName;
      readonly id: InstanceId;
      /** Epoch milliseconds; absent when the peer gave none. */
      readonly lastDirtyTimestamp: number | undefined;
      /** The override that the peer knows; absent when it gave none. */
      readonly overriddenStatus: InstanceStatus | undefined;
    }
  | { readonly kind: 'cancel'; readonly app: AppName; readonly id: InstanceId }
  | {
      readonly kind: 'set-status' | 'remove-status';
      readonly app: AppName;
      readonly id: InstanceId;
      readonly status: InstanceStatus;
      readonly lastDirtyTimestamp: number | undefined;
    }
  /** Stock answers 500 for this item, but 200 all the same when it is a registration. */
  | { readonly kind: 'unreadable'; readonly status: 200 | 500; readonly reason: string };
