import { fitted } from './line.ts';

/** A column of a list. Widths are in cells of the terminal. */
export interface Column {
  readonly head: string;
  readonly side?: 'left' | 'right';
  /** What it may shrink to where there is little room; absent: it keeps its width. */
  readonly least?: number;
  /** Left out where there is no room, the highest number first; absent: it stays. */
  readonly spare?: number;
}

/** The index of a column, and its width. */
export interface Placed {
  readonly index: number;
  readonly width: number;
}

const GAP = 2;

/** Places the columns of a list in `room` cells: first wide ones shrink, then spare ones go. */
export function placeColumns(
  columns: readonly Column[],
  rows: readonly { readonly cells: readonly string[] }[],
  room: number,
): readonly Placed[] {
  const natural = columns.map(({ head }, index) =>
    rows.reduce((width, { cells }) => Math.max(width, cells[index]?.length ?? 0), head.length),
  );
  let kept = columns.map((_, index) => index);
  for (;;) {
    const placed = shrunk(
      columns,
      kept.map((index) => ({ index, width: natural[index] ?? 0 })),
      room,
    );
    const spare = kept.filter((index) => columns[index]?.spare !== undefined);
    if (widthOf(placed) <= room || spare.length === 0) return placed;
    const first = spare.reduce((a, b) => ((columns[b]?.spare ?? 0) > (columns[a]?.spare ?? 0) ? b : a));
    kept = kept.filter((index) => index !== first);
  }
}

/** The widest gives first, so that no column is cut to a stump beside a wide one. */
function shrunk(columns: readonly Column[], placed: readonly Placed[], room: number): readonly Placed[] {
  let result = placed;
  for (let excess = widthOf(result) - room; excess > 0; excess--) {
    const yielding = result.filter(({ index, width }) => width > (columns[index]?.least ?? width));
    if (yielding.length === 0) return result;
    const widest = yielding.reduce((a, b) => (b.width > a.width ? b : a));
    result = result.map((each) => (each === widest ? { ...each, width: each.width - 1 } : each));
  }
  return result;
}

function widthOf(placed: readonly Placed[]): number {
  return placed.reduce((sum, { width }) => sum + width, GAP * Math.max(0, placed.length - 1));
}

export function placedCells(columns: readonly Column[], placed: readonly Placed[], cells: readonly string[]): string {
  return placed
    .map(({ index, width }) => fitted(cells[index] ?? '', width, columns[index]?.side))
    .join(' '.repeat(GAP));
}
