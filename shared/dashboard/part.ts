/** Rows of a part, as many as are readable without JavaScript. */
export const PART_ROWS = 50;

/** One part of a long list. */
export interface Part<T> {
  /** From 1. */
  readonly page: number;
  readonly pages: number;
  readonly rows: readonly T[];
  /** How many rows all parts have together. */
  readonly matching: number;
}

/** `asked`: what the query says; what cannot be read is the first part, and beyond the last one is the last one. */
export function partOf<T>(rows: readonly T[], asked: string | undefined): Part<T> {
  const pages = Math.max(1, Math.ceil(rows.length / PART_ROWS));
  const page = Math.min(pages, Math.max(1, Number.parseInt(asked ?? '1', 10) || 1));
  return { page, pages, rows: rows.slice((page - 1) * PART_ROWS, page * PART_ROWS), matching: rows.length };
}
