/** The order of ids and names, the same on every machine: by UTF-16 code units, not by locale. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
