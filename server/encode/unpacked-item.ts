import type { Item } from './rows.ts';
import { textOf, type Segment } from './segment.ts';

/** An item with its text, whole and row by row. */
export interface UnpackedItem<Row extends object> {
  readonly item: Item<Row>;
  /** The text of the whole segment. */
  readonly text: Buffer;
  /** Byte offsets in the text: start and end of the item, then of each of its rows. */
  readonly bounds: Uint32Array;
}

export function unpack<Row extends object>(segment: Segment<Row>): readonly UnpackedItem<Row>[] {
  const text = textOf(segment);
  let next = 0;
  return segment.items.map((item) => {
    const start = next;
    next += 2 + item.rows.length * 2;
    return { item, text, bounds: segment.bounds.subarray(start, next) };
  });
}

/** The byte offsets of each row in the text. */
export function rowsOf<Row extends object>({
  item,
  bounds,
}: UnpackedItem<Row>): ReadonlyMap<Row, readonly [start: number, end: number]> {
  return new Map(item.rows.map((row, i) => [row, [bounds[2 + i * 2] ?? 0, bounds[3 + i * 2] ?? 0]]));
}
