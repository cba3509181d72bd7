const DIRTY = 'lastDirtyTimestamp';
/** A number of so many digits is exact in JavaScript, and fits a Java long. */
const MAX_DIGITS = 15;
const ZERO = 48;
const NINE = 57;

export interface Heartbeat {
  readonly app: string;
  readonly id: string;
  /** Epoch milliseconds; absent when the client gave none. */
  readonly lastDirtyTimestamp: number | undefined;
}

/**
 * Parses the URL of a heartbeat: `<prefix>APP/ID?status=UP&lastDirtyTimestamp=1`. `undefined` for every other URL, and
 * for the forms that only the ordinary route judges: repeated or trailing slashes, fragments, escapes outside the id,
 * numbers in another notation. It searches for characters: a pattern would take as long as the rest of a heartbeat.
 */
export function readHeartbeat(url: string, prefixes: readonly string[]): Heartbeat | undefined {
  const prefix = prefixes.find((each) => url.startsWith(each));
  if (prefix === undefined) return undefined;
  const slash = url.indexOf('/', prefix.length);
  if (slash <= prefix.length || url.includes('#')) return undefined;
  const mark = url.indexOf('?', prefix.length);
  const end = mark < 0 ? url.length : mark;
  const next = url.indexOf('/', slash + 1);
  if (end <= slash + 1 || (next >= 0 && next < end)) return undefined;
  const app = url.slice(prefix.length, slash);
  const id = unescaped(url.slice(slash + 1, end));
  if (id === undefined || app.includes('%')) return undefined;
  if (mark < 0) return { app, id, lastDirtyTimestamp: undefined };
  const dirty = dirtyIn(url, mark);
  return dirty === 'odd' ? undefined : { app, id, lastDirtyTimestamp: dirty };
}

/** Ids have colons, which some clients escape. */
function unescaped(id: string): string | undefined {
  if (!id.includes('%')) return id;
  try {
    return decodeURIComponent(id);
  } catch {
    return undefined;
  }
}

/** The timestamp in the query that begins at `mark`; `odd`: only the ordinary route can judge it. */
function dirtyIn(url: string, mark: number): number | undefined | 'odd' {
  // An escape may stand for any letter of the key.
  if (url.indexOf('%', mark) >= 0 || url.indexOf('+', mark) >= 0) return 'odd';
  const key = url.indexOf(DIRTY, mark);
  if (key < 0) return undefined;
  // A second question mark belongs to the key behind it.
  const beginsKey = key - 1 === mark || url[key - 1] === '&';
  const first = key + DIRTY.length + 1;
  if (!beginsKey || url[first - 1] !== '=') return 'odd';
  let value = 0;
  let at = first;
  for (; at < url.length; at++) {
    const digit = url.charCodeAt(at);
    if (digit < ZERO || digit > NINE) break;
    value = value * 10 + digit - ZERO;
  }
  const digits = at - first;
  return digits > 0 && digits <= MAX_DIGITS && (at === url.length || url[at] === '&') ? value : 'odd';
}
