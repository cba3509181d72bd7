import type { PeerItem } from '../../shared/model/peer-item.ts';
import type { WriteOutcome } from './writes.ts';

/** A registry of our own that takes what other servers have done already. It passes nothing on. */
export interface Replicas {
  /** An outcome for each item, in their order. From memory, before it returns: a stock server waits 200 ms for it. */
  apply(items: readonly PeerItem[]): readonly WriteOutcome[];
}
