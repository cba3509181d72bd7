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

export function rawCount(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/**
 * Labels and annotations. Numbers and booleans become text: an API server would refuse `publish: true` without quotes,
 * but a manifest read by us alone has one obvious meaning.
 */
export function rawStrings(value: unknown, keep: (key: string) => boolean): Readonly<Record<string, string>> {
  const entries: [string, string][] = [];
  for (const [key, item] of Object.entries(rawRecord(value))) {
    if (!keep(key)) continue;
    if (typeof item === 'string') entries.push([key, item]);
    else if (typeof item === 'number' || typeof item === 'boolean') entries.push([key, String(item)]);
  }
  return entries.length === 0 ? NO_STRINGS : Object.fromEntries(entries);
}

/** Shared by all objects without any: thousands of empty records cost memory. */
export const NO_STRINGS: Readonly<Record<string, string>> = Object.freeze({});
