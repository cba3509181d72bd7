import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { sameContent } from '../../../../shared/model/same-content.ts';
import type { LegacyServer } from '../wire/legacy-server.ts';

interface Written {
  readonly record: InstanceRecord | undefined;
  readonly version: number | undefined;
  readonly listedAt: number | undefined;
  readonly taker: { readonly server: LegacyServer } | undefined;
  readonly isHearsay: boolean;
}

export interface Cancelled extends Written {
  /** Epoch milliseconds by our clock. */
  readonly confirmedAt: number;
  /** `lastDirtyTimestamp` of what was cancelled, where that is known. */
  readonly dirtyAt: number | undefined;
  readonly gone: Gone | undefined;
  /** Servers whose lists have lacked it since. */
  readonly lackedBy: readonly LegacyServer[];
}

/** A server has said when an instance was cancelled there. */
export interface Gone {
  readonly by: LegacyServer;
  /** Epoch milliseconds by its own clock. */
  readonly at: number;
}

/** Whether a list of `by` shows the write, or what came after it. */
export function agrees(entry: Written, seen: InstanceRecord | undefined, by: LegacyServer | undefined): boolean {
  if (entry.record === undefined || seen === undefined) return entry.record === seen;
  const isOfAnother = !entry.isHearsay && entry.taker !== undefined && entry.taker.server !== by;
  // A record that we computed ourselves cannot have the server's time stamps, and that of another server has its own.
  const { lastUpdatedTimestamp, leaseInfo } = seen;
  const isWithoutTimes = entry.version === undefined || isOfAnother;
  const expected = isWithoutTimes ? { ...entry.record, lastUpdatedTimestamp, leaseInfo } : entry.record;
  if (sameContent(expected, seen)) return true;
  // Clocks of two servers differ, but what is as it was before the write is not newer.
  return newer(entry, seen) && !(isOfAnother && seen.lastUpdatedTimestamp === entry.listedAt);
}

export function isSameWrite(a: InstanceRecord, b: InstanceRecord): boolean {
  return a.lastDirtyTimestamp === b.lastDirtyTimestamp && a.status === b.status;
}

/** Whether a server that answers with this has the write, or a newer one. */
export function shows(written: InstanceRecord, answer: InstanceRecord): boolean {
  return answer.lastDirtyTimestamp > written.lastDirtyTimestamp || isSameWrite(written, answer);
}

/**
 * Whether `by` has a registration that came after the cancel. Clocks differ, so times of one clock are compared where
 * there are any: those of the client, which all servers have alike, and those of the server itself. What it registered
 * before the cancel is no new registration, although it has a `lastUpdatedTimestamp` of its own. And a server that has not
 * heard of the cancel may be cut off, with a later registration than the others knew, from before the cancel.
 */
export function isAnew(cancel: Cancelled, seen: InstanceRecord, by: LegacyServer | undefined): boolean {
  const { confirmedAt, gone, taker, lackedBy } = cancel;
  const hasHeard = by !== undefined && (by === gone?.by || by === taker?.server || lackedBy.includes(by));
  if (isDirtier(cancel, seen) && (hasHeard || seen.lastDirtyTimestamp >= confirmedAt)) return true;
  const registeredAt = seen.leaseInfo?.registrationTimestamp;
  if (gone !== undefined && gone.by === by) return (registeredAt ?? seen.lastUpdatedTimestamp) > gone.at;
  return newer(cancel, seen) && (registeredAt ?? Infinity) >= confirmedAt;
}

/** Whether it may have been registered after the cancel, or before it and lists lag. */
export function mayBeAnew(cancel: Cancelled, seen: InstanceRecord): boolean {
  return newer(cancel, seen) || isDirtier(cancel, seen);
}

/** What an earlier registration was cancelled with is no news of this cancel. */
export function withGone<C extends Cancelled>(cancel: C, by: LegacyServer, at: number): C {
  const before = cancel.gone?.by === by ? cancel.gone.at : cancel.version;
  return before === undefined || at > before ? { ...cancel, gone: { by, at } } : cancel;
}

/** A list of this server lacks it. */
export function lacked<C extends Cancelled>(cancel: C, by: LegacyServer | undefined): C {
  const { lackedBy } = cancel;
  return by === undefined || lackedBy.includes(by) ? cancel : { ...cancel, lackedBy: [...lackedBy, by] };
}

/** A client that registers anew says so by its own clock. */
function isDirtier({ dirtyAt }: Cancelled, { lastDirtyTimestamp }: InstanceRecord): boolean {
  return dirtyAt !== undefined && lastDirtyTimestamp > dirtyAt;
}

function newer(entry: Written, seen: InstanceRecord): boolean {
  return entry.version !== undefined && seen.lastUpdatedTimestamp > entry.version;
}
