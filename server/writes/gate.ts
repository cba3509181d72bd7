import type { Write, WriteOutcome, WriteTarget } from '../ports/writes.ts';
import { concernsSynthetic } from './synthetic.ts';

export interface GateOptions {
  /** The legacy or our own leases; `undefined` where neither is configured. */
  readonly target: WriteTarget | undefined;
  readonly readOnly: boolean;
}

/** What every write passes before it reaches a registry. */
export function gateWrites({ target, readOnly }: GateOptions): WriteTarget {
  return {
    apply: (write: Write): WriteOutcome | Promise<WriteOutcome> => {
      // A derived entry has no lease: passed on, a write to one would make it a real registration that nobody renews.
      if (concernsSynthetic(write)) return answerHere(write);
      if (readOnly) return { status: 503, reason: 'readOnly is on: writes are refused' };
      if (target === undefined)
        return { status: 503, reason: 'no legacy registry and no leases are configured to take writes' };
      return target.apply(write);
    },
  };
}

/** Whoever keeps a lease is content and stays quiet; whoever wants a change must hear that there was none. */
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
