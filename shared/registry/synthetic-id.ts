import { fnv, hex } from '../model/hash.ts';
import type { InstanceRecord } from '../model/instance.ts';
import { instanceId, SYNTHETIC_ID_PREFIX, type InstanceId } from '../model/names.ts';
import type { Publication } from '../contribution/publication.ts';

/** Characters. */
const MAX_ID_LENGTH = 100;
/** Where the name of a cluster stands in other ids. */
const COPY_OF = 'copy_of';
const ENDS_LIKE_DIGEST = /\.[0-9a-f]{16}$/;

/**
 * The id of one synthetic entry. The same Ingress or HTTPRoute, host and index have the same id for ever and on every replica, and no
 * other entry has it. The zone is not in it, because the zone follows the twins and the entry stays the same. It has only
 * letters, digits and `. _ - :`, because some clients put ids into paths unescaped.
 */
export function syntheticId(publication: Publication, index: number): InstanceId {
  const { cluster, namespace, ingress, host, kind } = publication;
  return idOf(
    kind === 'HTTPRoute' ? [cluster, namespace, 'httproute', ingress, host] : [cluster, namespace, ingress, host],
    index,
  );
}

/**
 * The id of a copy of a real instance. No cluster can be called `copy_of`, so it is the id of no entry of an Ingress.
 * `index` counts from 1.
 */
export function copyId({ app, id }: InstanceRecord, index: number): InstanceId {
  return idOf([COPY_OF, app, id], index);
}

export function isCopyId(id: string): boolean {
  return id.startsWith(`${SYNTHETIC_ID_PREFIX}${COPY_OF}:`);
}

function idOf(parts: readonly string[], index: number): InstanceId {
  const plain = `${parts.join(':')}:${index}`;
  // A part that ends like a digest would be confused with the shortened form of another.
  const exact = parts.every((part) => safe(part) === part && !ENDS_LIKE_DIGEST.test(part));
  if (exact && SYNTHETIC_ID_PREFIX.length + plain.length <= MAX_ID_LENGTH)
    return instanceId(SYNTHETIC_ID_PREFIX + plain);
  // Different parts may look the same once shortened or altered. The digest over the unaltered parts tells them apart.
  const whole = parts.join('\0');
  const digest = hex(fnv(whole)) + hex(fnv(whole, 0x01234567));
  const room = MAX_ID_LENGTH - SYNTHETIC_ID_PREFIX.length - digest.length - String(index).length - 2;
  return instanceId(`${SYNTHETIC_ID_PREFIX}${parts.map(safe).join(':').slice(0, room)}.${digest}:${index}`);
}

function safe(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]/g, '-');
}
