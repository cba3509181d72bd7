import { isSyntheticId } from '../../shared/model/names.ts';
import { isOwnEntry } from '../../shared/model/own-entry.ts';
import type { PeerItem } from '../../shared/model/peer-item.ts';
import type { Write } from '../ports/writes.ts';

/** Whether a client's write, or a change that a peer replicates, concerns an entry derived from Kubernetes. */
export function concernsSynthetic(change: Write | PeerItem): boolean {
  if (change.kind === 'unreadable') return false;
  return isSyntheticId(change.id) || (change.kind === 'register' && isOwnEntry(change.record));
}
