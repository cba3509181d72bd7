import type { InstanceRecord } from '../../shared/model/instance.ts';
import type { AppName } from '../../shared/model/names.ts';

/** What a write, or an item of a batch, would change. */
export interface WantedChange {
  readonly app: AppName;
  /** Of a registration. */
  readonly record?: InstanceRecord;
  /** Other applications whose instances it changes as well. */
  readonly reached?: readonly AppName[];
}

/** What a sender may write. */
export interface WriterLimit {
  /** Why the sender may not make this change, for people; `undefined`: it may. Logs and counts what it refuses. */
  refusal(change: WantedChange): string | undefined;
}

/** By request, so that the limit accompanies the request through every handler. */
const limits = new WeakMap<object, WriterLimit>();

export function limitWriter(request: object, limit: WriterLimit): void {
  limits.set(request, limit);
}

/** `undefined`: the sender of the request may write everything. */
export function limitOf(request: object): WriterLimit | undefined {
  return limits.get(request);
}
