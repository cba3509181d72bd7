import { FIELDS, type Field } from './fields.ts';
import type { InstanceRecord } from './instance.ts';

/** One field with another value than before; absent texts are empty. Metadata has a field for each key. */
export interface ChangedField {
  /** `status`, `metadata.version`. */
  readonly field: string;
  readonly from: string;
  readonly to: string;
}

export type Fields = Partial<InstanceRecord>;

const NONE: ReadonlyMap<string, string> = new Map();

/** `before` and `after` have the fields that differ, and no others. `keys`: those of metadata that are told. */
export function changedFields(
  before: Fields,
  after: Fields,
  keys: readonly string[] = changedKeys(before, after),
): readonly ChangedField[] {
  return FIELDS.filter(({ name }) => name in before).flatMap((field) =>
    field.form === 'metadata'
      ? keys.map((key) => ({
          field: `metadata.${key}`,
          from: before.metadata?.get(key) ?? '',
          to: after.metadata?.get(key) ?? '',
        }))
      : [{ field: field.name, from: valueText(field, before), to: valueText(field, after) }],
  );
}

/** Of metadata, the keys with another value than before. There may be tens of thousands. */
export function changedKeys(
  { metadata: before = NONE }: Fields,
  { metadata: after = NONE }: Fields,
): readonly string[] {
  const keys: string[] = [];
  for (const [key, value] of before) if (after.get(key) !== value) keys.push(key);
  for (const key of after.keys()) if (!before.has(key)) keys.push(key);
  return keys;
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
