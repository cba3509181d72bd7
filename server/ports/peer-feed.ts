import type { PeerItem } from '../../shared/model/peer-item.ts';

/** Takes the changes that the legacy replicates to us as to one of its peers. */
export interface PeerFeed {
  /**
   * Returns a status for each item, in their order; 404 makes the peer send the whole instance. It answers from memory:
   * a stock server waits 200 ms for the answer.
   */
  apply(items: readonly PeerItem[]): readonly (200 | 404)[];
}
