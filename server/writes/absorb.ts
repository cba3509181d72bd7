import type { InstanceRecord } from '../../shared/model/instance.ts';
import { unreachable, type OverlayRules } from '../../shared/registry/overlay.ts';
import type { Clock } from '../ports/clock.ts';
import type { ForwardingTarget, KeptLeases, Write, WriteOutcome, WriteTarget } from '../ports/writes.ts';

export interface AbsorbingParts {
  readonly overlay: OverlayRules;
  readonly absorbed: KeptLeases;
  /** `undefined`: no other registry takes writes. */
  readonly legacy: ForwardingTarget | undefined;
  readonly clock: Clock;
}

type Registration = Extract<Write, { kind: 'register' }>;

/**
 * Takes the registrations of Pods with addresses that callers cannot reach, and all further writes to them. The legacy
 * gets the rest. Of one id the last registration counts, as at any Eureka: a Pod that comes back with an address that
 * callers reach is the legacy's again.
 */
export function absorbOverlay(parts: AbsorbingParts): WriteTarget {
  const { overlay, absorbed, legacy } = parts;
  return {
    apply: (write) => {
      if (write.kind === 'register') return register(parts, write);
      const lease = absorbed.current(write.app, write.id);
      if (legacy === undefined) return absorbed.apply(write);
      if (lease === undefined || isOfAnother(write, lease, legacy, overlay)) return legacy.apply(write);
      return absorbed.apply(write);
    },
  };
}

function register(parts: AbsorbingParts, write: Registration): WriteOutcome | Promise<WriteOutcome> {
  const { overlay, absorbed, legacy, clock } = parts;
  const found = unreachable(write.record, overlay);
  if (found !== undefined) {
    const reason = `absorbed: address ${found.address} is in ${found.network.text} (overlay.cidrs), so it is in no list and is not forwarded`;
    return { ...absorbed.apply(write), reason };
  }
  if (legacy === undefined)
    return {
      status: 503,
      reason: 'only addresses in overlay.cidrs are registered here: no other registry is configured',
    };
  if (absorbed.current(write.app, write.id) === undefined) return legacy.apply(write);
  return moveToLegacy(parts, legacy, write, clock.now());
}

/** `since`: epoch milliseconds. */
async function moveToLegacy(
  { absorbed }: AbsorbingParts,
  legacy: ForwardingTarget,
  write: Registration,
  since: number,
): Promise<WriteOutcome> {
  const outcome = await legacy.apply(write);
  const { app, id, raw } = write;
  const lease = absorbed.current(app, id);
  // A lease that was absorbed in the meantime is of a later registration, and stays.
  if (outcome.status < 300 && (lease?.leaseInfo?.registrationTimestamp ?? Number.POSITIVE_INFINITY) <= since)
    absorbed.apply({ kind: 'cancel', app, id, raw });
  return outcome;
}

/**
 * Whether a heartbeat is of another process than the absorbed one: the same id is registered at the legacy with an
 * address that callers reach, and the heartbeat has not the data that was absorbed. Kept here, it would be missing there,
 * and a Pod would cost callers an instance that works.
 */
function isOfAnother(write: Write, lease: InstanceRecord, legacy: ForwardingTarget, overlay: OverlayRules): boolean {
  if (write.kind !== 'renew' || write.lastDirtyTimestamp === undefined) return false;
  if (write.lastDirtyTimestamp === lease.lastDirtyTimestamp) return false;
  const listed = legacy.known(write.app, write.id);
  return listed !== undefined && unreachable(listed, overlay) === undefined;
}
