import type { Write, WriteOutcome, WriteTarget } from '../ports/writes.ts';
import { concernsSynthetic } from './synthetic.ts';

export interface GateOptions {
  /** The legacy or our own leases; `undefined` where neither is configured. */
  readonly target: WriteTarget | undefined;
  readonly readOnly: boolean;
}

/** Makes the gate that every write passes before it reaches a registry; what may not pass is answered here. */
export function gateWrites({ target, readOnly }: GateOptions): WriteTarget {
  return {
    apply: (write: Write): WriteOutcome | Promise<WriteOutcome> => {
      // A derived entry has no lease. Forwarded, a write to one would make a real registration that nobody renews.
      if (concernsSynthetic(write)) return answerHere(write);
      if (readOnly) return { status: 503, reason: 'readOnly is on: writes are refused' };
      if (target === undefined)
        return { status: 503, reason: 'no legacy registry and no leases are configured to take writes' };
      return target.apply(write);
    },
  };
}

/**
 * Answers a write to a derived entry. Clients that keep a lease get 200, or they would register again and again.
 * Clients that want a change must learn that there was none.
 */
function answerHere(write: Write): WriteOutcome {
  const derived = 'entries derived from Kubernetes are no registrations: nothing was written';
  switch (write.kind) {
    case 'register':
    case 'renew':
    case 'cancel':
      return { status: 200, reason: derived };
    case 'set-status':
    case 'remove-status':
      return { status: 400, reason: `${derived}; the annotation eurek8s.io/status of the Ingress sets the status` };
    case 'metadata':
      return {
        status: 400,
        reason: `${derived}; the annotations eurek8s.io/metadata.<key> of the Ingress set metadata`,
      };
    default:
      return write satisfies never;
  }
}
