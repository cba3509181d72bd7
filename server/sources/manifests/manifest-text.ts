import { err, ok, type Result } from '../../../shared/result.ts';
import type { ManifestError } from './manifest-document.ts';

const ADVICE = 'save it as UTF-8';

/**
 * The text of a file. As with kubectl, only UTF-8 is accepted: guessing an encoding would put wrong letters into names.
 */
export function decodeText(bytes: Uint8Array): Result<string, ManifestError> {
  const other = otherEncoding(bytes);
  if (other !== undefined) return err({ line: undefined, message: `not UTF-8 (it looks like ${other}): ${ADVICE}` });
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    const offset = validLength(bytes);
    const byte = (bytes[offset] ?? 0).toString(16).toUpperCase().padStart(2, '0');
    return err({
      line: lineAt(bytes, offset),
      message: `not UTF-8 (a byte ${byte} that belongs to no letter, as in ISO-8859-1 or Windows-1252): ${ADVICE}`,
    });
  }
}

/**
 * Recognises an encoding by the byte order mark, or else by the zeros among the first bytes, because YAML and JSON
 * begin in ASCII.
 */
function otherEncoding(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff))
    return 'UTF-32';
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return 'UTF-16';
  if (a === 0 && b === 0 && c === 0 && d !== 0 && d !== undefined) return 'UTF-32';
  if (a !== 0 && b === 0 && c === 0 && d === 0) return 'UTF-32';
  if ((a === 0 && b !== 0 && b !== undefined) || (a !== 0 && b === 0)) return 'UTF-16';
  return bytes.includes(0) ? 'a file that is no text' : undefined;
}

/** The number of valid bytes from the beginning, found by bisection because the decoder does not report a position. */
function validLength(bytes: Uint8Array): number {
  let [valid, end] = [0, bytes.length];
  while (valid < end) {
    const middle = (valid + end + 1) >>> 1;
    if (isValid(bytes.subarray(0, middle))) valid = middle;
    else end = middle - 1;
  }
  return valid;
}

/** A character that is cut off at the end counts as valid. */
function isValid(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function lineAt(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(0x0a); at >= 0 && at < offset; at = bytes.indexOf(0x0a, at + 1)) line++;
  return line;
}
