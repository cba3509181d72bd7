/** Tolerant access to JSON and YAML data that nobody has checked: what has the wrong shape counts as absent. */
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

/** As `rawText`, with the empty string counting as absent too. */
export function rawName(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** As text, with a number or a flag as it stands: `version: 2` without quotes has one obvious meaning. */
export function rawScalar(value: unknown): string | undefined {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : rawName(value);
}

/** A flag, as the YAML of kubectl spells it; `undefined`: not said. */
export function rawFlag(value: unknown): boolean | undefined {
  if (typeof value !== 'string') return typeof value === 'boolean' ? value : undefined;
  if (/^(true|yes|on|y)$/i.test(value)) return true;
  return /^(false|no|off|n)$/i.test(value) ? false : undefined;
}

export function rawCount(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/** Labels and annotations: text, where a number or a flag without quotes is the text that stands there. */
export function rawStrings(value: unknown, keep: (key: string) => boolean): Readonly<Record<string, string>> {
  const entries: [string, string][] = [];
  for (const [key, item] of Object.entries(rawRecord(value))) {
    if (!keep(key)) continue;
    const text = item === '' ? '' : rawScalar(item);
    if (text !== undefined) entries.push([key, text]);
  }
  return entries.length === 0 ? NO_STRINGS : Object.fromEntries(entries);
}

/** Shared by all objects without any: thousands of empty records cost memory. */
export const NO_STRINGS: Readonly<Record<string, string>> = Object.freeze({});
