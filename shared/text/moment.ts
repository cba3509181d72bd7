import { parseDuration } from './duration.ts';
import { parseRfc3339 } from './rfc3339.ts';

export const MOMENT_EXAMPLES = '2026-03-01T10:00:00Z, 14:03 (UTC, the last time that it was), or how long ago: -5m';
export const MOMENT_ALLOWED = `a time such as ${MOMENT_EXAMPLES}`;

const DAY_MS = 86_400_000;
/** What an alert or a chat message says. */
const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?Z?$/;

/**
 * A time as people write it in a URL, in epoch milliseconds: RFC 3339, a time of the last 24 hours (`14:03`, UTC) or how
 * long ago (`-5m`); `undefined`: none of these.
 */
export function parseMoment(text: string, now: number): number | undefined {
  if (TIME_OF_DAY.test(text)) return timeOfDay(text.replace('Z', ''), now);
  const ago = text.startsWith('-') ? parseDuration(text.slice(1)) : undefined;
  // A plus sign of the offset that was not escaped arrives as a blank.
  return ago === undefined ? parseRfc3339(text.replace(/ (?=\d{2}:\d{2}$)/, '+')) : now - ago;
}

function timeOfDay(text: string, now: number): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
  const today = now - (now % DAY_MS) + ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return today > now ? today - DAY_MS : today;
}
