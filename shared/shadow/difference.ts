import { changedFields, type ChangedField } from '../model/changed-fields.ts';
import { FIELDS } from '../model/fields.ts';
import type { InstanceRecord } from '../model/instance.ts';
import type { AppName, InstanceId } from '../model/names.ts';
import { sameField, sameToClients } from '../model/same-content.ts';
import type { ClientRegistry } from './client-registry.ts';

/** One field of one instance that two registries tell differently; absent texts are empty. */
export interface Difference {
  readonly app: AppName;
  readonly id: InstanceId;
  /** As people read it: `status`, `metadata.version`; `ENTRY`: one of them has no such instance. */
  readonly field: string;
  /** In the registry that is compared with. */
  readonly expected: string;
  /** In the registry that is judged. */
  readonly actual: string;
}

/** The field of a difference that is the instance itself. */
export const ENTRY = 'instance';
export const LISTED = 'listed';
export const NOT_LISTED = 'not listed';

export interface Comparison {
  readonly differences: readonly Difference[];
  /** Instances that are the same in both. */
  readonly same: number;
}

/**
 * Two registries as clients see them. Time stamps that servers set and the times of renewals are no difference: each
 * server has its own.
 */
export function compareRegistries(expected: ClientRegistry, actual: ClientRegistry): Comparison {
  const differences: Difference[] = [];
  let same = 0;
  for (const record of expected.records()) {
    const { app, id } = record;
    const other = actual.find(app, id);
    if (other === undefined) differences.push({ app, id, field: ENTRY, expected: LISTED, actual: NOT_LISTED });
    else if (sameToClients(record, other)) same++;
    else
      for (const { field, from, to } of differentFields(record, other))
        differences.push({ app, id, field, expected: from, actual: to });
  }
  for (const { app, id } of actual.records())
    if (expected.find(app, id) === undefined)
      differences.push({ app, id, field: ENTRY, expected: NOT_LISTED, actual: LISTED });
  return { differences, same };
}

function differentFields(a: InstanceRecord, b: InstanceRecord): readonly ChangedField[] {
  return FIELDS.filter((field) => !sameField(field, a, b, 'ignored')).flatMap(({ name }) => {
    const [left, right] = [a.dataCenterInfo, b.dataCenterInfo];
    if (name !== 'dataCenterInfo' || left.name !== 'Amazon' || right.name !== 'Amazon')
      return changedFields({ [name]: a[name] }, { [name]: b[name] });
    const entries = changedFields({ metadata: left.metadata }, { metadata: right.metadata });
    return entries.map((each) => ({ ...each, field: each.field.replace('metadata', name) }));
  });
}
