import type { PeerItem } from '../../shared/model/peer-item.ts';
import { INSTANCE_STATUSES } from '../../shared/model/instance.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Replicas } from '../ports/replicas.ts';
import type { Write, WriteTarget } from '../ports/writes.ts';
import { concernsSynthetic } from './synthetic.ts';

/** An item that is answered with 200 and changes nothing. */
const NO_CHANGE: PeerItem = { kind: 'unreadable', status: 200, reason: 'an entry derived from Kubernetes' };

/**
 * Makes the gate before our own registry for the changes of peers. A server that reads our registry when it starts
 * makes registrations of the entries derived from Kubernetes. They must not come back as such.
 */
export function gateReplicas(target: Replicas): Replicas {
  return { apply: (items) => target.apply(items.map((item) => (concernsSynthetic(item) ? NO_CHANGE : item))) };
}

/** Counts each item by its kind and outcome. */
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

/** Takes single writes of a peer. Those that stock handles as a client's, whatever the header says, go to `target`. */
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
