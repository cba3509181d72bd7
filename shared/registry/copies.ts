import { publicationObject, type Publication } from '../contribution/publication.ts';
import type { DataCenterInfo, InstanceRecord } from '../model/instance.ts';
import { SOURCE_MARKER } from '../model/names.ts';
import type { Entry } from './application.ts';
import { copyId } from './synthetic-id.ts';

/**
 * Each original listed `listings` times: the copies, without the originals. Whatever the original is, a copy is too: host,
 * ports, status, zone, vip, metadata and time stamps. So callers keep one health record for both, and replicas agree.
 */
export function copiesFor(originals: readonly Entry[], listings: number, publication: Publication): readonly Entry[] {
  const object = publicationObject(publication);
  return originals.flatMap(({ record, origin: { source } }) =>
    Array.from({ length: listings - 1 }, (_, i) => ({
      record: copyOf(record, i + 1, object),
      origin: { kind: 'copy', source, original: record.id, object } as const,
    })),
  );
}

function copyOf(original: InstanceRecord, index: number, object: string): InstanceRecord {
  const id = copyId(original, index);
  const metadata = new Map(original.metadata);
  // With metadata.instanceId Ribbon would keep a health record for each copy.
  metadata.delete('instanceId');
  metadata.set(SOURCE_MARKER, object);
  return {
    ...original,
    id,
    instanceId: id,
    dataCenterInfo: dataCenter(original.dataCenterInfo, id),
    metadata,
    actionType: 'ADDED',
  };
}

/** Old clients know an instance of Amazon by its instance-id alone. */
function dataCenter(original: DataCenterInfo, id: string): DataCenterInfo {
  if (original.name !== 'Amazon') return original;
  return { name: 'Amazon', metadata: new Map([...original.metadata, ['instance-id', id]]) };
}
