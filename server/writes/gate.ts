import { isSyntheticId, SOURCE_MARKER } from '../../shared/model/names.ts';
import type { Write, WriteOutcome, WriteTarget } from '../hub/writes.ts';

export interface GateOptions {
  /** The legacy or our own leases; `undefined` where neither is configured. */
  readonly target: WriteTarget | undefined;
  readonly readOnly: boolean;
}

/** What every write passes before it reaches a registry. */
export function gateWrites({ target, readOnly }: GateOptions): WriteTarget {
  return {
    apply: async (write: Write): Promise<WriteOutcome> => {
      // A derived entry has no lease: passed on, a write to one would make it a real registration that nobody renews.
      if (concernsSynthetic(write))
        return { status: 200, reason: 'entries derived from Kubernetes are not registrations: nothing was written' };
      if (readOnly) return { status: 503, reason: 'readOnly is on: writes are refused' };
      if (target === undefined)
        return { status: 503, reason: 'no legacy registry and no leases are configured to take writes' };
      return target.apply(write);
    },
  };
}

function concernsSynthetic(write: Write): boolean {
  if (isSyntheticId(write.id)) return true;
  return write.kind === 'register' && write.record.metadata.has(SOURCE_MARKER);
}
