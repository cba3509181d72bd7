/** How a part of a line stands out. What it says is in its words: colours alone tell nothing. */
export type Style = 'plain' | 'strong' | 'faint' | 'bar' | 'selected' | 'warning' | 'bad';

export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** One line of the screen. */
export type Line = readonly Span[];

/** Columns and rows of the terminal. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export function span(text: string, style: Style = 'plain'): Span {
  return { text, style };
}

/** Exactly `width` cells: cut, with a sign that it is, or filled up with blanks. */
export function fitted(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const characters = Array.from(text);
  if (characters.length > width) return width < 1 ? '' : `${characters.slice(0, width - 1).join('')}…`;
  const blanks = ' '.repeat(width - characters.length);
  return side === 'left' ? text + blanks : blanks + text;
}

/** `left` at the left, and `right` at the right as far as there is room for both. */
export function justified(left: string, right: string, width: number): string {
  const room = width - Array.from(right).length;
  return room < 2 ? fitted(left, width) : fitted(left, room - 1) + ' ' + right;
}

/**
 * A long line as several, broken at blanks where there are some. What follows is moved in below its beginning. In no
 * room at all there is one character on each: a terminal may be drawn that small.
 */
export function wrapped(text: string, room: number): readonly string[] {
  const width = Math.max(1, room);
  const lines: string[] = [];
  const indent = ' '.repeat(Math.min((/^ */.exec(text)?.[0].length ?? 0) + 2, Math.floor(width / 2)));
  let rest = text.trimEnd();
  while (rest.length > width) {
    const blank = rest.lastIndexOf(' ', width);
    const cut = blank > indent.length ? blank : width;
    lines.push(rest.slice(0, cut).trimEnd());
    rest = indent + rest.slice(cut).trimStart();
  }
  return [...lines, rest];
}
