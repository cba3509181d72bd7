import type { AppName } from '../../shared/model/names.ts';
import type { Segment } from './segment.ts';

/** What one item takes of a compressed document. */
export interface ItemBytes {
  readonly name: AppName;
  readonly rows: number;
  readonly bytes: number;
}

/** The items of a segment are compressed together: each has the share of the bytes that it has of the text. */
export function itemBytes<Row extends object>({ items, bounds, piece }: Segment<Row>): readonly ItemBytes[] {
  const ratio = piece.length === 0 ? 0 : piece.deflated.length / piece.length;
  let next = 0;
  return items.map(({ name, rows }) => {
    const text = (bounds[next + 1] ?? 0) - (bounds[next] ?? 0);
    next += 2 + rows.length * 2;
    return { name, rows: rows.length, bytes: text * ratio };
  });
}
