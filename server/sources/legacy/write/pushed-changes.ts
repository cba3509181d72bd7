import type { PeerItem } from '../../../../shared/model/peer-item.ts';
import type { ContributionUpdate } from '../../../../shared/contribution/contribution.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { Metrics } from '../../../ports/metrics.ts';
import type { PeerFeed } from '../../../ports/peer-feed.ts';
import { expectedRecord } from './expected-record.ts';
import type { LegacyView } from '../view/legacy-view.ts';

export interface PushedChangesParts {
  readonly view: LegacyView;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly publish: (update: ContributionUpdate) => void;
}

/**
 * What the legacy replicates to us. It is recorded as a write through us is, half a second after the change instead of
 * a poll and a response cache later. The polls stay the truth, because evictions are not replicated. Nothing of it is
 * ever sent back: it would go in circles.
 */
export class PushedChanges implements PeerFeed {
  readonly #parts: PushedChangesParts;

  constructor(parts: PushedChangesParts) {
    this.#parts = parts;
  }

  apply(items: readonly PeerItem[]): readonly (200 | 404)[] {
    return items.map((item) => {
      const status = this.#apply(item);
      this.#parts.metrics.count('peer_items', { kind: item.kind, status: String(status) });
      return status;
    });
  }

  #apply(item: PeerItem): 200 | 404 {
    const { view, clock, log, publish } = this.#parts;
    const now = clock.now();
    switch (item.kind) {
      case 'unreadable':
        log.warn({ reason: item.reason }, 'the legacy pushed an instance that cannot be read');
        return 200;
      case 'register':
        publish(view.recordWrite(item.app, item.record, item.record.lastUpdatedTimestamp, now));
        return 200;
      case 'heartbeat': {
        const known = view.instance(item.app, item.id);
        return known !== undefined && (item.lastDirtyTimestamp ?? 0) <= known.lastDirtyTimestamp ? 200 : 404;
      }
      case 'cancel':
        if (view.instance(item.app, item.id) === undefined) return 404;
        publish(view.recordCancel(item.app, item.id, now));
        return 200;
      case 'set-status':
      case 'remove-status': {
        const record = expectedRecord(item, view.instance(item.app, item.id), now);
        if (record === undefined) return 404;
        publish(view.recordWrite(item.app, record, undefined, now));
        return 200;
      }
      default:
        return item satisfies never;
    }
  }
}
