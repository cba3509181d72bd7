import { ESCAPE } from './key.ts';
import type { Line, Style } from './line.ts';

const CSI = `${ESCAPE}[`;

/**
 * An alternate screen, so that what was on the terminal comes back at the end; without a cursor, and without wrapping,
 * so that a character that is wider than we count moves nothing else.
 */
export const OPEN_SCREEN = `${CSI}?1049h${CSI}?25l${CSI}?7l`;
export const CLOSE_SCREEN = `${CSI}0m${CSI}?7h${CSI}?25h${CSI}?1049l`;

/** Terminals that know these show all that is between them at once; others ignore them. */
const BEGIN = `${CSI}?2026h`;
const END = `${CSI}?2026l`;

/** Codes of the sixteen colours, which each terminal shows as its user likes them on light and on dark. */
const COLOURED: Readonly<Record<Style, string>> = {
  plain: '0',
  strong: '0;1',
  faint: '0;2',
  bar: '0;1;4',
  selected: '0;7',
  warning: '0;33',
  bad: '0;31',
};

const COLOURLESS: Readonly<Record<Style, string>> = { ...COLOURED, warning: '0', bad: '0;1' };

/** The text of each row of the screen. `colours`: 'none' as https://no-color.org asks for. */
export function paintLines(lines: readonly Line[], colours: 'some' | 'none'): readonly string[] {
  const codes = colours === 'some' ? COLOURED : COLOURLESS;
  return lines.map((line) => line.map(({ text, style }) => `${CSI}${codes[style]}m${text}`).join(''));
}

/** What makes the screen show `after` where it shows `before`: rows that are the same are not written again. */
export function repaint(before: readonly string[], after: readonly string[]): string {
  const rows = after.flatMap((text, i) => (text === before[i] ? [] : `${CSI}${i + 1};1H${text}`));
  return rows.length === 0 ? '' : `${BEGIN}${rows.join('')}${CSI}0m${END}`;
}
