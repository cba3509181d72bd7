import { MAX_INSTANCE_BYTES } from '../../shared/model/instance-size.ts';
import type { InstanceRecord, InstanceStatus } from '../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../shared/model/names.ts';
import type { WriterLimit } from './writer-limit.ts';

/** The request as it was received, for a forwarder that sends it on unchanged. */
export interface RawWrite {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** Below the Eureka base URL, still percent-encoded as the client sent it: `apps/ORDERS/host%3A1/status`. */
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  readonly contentType: string | undefined;
  readonly body: Buffer | undefined;
  /** Headers to forward: `DiscoveryIdentity-*`, trace headers, hops. Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** What its sender may write; absent: everything. */
  readonly limit?: WriterLimit | undefined;
}

/** One write of the Eureka protocol, decoded and checked. `raw` is the request itself. */
export type Write =
  | {
      readonly kind: 'register';
      readonly app: AppName;
      readonly id: InstanceId;
      readonly record: InstanceRecord;
      readonly raw: RawWrite;
    }
  | {
      readonly kind: 'renew';
      readonly app: AppName;
      readonly id: InstanceId;
      /** Epoch milliseconds the client gave for its own data; absent when it gave none. */
      readonly lastDirtyTimestamp: number | undefined;
      readonly raw: RawWrite;
    }
  | { readonly kind: 'cancel'; readonly app: AppName; readonly id: InstanceId; readonly raw: RawWrite }
  | {
      readonly kind: 'set-status' | 'remove-status';
      readonly app: AppName;
      readonly id: InstanceId;
      /** When an override is removed: the status to go back to. Stock takes UNKNOWN when the client names none. */
      readonly status: InstanceStatus;
      readonly lastDirtyTimestamp: number | undefined;
      readonly raw: RawWrite;
    }
  | {
      readonly kind: 'metadata';
      readonly app: AppName;
      readonly id: InstanceId;
      readonly entries: ReadonlyMap<string, string>;
      readonly raw: RawWrite;
    };

/** The verdict: a status code of the Eureka protocol; `reason` goes into a header and the log, never into a body. */
export interface WriteOutcome {
  readonly status: 200 | 204 | 400 | 403 | 404 | 409 | 413 | 500 | 503;
  readonly reason: string | undefined;
  /** With 409, which only peers get: the newer instance that is registered here. */
  readonly entity?: InstanceRecord;
}

/** The answer to what would make an instance larger than a registration may be. */
export const TOO_LARGE: WriteOutcome = {
  status: 413,
  reason: `the instance would have more than ${MAX_INSTANCE_BYTES} bytes`,
};

/**
 * Where writes go: the legacy registry or our own leases. On success the effect is in the source's contribution
 * (urgency `now`) before the verdict is returned, so the next answer shows it. Writes to one instance keep their order.
 */
export interface WriteTarget {
  /** A promise only where the verdict has to be waited for: our own leases return it at once. */
  apply(write: Write): WriteOutcome | Promise<WriteOutcome>;
}

/** Leases that are kept here. */
export interface KeptLeases extends WriteTarget {
  apply(write: Write): WriteOutcome;
  /** The instance with the current times of its lease; `undefined` when it has none here. */
  current(app: AppName, id: InstanceId): InstanceRecord | undefined;
}

/** The legacy, as a place that writes are forwarded to. */
export interface ForwardingTarget extends WriteTarget {
  /** The instance as the legacy has it, as far as is known here. */
  known(app: AppName, id: InstanceId): InstanceRecord | undefined;
}
