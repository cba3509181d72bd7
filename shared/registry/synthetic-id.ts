import { fnv, hex } from '../model/hash.ts';
import { instanceId, SYNTHETIC_ID_PREFIX, type InstanceId } from '../model/names.ts';
import type { Publication } from '../contribution/publication.ts';

/** Characters. */
const MAX_ID_LENGTH = 100;

/**
 * The id of one synthetic entry. The same Ingress, host and index have the same id for ever and on every replica, and no
 * other entry has it. The zone is not in it, because the zone follows the twins and the entry stays the same. It has only
 * letters, digits and `. _ - :`, because some clients put ids into paths unescaped.
 */
export function syntheticId(publication: Publication, index: number): InstanceId {
  const parts = [publication.cluster, publication.namespace, publication.ingress, publication.host];
  const plain = `${parts.map(safe).join(':')}:${index}`;
  const exact = parts.every((part) => safe(part) === part);
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
