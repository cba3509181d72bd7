import assert from 'node:assert/strict';
import { printable } from '../../../shared/text/printable.ts';

/** Stands for passwords and tokens in inputs. No message may have it, nor a part of it that is worth something. */
export const SECRET = 'Gh7-kQ2.vX9';
const WORTH_SOMETHING = 6;

/** A text for people must be one line that a terminal can show. */
export function checkReason(reason: string): void {
  assert.notEqual(reason, '', 'a reason is empty');
  assert.equal(printable(reason, Number.POSITIVE_INFINITY), reason, 'a reason has characters that cannot be printed');
}

export function checkNoSecret(text: string): void {
  for (const part of secretParts()) assert.ok(!text.includes(part), `a secret is shown: ${text.slice(0, 300)}`);
}

export function secretParts(): readonly string[] {
  return Array.from({ length: SECRET.length - WORTH_SOMETHING + 1 }, (_, at) => SECRET.slice(at, at + WORTH_SOMETHING));
}

/** What goes into a header of an answer. */
export function checkHeader(text: string): void {
  assert.match(text, /^[\x20-\x7e]{1,1000}$/);
}

/** What is printed with `printable` around it, or as JSON: at least it must not break out of its line. */
export function checkLine(text: string): void {
  assert.notEqual(text, '');
  assert.doesNotMatch(text, /[\p{Cc}\u2028\u2029]/u, 'a reason has more than one line');
}
