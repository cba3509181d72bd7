import { errorText } from '../error-text.ts';
import { err, ok, type Result } from '../result.ts';
import { withoutByteOrderMark } from './byte-order-mark.ts';
import type { DecodeError } from './decode-error.ts';
import type { Scalar } from './scalars.ts';

export function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Never throws. */
export function parseJson(text: string): Result<unknown, DecodeError> {
  return attempt(() => JSON.parse(withoutByteOrderMark(text)));
}

/**
 * As `parseJson`, but a number stays text when `String` would write it otherwise. Metadata such as `"version":1.10` is
 * text to Eureka, and `1.1` is another version.
 */
export function parseJsonKeepingDigits(text: string): Result<unknown, DecodeError> {
  return attempt(() => JSON.parse(withoutByteOrderMark(text), keepDigits));
}

/** `context` comes with scalars only; `source` is their text. */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' && String(value) !== context?.source ? context?.source : value;
}

function attempt(parse: () => unknown): Result<unknown, DecodeError> {
  try {
    return ok(parse());
  } catch (error) {
    // It is not JSON, or its nesting is deeper than the stack.
    return err({ reason: errorText(error) });
  }
}
