import type { InstanceRecord, InstanceStatus } from './instance.ts';
import type { AppName, InstanceId } from './names.ts';

/** One change that a peer replicates to us, decoded. */
export type PeerItem =
  | { readonly kind: 'register'; readonly app: AppName; readonly id: InstanceId; readonly record: InstanceRecord }
  | {
      readonly kind: 'heartbeat';
      readonly app: AppName;
      readonly id: InstanceId;
      /** Epoch milliseconds; absent when the peer gave none. */
      readonly lastDirtyTimestamp: number | undefined;
      /** The override at the peer; absent when it gave none. */
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
  /** The status is that of stock servers: 200 for a registration that cannot be read, 500 for any other item. */
  | { readonly kind: 'unreadable'; readonly status: 200 | 500; readonly reason: string };
