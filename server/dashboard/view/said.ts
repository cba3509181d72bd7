import { printable } from '../../../shared/text/printable.ts';

const MAX_LENGTH = 300;

/** A text of somebody else, for a page. The elements escape it; this keeps it from running backwards or on for ever. */
export function said(text: string): string {
  return printable(text, MAX_LENGTH);
}

/** A line of a report as a sentence. */
export function sentence(line: string): string {
  return ended(`${line.charAt(0).toUpperCase()}${line.slice(1)}`);
}

/** A line that begins with an identifier, as a sentence: somebody may copy the identifier. */
export function ended(line: string): string {
  return /[.?!]$/.test(line) ? line : `${line}.`;
}
