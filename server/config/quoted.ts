import { printable } from '../../shared/text/printable.ts';
import { shownText } from '../../shared/text/shown-url.ts';

const MAX_QUOTED_LENGTH = 80;

/**
 * A refused value as a message quotes it: short, on one line, without secrets. The contents of maps and lists are not
 * quoted, as any of them may be a password.
 */
export function quoted(value: unknown, shown: (text: string) => string = shownText): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a map';
  const text = JSON.stringify(typeof value === 'string' ? shown(value) : value) ?? 'nothing';
  return printable(text, MAX_QUOTED_LENGTH);
}

/** A key of a map as a message names it. None of our keys has one of these characters, and user-info has them. */
export function quotedKey(key: string): string {
  return /[@:]/.test(key) ? '***' : printable(key, MAX_QUOTED_LENGTH);
}

/** A copy of the value with `shown` applied to every text and every key. */
export function shownDeep(value: unknown, shown: (text: string) => string): unknown {
  if (typeof value === 'string') return shown(value);
  if (Array.isArray(value)) return value.map((item) => shownDeep(item, shown));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [shown(key), shownDeep(inner, shown)]));
}
