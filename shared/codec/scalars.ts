import { ACTION_TYPES, INSTANCE_STATUSES, type ActionType, type InstanceStatus } from '../model/instance.ts';

// Conversions as Jackson does them for Java servers: a number may come as text and a text as a number, and what cannot
// be read is 0 or false instead of an error.

/** A JSON value that is neither null nor a list nor an object. */
export type Scalar = string | number | boolean;

/** A part has one way to match: with two, a long row of digits would be divided at each place. */
const NUMBER = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const INT_MAX = 2_147_483_647;

function numberOf(value: Scalar): number {
  if (typeof value === 'boolean') return Number(value);
  const trimmed = typeof value === 'string' ? value.trim() : '';
  const number = typeof value === 'number' ? value : NUMBER.test(trimmed) ? Number(trimmed) : 0;
  // Adding 0 makes -0 an ordinary zero.
  return Number.isFinite(number) ? Math.trunc(number) + 0 : 0;
}

/** A Java int; what does not fit is 0. */
export function integerOf(value: Scalar): number {
  const number = numberOf(value);
  return Math.abs(number) <= INT_MAX ? number : 0;
}

/** Epoch milliseconds, cut off at 2^53, so that our answers never hold what a Java long cannot. */
export function millisOf(value: Scalar): number {
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, numberOf(value)));
}

/** A number is true when it is whole and not 0. */
export function flagOf(value: Scalar): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && value !== 0;
  return typeof value === 'string' ? value.trim() === 'true' : value;
}

/** Case-sensitive. What is no status is `UNKNOWN`, as when Java servers read JSON. */
export function statusOf(text: string): InstanceStatus {
  return INSTANCE_STATUSES.find((status) => status === text) ?? 'UNKNOWN';
}

export function actionOf(text: string): ActionType | undefined {
  return ACTION_TYPES.find((action) => action === text);
}
