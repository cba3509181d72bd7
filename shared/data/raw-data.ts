// Tolerant access to JSON and YAML data that nobody has checked: what has the wrong shape counts as absent.

/** An object of unchecked data. */
export type RawRecord = Readonly<Record<string, unknown>>;

export function isRawRecord(value: unknown): value is RawRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function rawRecord(value: unknown): RawRecord {
  return isRawRecord(value) ? value : {};
}

export function rawList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function rawText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** As `rawText`, but the empty text counts as absent too. */
export function rawName(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** As `rawName`, but a number or a flag counts as its text: `version: 2` without quotes has one obvious meaning. */
export function rawScalar(value: unknown): string | undefined {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : rawName(value);
}

/** A flag, in the spellings of kubectl's YAML; `undefined` when absent. */
export function rawFlag(value: unknown): boolean | undefined {
  if (typeof value !== 'string') return typeof value === 'boolean' ? value : undefined;
  if (/^(true|yes|on|y)$/i.test(value)) return true;
  return /^(false|no|off|n)$/i.test(value) ? false : undefined;
}

/** A positive whole number, in quotes too; else 0. */
export function rawCount(value: unknown): number {
  const count = typeof value === 'string' && /^[1-9]\d*$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/** Labels or annotations, those with the keys to `keep`. A number or a flag without quotes counts as its text. */
export function rawStrings(value: unknown, keep: (key: string) => boolean): Readonly<Record<string, string>> {
  const entries: [string, string][] = [];
  for (const [key, item] of Object.entries(rawRecord(value))) {
    if (!keep(key)) continue;
    const text = item === '' ? '' : rawScalar(item);
    if (text !== undefined) entries.push([key, text]);
  }
  return entries.length === 0 ? NO_STRINGS : Object.fromEntries(entries);
}

/** Shared by all objects without entries: thousands of empty records would cost memory. */
export const NO_STRINGS: Readonly<Record<string, string>> = Object.freeze({});
