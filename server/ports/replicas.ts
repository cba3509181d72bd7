import type { PeerItem } from '../../shared/model/peer-item.ts';
import type { WriteOutcome } from './writes.ts';

/** A registry of our own that takes the changes which other servers have applied already. It forwards nothing. */
export interface Replicas {
  /** Returns an outcome for each item, in their order. From memory: a stock server waits 200 ms for the answer. */
  apply(items: readonly PeerItem[]): readonly WriteOutcome[];
}
