/** Characters of one cell. An id of half a megabyte must not make all other rows as wide. */
const MAX_CELL_LENGTH = 100;

/**
 * A table for a terminal: columns padded to their widest cell, two blanks between them, no trailing blanks. `below`: the
 * lines that belong to each row.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  below: readonly (readonly string[])[] = [],
): string {
  const all = [head, ...rows.map((row) => row.map((cell) => printable(cell, MAX_CELL_LENGTH)))];
  const widths = head.map(() => 0);
  for (const row of all)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return lines.flatMap((line, i) => [line, ...(below[i - 1] ?? [])]).join('\n');
}

/** The block moved to the right, so that it visibly belongs to the line above it. */
export function indent(block: string, columns = 2): string {
  return block.replace(/^(?=.)/gm, ' '.repeat(columns));
}

/** `1 entry`, `2 entries`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `3 s`, `4 min`, `2 h`, `5 d`: an age in the largest unit that fits. */
export function age(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = ms / 1000;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** How long ago that moment (RFC 3339) was, for a column; clocks of several machines are no finer than a second. */
export function sinceText(moment: string | undefined, now: number): string {
  if (moment === undefined) return 'unknown';
  const ms = now - Date.parse(moment);
  return ms < 1000 ? '< 1 s' : age(ms);
}

/** The largest time that a `Date` holds, in milliseconds before and after 1970. */
const MAX_DATE_MS = 8.64e15;

/** RFC 3339; `undefined` for what is no moment, such as a client's 0 or Java's largest number. */
export function time(ms: number): string | undefined {
  return ms > 0 && ms <= MAX_DATE_MS ? new Date(ms).toISOString() : undefined;
}

/** `14:03:27`, UTC, of an RFC 3339 time; `-` where there is none. */
export function clockTime(at: string | undefined): string {
  return at === undefined ? '-' : (/T(\d\d:\d\d:\d\d)/.exec(at)?.[1] ?? '-');
}

/**
 * A text of somebody else, such as a host name, an id or an annotation, made safe to print. It can neither control the
 * reader's terminal (escapes, text that runs backwards, characters without width) nor look like a line of ours. A text
 * of more than `maxLength` characters is cut and ends in `…`.
 */
export function printable(text: string, maxLength = 1000): string {
  const cut = text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, '?');
}
