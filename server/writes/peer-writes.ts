import type { PeerItem } from '../../shared/model/peer-item.ts';
import { INSTANCE_STATUSES } from '../../shared/model/instance.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Replicas } from '../ports/replicas.ts';
import type { Write, WriteTarget } from '../ports/writes.ts';
import { concernsSynthetic } from './synthetic.ts';

/** Answered as done, and nothing is. */
const NOTHING: PeerItem = { kind: 'unreadable', status: 200, reason: 'an entry derived from Kubernetes' };

/**
 * What passes before it reaches our own registry from a peer. A server that reads our registry when it starts makes
 * registrations of the entries derived from Kubernetes; here they are none.
 */
export function gateReplicas(target: Replicas): Replicas {
  return { apply: (items) => target.apply(items.map((item) => (concernsSynthetic(item) ? NOTHING : item))) };
}

/** Counts what becomes of each item. */
export function countItems(target: Replicas, metrics: Pick<Metrics, 'count'>): Replicas {
  return {
    apply: (items) => {
      const outcomes = target.apply(items);
      for (const [i, { kind }] of items.entries())
        metrics.count('peer_items', { kind, status: String(outcomes[i]?.status) });
      return outcomes;
    },
  };
}

/** Single writes that a peer passes on. What stock takes as a client's, whatever the header says, goes to `target`. */
export function peerWrites(replicas: Replicas, target: WriteTarget): WriteTarget {
  return {
    apply: (write) => {
      const item = itemOf(write);
      const [outcome] = item === undefined ? [] : replicas.apply([item]);
      return outcome ?? target.apply(write);
    },
  };
}

function itemOf(write: Write): PeerItem | undefined {
  const { app, id } = write;
  switch (write.kind) {
    case 'register':
      return { kind: 'register', app, id, record: write.record };
    case 'renew': {
      const given = new URLSearchParams(write.raw.query).get('overriddenstatus');
      const overriddenStatus = INSTANCE_STATUSES.find((each) => each === given);
      return { kind: 'heartbeat', app, id, lastDirtyTimestamp: write.lastDirtyTimestamp, overriddenStatus };
    }
    case 'cancel':
      return { kind: 'cancel', app, id };
    case 'set-status':
    case 'remove-status':
      return { kind: write.kind, app, id, status: write.status, lastDirtyTimestamp: write.lastDirtyTimestamp };
    case 'metadata':
      return undefined;
    default:
      return write satisfies never;
  }
}
