import type { PeerItem } from '../../shared/model/peer-item.ts';

/** Takes what the legacy pushes to us as one of its peers. */
export interface PeerFeed {
  /**
   * Answers at once, from memory: a stock server waits 200 ms for it. A status for each item, in their order; 404 makes
   * the peer send the whole instance.
   */
  apply(items: readonly PeerItem[]): readonly (200 | 404)[];
}
