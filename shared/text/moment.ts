import { parseDuration } from './duration.ts';
import { parseRfc3339 } from './rfc3339.ts';

export const MOMENT_ALLOWED = 'a time such as 2026-03-01T10:00:00Z, or how long ago: -5m';

/** A time as people write it in a URL, RFC 3339 or how long ago (`-5m`), in epoch milliseconds; `undefined`: neither. */
export function parseMoment(text: string, now: number): number | undefined {
  const ago = text.startsWith('-') ? parseDuration(text.slice(1)) : undefined;
  // A plus sign of the offset that was not escaped arrives as a blank.
  return ago === undefined ? parseRfc3339(text.replace(/ (?=\d{2}:\d{2}$)/, '+')) : now - ago;
}
