import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { isSyntheticId } from '../../../../shared/model/names.ts';
import { isOwnEntry } from '../../../../shared/model/own-entry.ts';
import type { PeerItem } from '../../../../shared/model/peer-item.ts';
import type { Log } from '../../../ports/log.ts';
import type { Metrics } from '../../../ports/metrics.ts';
import type { PeerFeed } from '../../../ports/peer-feed.ts';
import type { LegacyView } from '../view/legacy-view.ts';
import type { WriteEffects } from './write-effects.ts';

export interface PushedChangesParts {
  readonly view: LegacyView;
  readonly effects: WriteEffects;
  readonly log: Log;
  readonly metrics: Metrics;
}

/**
 * Records what the legacy replicates to us, like a write through us: half a second after the change, and not a poll and
 * a response cache later. The polls remain authoritative, because evictions are not replicated. Nothing of it is ever
 * sent back, because it would circulate.
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
    const { view, effects, log } = this.#parts;
    if (concernsOwnEntry(item)) return 200;
    switch (item.kind) {
      case 'unreadable':
        log.warn({ reason: item.reason }, 'the legacy pushed an instance that cannot be read');
        return 200;
      case 'register':
        if (!this.#isLate(item.record)) effects.stored(item.app, item.record);
        return 200;
      case 'heartbeat': {
        const known = view.instance(item.app, item.id);
        return known !== undefined && (item.lastDirtyTimestamp ?? 0) <= known.lastDirtyTimestamp ? 200 : 404;
      }
      case 'cancel':
        if (view.instance(item.app, item.id) === undefined) return 404;
        effects.cancelled(item.app, item.id);
        return 200;
      case 'set-status':
      case 'remove-status':
        return effects.expected(item) ? 200 : 404;
      default:
        return item satisfies never;
    }
  }

  /**
   * Whether it is older than what is known. The servers of the legacy push on their own, and again after a failure, so
   * that the registration of one may come after the next one, or after the cancel, of another.
   */
  #isLate({ app, id, lastDirtyTimestamp, lastUpdatedTimestamp }: InstanceRecord): boolean {
    const { view } = this.#parts;
    const known = view.instance(app, id);
    if (known !== undefined && lastDirtyTimestamp !== known.lastDirtyTimestamp)
      return lastDirtyTimestamp < known.lastDirtyTimestamp;
    // A status that an operator sets is an update of the same registration.
    if (known !== undefined) return lastUpdatedTimestamp < known.lastUpdatedTimestamp;
    return lastUpdatedTimestamp <= (view.cancelledVersion(app, id) ?? -Infinity);
  }
}

/** What an Eurek8s registered there comes back here, and must not become an instance of the legacy's. */
function concernsOwnEntry(item: PeerItem): boolean {
  if (item.kind === 'unreadable') return false;
  return item.kind === 'register' ? isOwnEntry(item.record) : isSyntheticId(item.id);
}
