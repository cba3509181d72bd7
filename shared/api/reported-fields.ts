import { changedFields, changedKeys, type ChangedField, type Fields } from '../model/changed-fields.ts';

/** Characters of one value, or of one name, in a report. */
const MAX_TEXT_LENGTH = 200;
/** Fields of one change. An instance has 25 besides its metadata. */
const MAX_FIELDS = 40;
/** Characters of their names and values together. */
const MAX_LENGTH = 8000;

/** The fields of one change, as a report has them. */
export interface ReportedFields {
  readonly values: readonly ChangedField[];
  /** How many more changed. */
  readonly moreFields: number;
}

export const NO_FIELDS: ReportedFields = { values: [], moreFields: 0 };

/**
 * An instance may have tens of thousands of metadata keys, and one registration may change them all. A report has the
 * first of them, and the other fields before them: metadata must not hide a status. `before`, `after`: as `changedFields`.
 */
export function reportedFields(before: Fields, after: Fields): ReportedFields {
  const keys = changedKeys(before, after);
  // Of more keys than these none has room.
  const all = changedFields(before, after, keys.slice(0, MAX_FIELDS)).map(shortened);
  const chosen = new Set<ChangedField>();
  let length = 0;
  for (const field of [...all.filter((each) => !isMetadata(each)), ...all.filter(isMetadata)]) {
    length += field.field.length + field.from.length + field.to.length;
    if (chosen.size > 0 && (chosen.size >= MAX_FIELDS || length > MAX_LENGTH)) break;
    chosen.add(field);
  }
  const moreKeys = Math.max(0, keys.length - MAX_FIELDS);
  return { values: all.filter((each) => chosen.has(each)), moreFields: all.length - chosen.size + moreKeys };
}

function isMetadata({ field }: ChangedField): boolean {
  return field.startsWith('metadata.');
}

function shortened({ field, from, to }: ChangedField): ChangedField {
  return { field: cut(field), from: cut(from), to: cut(to) };
}

function cut(text: string): string {
  return text.slice(0, MAX_TEXT_LENGTH);
}
