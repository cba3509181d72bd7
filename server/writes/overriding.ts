import type { Write } from '../ports/writes.ts';

/**
 * Whether a write sets or removes an override of a status. Where overrides are kept by instance id alone, it changes the
 * instances of the same id in other applications, too.
 */
export function overrides(write: Write): boolean {
  switch (write.kind) {
    case 'set-status':
    case 'remove-status':
      return true;
    case 'register':
      return write.record.overriddenStatus !== 'UNKNOWN';
    case 'renew':
    case 'cancel':
    case 'metadata':
      return false;
    default:
      return write satisfies never;
  }
}
