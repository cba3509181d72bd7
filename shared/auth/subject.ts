import { err, ok, type Result } from '../result.ts';
import { printable } from '../text/printable.ts';

/**
 * The subject of a certificate in canonical form: all attributes, sorted, so that `CN=batch,O=Acme` and `O=Acme,
 * CN=batch` are equal. Every attribute counts: a subject without one of them is another subject, which may belong to
 * another holder.
 */
export type Subject = string;

/** Other spellings of attribute types, as tools print them. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['E', 'EMAILADDRESS'],
  ['S', 'ST'],
  ['USERID', 'UID'],
]);

/** An attribute's type (a name or an object identifier) and its value. */
export type Attribute = readonly [type: string, value: string];

export function subjectOf(attributes: readonly Attribute[]): Subject {
  return attributes
    .map(([type, value]) => {
      const upper = type.toUpperCase();
      // As JSON, so that no value can look like another attribute.
      return JSON.stringify([ALIASES.get(upper) ?? upper, value]);
    })
    .toSorted()
    .join();
}

/** Parses a subject as RFC 4514 and OpenSSL write it: `CN=batch`, `CN=batch,O=Acme\, Inc.,C=US`. */
export function parseSubject(text: string): Result<Subject, string> {
  const attributes: Attribute[] = [];
  for (const part of partsOf(text)) {
    // Trimmed by the engine: an expression for blanks at the end looks at each blank within again and again.
    const [, type, value] = /^([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)\s*=\s*(.+)$/s.exec(part.trim()) ?? [];
    if (type === undefined || value === undefined) return err('is not a subject like CN=batch or CN=batch,O=Acme');
    attributes.push([type, unescaped(value)]);
  }
  return ok(subjectOf(attributes));
}

/** Anybody can make a certificate, with a subject of any length. */
const MAX_WRITTEN = 200;

/**
 * A subject as `parseSubject` reads it, for people and for headers: in ASCII, and cut where it is too long. A subject
 * without attributes has words.
 */
export function writtenSubject(attributes: readonly Attribute[]): string {
  const text = attributes.map(([type, value]) => `${printable(type)}=${escaped(value)}`).join(',');
  if (text === '') return 'an empty subject';
  return text.length <= MAX_WRITTEN ? text : `${text.slice(0, MAX_WRITTEN - 3)}...`;
}

function escaped(value: string): string {
  return value
    .replaceAll(/[,+\\]/g, '\\$&')
    .replaceAll(/^ +| +$|[^\x20-\x7e]+/g, (found) => Array.from(new TextEncoder().encode(found), hexEscape).join(''));
}

function hexEscape(byte: number): string {
  return `\\${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Splits at each comma and plus without a backslash before it. */
function partsOf(text: string): readonly string[] {
  const parts = [''];
  for (const [piece] of text.matchAll(/\\.|[^\\]|\\/gs)) {
    if (piece === ',' || piece === '+') parts.push('');
    else parts.push((parts.pop() ?? '') + piece);
  }
  return parts;
}

/** `\,` stands for `,`, and `\C3\A4` for the bytes of a letter in UTF-8. */
function unescaped(value: string): string {
  return value.replaceAll(/((?:\\[0-9a-f]{2})+)|\\(.)/gis, (_, bytes: string | undefined, plain: string) =>
    bytes === undefined ? plain : new TextDecoder().decode(Uint8Array.from(hexBytes(bytes))),
  );
}

function hexBytes(escapes: string): readonly number[] {
  return escapes
    .split('\\')
    .slice(1)
    .map((hex) => Number.parseInt(hex, 16));
}
