/**
 * A text of at most `maxLength` characters in memory of its own. The engine copies nothing for a part of a text, which so
 * keeps the whole: a short name out of a URL of 16 KiB takes 16 KiB for as long as it is remembered.
 */
export function ownCopy(text: string, maxLength: number): string {
  // A text that is put together is copied when a part of it is taken.
  return ` ${text.slice(0, maxLength)}`.slice(1);
}
