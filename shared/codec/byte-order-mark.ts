/** The text without a byte order mark at its start. Java servers accept one from the wire; our parsers do not. */
export function withoutByteOrderMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
