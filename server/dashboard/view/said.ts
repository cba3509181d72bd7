import { printable } from '../../../shared/text/printable.ts';

const MAX_LENGTH = 300;

/** A text of somebody else, for a page. The elements escape it; this keeps it from running backwards or on for ever. */
export function said(text: string): string {
  return printable(text, MAX_LENGTH);
}

/** A line of a report as a sentence. */
export function sentence(line: string): string {
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}${/[.?!]$/.test(line) ? '' : '.'}`;
}
