import type { PeerItem } from '../model/peer-item.ts';
import type { InstanceRecord } from '../model/instance.ts';
import { instanceBytes, MAX_INSTANCE_BYTES } from '../model/instance-size.ts';
import type { LeaseEffect, LeaseRegistry } from './lease-registry.ts';

/** `conflict`: our data is newer, and the peer shall take over `record`. `rejected`: the item cannot be applied. */
export type ReplicationEffect =
  | LeaseEffect
  | { readonly outcome: 'conflict'; readonly record: InstanceRecord; readonly changed: readonly [] }
  | { readonly outcome: 'rejected'; readonly reason: string; readonly changed: readonly [] };

type Item<K extends PeerItem['kind']> = Extract<PeerItem, { kind: K }>;

/**
 * Applies a change that a peer replicates, by the rules of stock Eureka: the newer data wins on both sides. When ours
 * is newer, the peer gets it. When theirs is newer, the answer is `not found`, and the peer sends the whole instance.
 */
export function replicate(registry: LeaseRegistry, item: PeerItem, now: number): ReplicationEffect {
  switch (item.kind) {
    case 'register':
      if (instanceBytes(item.record) > MAX_INSTANCE_BYTES) return TOO_LARGE;
      return isComplete(item.record) ? registry.register(item.record, now, 'peer') : PASSED_OVER;
    case 'heartbeat':
      return renewFromPeer(registry, item, now);
    case 'cancel':
      return registry.cancel(item.app, item.id, now);
    case 'set-status':
      return registry.setStatus(item.app, item.id, item.status, item.lastDirtyTimestamp, now);
    case 'remove-status':
      return registry.removeStatus(item.app, item.id, item.status, item.lastDirtyTimestamp, now);
    case 'unreadable':
      return item.status === 200 ? PASSED_OVER : { outcome: 'rejected', reason: item.reason, changed: [] };
    default:
      return item satisfies never;
  }
}

/** Stock answers a replicated registration that it refuses as done: the peer could do nothing about it. */
const PASSED_OVER: LeaseEffect = { outcome: 'done', changed: [] };

/** A batch has room for an instance that a registration has not. */
const TOO_LARGE: LeaseEffect = { outcome: 'too-large', changed: [] };

/** Renews the lease in any case, whoever has the newer data. */
function renewFromPeer(registry: LeaseRegistry, item: Item<'heartbeat'>, now: number): ReplicationEffect {
  const { app, id, lastDirtyTimestamp, overriddenStatus } = item;
  const effect = registry.renew(app, id, lastDirtyTimestamp, now);
  if (effect.outcome === 'newer-data' && overriddenStatus !== undefined && overriddenStatus !== 'UNKNOWN') {
    const { changed } = registry.adoptOverride(app, id, overriddenStatus, now);
    return { ...effect, changed };
  }
  if (effect.outcome !== 'done' || lastDirtyTimestamp === undefined) return effect;
  const record = registry.current(app, id);
  if (record === undefined || record.lastDirtyTimestamp <= lastDirtyTimestamp) return effect;
  return { outcome: 'conflict', record, changed: [] };
}

function isComplete({ hostName, ipAddr }: InstanceRecord): boolean {
  return hostName !== '' && ipAddr !== '';
}
