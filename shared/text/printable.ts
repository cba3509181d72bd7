/** Columns padded to their widest cell, two blanks between them, no trailing blanks: what people read in a terminal. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The same block further right, so that it is seen to belong to what stands above it. */
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

export function time(ms: number): string {
  return new Date(ms).toISOString();
}

/** Host names, ids and annotations are other people's words: none of them may steer the reader's terminal. */
export function printable(text: string): string {
  return text.replace(/[^\n\x20-\x7e\u00a0-\uffff]/g, '?');
}
