const RFC3339 =
  /^(?<date>\d{4}-(?:0[1-9]|1[0-2])-(?<day>\d{2}))[Tt ](?<hours>[01]\d|2[0-3]):(?<minutes>[0-5]\d):(?<seconds>[0-5]\d|60)(?:\.(?<fraction>\d+))?(?:[Zz]|(?<sign>[+-])(?<offset>(?:[01]\d|2[0-3]):[0-5]\d))$/;

export const RFC3339_ALLOWED = 'a time as in RFC 3339 with its offset, such as "2026-03-01T10:00:00Z"';

/**
 * Returns epoch milliseconds, with finer fractions cut off; `undefined` when the text is not a valid time. A leap
 * second counts as the second after it, because computer clocks have none.
 */
export function parseRfc3339(text: string): number | undefined {
  const { date, day, hours, minutes, seconds, fraction = '', sign, offset } = RFC3339.exec(text)?.groups ?? {};
  if (date === undefined) return undefined;
  const midnight = new Date(`${date}T00:00:00Z`);
  // `Date` turns a day that the month does not have into another day or an invalid date.
  if (midnight.getUTCDate() !== Number(day)) return undefined;
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const local = midnight.getTime() + minutesOf(`${hours}:${minutes}`) * 60_000 + Number(seconds) * 1000 + ms;
  return offset === undefined ? local : local - (sign === '-' ? -1 : 1) * minutesOf(offset) * 60_000;
}

/** Epoch milliseconds as RFC 3339 in UTC, without a fraction of zero. */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** `hh:mm` */
function minutesOf(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}
