import { FIELDS, type Field } from './fields.ts';
import type { InstanceRecord } from './instance.ts';

/** One field with another value than before; absent texts are empty. Metadata has a field for each key. */
export interface ChangedField {
  /** `status`, `metadata.version`. */
  readonly field: string;
  readonly from: string;
  readonly to: string;
}

type Fields = Partial<InstanceRecord>;

/** `before` and `after` have the fields that differ, and no others. */
export function changedFields(before: Fields, after: Fields): readonly ChangedField[] {
  return FIELDS.filter(({ name }) => name in before).flatMap((field) =>
    field.form === 'metadata'
      ? changedEntries(before.metadata ?? new Map(), after.metadata ?? new Map())
      : [{ field: field.name, from: valueText(field, before), to: valueText(field, after) }],
  );
}

function changedEntries(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly ChangedField[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => before.get(key) !== after.get(key))
    .map((key) => ({ field: `metadata.${key}`, from: before.get(key) ?? '', to: after.get(key) ?? '' }));
}

function valueText(field: Exclude<Field, { form: 'metadata' }>, record: Fields): string {
  switch (field.form) {
    case 'port': {
      const port = record[field.name];
      return port === undefined ? '' : `${port.number}${port.enabled ? '' : ' (disabled)'}`;
    }
    case 'dataCenter':
      return record.dataCenterInfo?.name ?? '';
    case 'lease':
      return record.leaseInfo === undefined ? '' : leaseText(record.leaseInfo);
    case 'text':
    case 'integer':
    case 'flag':
    case 'millis':
      return String(record[field.name] ?? '');
  }
}

function leaseText({ renewalIntervalInSecs, durationInSecs }: NonNullable<InstanceRecord['leaseInfo']>): string {
  return `${renewalIntervalInSecs} s, ${durationInSecs} s`;
}
