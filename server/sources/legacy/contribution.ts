import type { InstanceRecord } from '../../../shared/model/instance.ts';
import { isSyntheticId, SOURCE_MARKER, type SourceId } from '../../../shared/model/names.ts';
import { byText } from '../../../shared/model/order.ts';
import { sameContent } from '../../../shared/model/same-content.ts';
import type { AppContribution } from '../../../shared/contribution/contribution.ts';
import type { Refusal } from '../../../shared/contribution/refusal.ts';

/**
 * The contribution to one application, `undefined` without any record. Entries of our own making that found their way
 * into the legacy are refused: served, they would come back as real instances and never leave. Records whose content is
 * that of `before` stay the same objects.
 */
export function buildContribution(
  source: SourceId,
  records: readonly InstanceRecord[],
  before: AppContribution | undefined,
): AppContribution | undefined {
  if (records.length === 0) return undefined;
  const known = new Map(before?.instances.map((record) => [record.id, record]));
  const instances: InstanceRecord[] = [];
  const refusals: Refusal[] = [];
  for (const record of records.toSorted((a, b) => byText(a.id, b.id))) {
    const refusal = refuse(source, record);
    const old = known.get(record.id);
    if (refusal !== undefined) refusals.push(refusal);
    else instances.push(old !== undefined && sameContent(old, record) ? old : record);
  }
  return { instances, publications: [], refusals };
}

export function sameContribution(a: AppContribution | undefined, b: AppContribution | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.instances.length === b.instances.length &&
    a.refusals.length === b.refusals.length &&
    a.instances.every((record, index) => record === b.instances[index]) &&
    a.refusals.every((refusal, index) => refusal.object === b.refusals[index]?.object)
  );
}

function refuse(source: SourceId, record: InstanceRecord): Refusal | undefined {
  const object = `${source}/${record.id}`;
  const marker = record.metadata.get(SOURCE_MARKER);
  if (marker !== undefined)
    return {
      object,
      code: 'own-marker',
      reason: `the legacy registry lists an entry that was derived from ${marker}; take Eurek8s out of its serviceUrl`,
    };
  if (isSyntheticId(record.id))
    return {
      object,
      code: 'id-reserved',
      reason: 'the instance id has the prefix of synthetic entries; register it under another id',
    };
  return undefined;
}
