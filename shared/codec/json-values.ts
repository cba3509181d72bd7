import { err, ok, type Result } from '../result.ts';
import type { DecodeError } from './decode-error.ts';
import type { Scalar } from './scalars.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Never throws. A byte order mark at the start is passed over: Java servers take it from the wire. */
export function parseJson(text: string): Result<unknown, DecodeError> {
  return attempt(() => JSON.parse(withoutMark(text)));
}

/**
 * As `parseJson`, but a number whose text is not the usual one for its value stays text: metadata such as
 * `"version":1.10` are strings to Eureka, and `1.1` is another version.
 */
export function parseJsonKeepingDigits(text: string): Result<unknown, DecodeError> {
  return attempt(() => JSON.parse(withoutMark(text), keepDigits));
}

/** `context` is given for scalars; `source` is their text. */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' && String(value) !== context?.source ? context?.source : value;
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function attempt(parse: () => unknown): Result<unknown, DecodeError> {
  try {
    return ok(parse());
  } catch (error) {
    // A syntax error, or nesting that is deeper than the stack.
    return err({ reason: error instanceof Error ? error.message : String(error) });
  }
}
