import type { Item, RowCodec } from './rows.ts';
import type { Written } from './segment.ts';
import { rowsOf, type UnpackedItem } from './unpacked-item.ts';

/** The first size of a buffer: more than a segment has, but for one with a huge application. */
const INITIAL_BYTES = 192 * 1024;
/** A buffer that a huge application has made larger than this is not kept. */
const MAX_KEPT_BYTES = 1024 * 1024;
/** Of one UTF-16 unit in UTF-8. */
const MAX_BYTES_PER_CHARACTER = 3;

/**
 * Writes items one after the other into one buffer that is used again. Without that, a load of 100,000 instances would
 * leave hundreds of megabytes of buffers to the garbage collector, whose pauses delay every request.
 */
export class SegmentWriter<Row extends object> {
  readonly #codec: RowCodec<Row>;
  #buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  /** The rest after `take` moves here, because the text that was taken is still in use. */
  #spare = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #size = 0;
  #items: Item<Row>[] = [];
  /** As `Segment.bounds`. */
  #bounds: number[] = [];

  constructor(codec: RowCodec<Row>) {
    this.#codec = codec;
  }

  /** Bytes of text so far. */
  get size(): number {
    return this.#size;
  }

  /** Copies an item that stays as it is. */
  copy({ item, text, bounds }: UnpackedItem<Row>): void {
    this.#separate();
    const [start = 0, end = 0] = bounds;
    for (const bound of bounds) this.#bounds.push(bound - start + this.#size);
    this.#bytes(text, start, end);
    this.#items.push(item);
  }

  /** Encodes an item. Rows that it had `before` are copied: a change of one instance must not cost the other 999. */
  encode(item: Item<Row>, before: UnpackedItem<Row> | undefined): void {
    this.#separate();
    const { head, separator, tail } = this.#codec.frame(item.name);
    const known = before && rowsOf(before);
    const at = this.#bounds.push(this.#size, 0) - 2;
    this.#string(head);
    for (const [i, row] of item.rows.entries()) {
      if (i > 0) this.#string(separator);
      const start = this.#size;
      const bytes = known?.get(row);
      if (before === undefined || bytes === undefined) this.#string(this.#codec.row(row));
      else this.#bytes(before.text, ...bytes);
      this.#bounds.push(start, this.#size);
    }
    this.#string(tail);
    this.#bounds[at + 1] = this.#size;
    this.#items.push(item);
  }

  /** Takes out the first items, until their text has `bytes` or more. The text is valid until the next call. */
  take(bytes = Number.POSITIVE_INFINITY): Written<Row> {
    let count = 0;
    let length = 0;
    let end = 0;
    while (count < this.#items.length && end < bytes) {
      end = this.#bounds[length + 1] ?? 0;
      length += 2 + (this.#items[count]?.rows.length ?? 0) * 2;
      count++;
    }
    const taken = {
      items: this.#items.slice(0, count),
      bounds: Uint32Array.from(this.#bounds.slice(0, length)),
      text: this.#buffer.subarray(0, end),
    };
    if (count === this.#items.length) this.clear();
    else this.#drop(count, length, end + this.#codec.separator.length);
    return taken;
  }

  clear(): void {
    if (this.#buffer.length > MAX_KEPT_BYTES) this.#buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
    this.#size = 0;
    this.#items = [];
    this.#bounds = [];
  }

  #drop(count: number, length: number, end: number): void {
    const rest = this.#buffer.subarray(end, this.#size);
    [this.#buffer, this.#spare] = [this.#spare, this.#buffer];
    this.#size = 0;
    this.#bytes(rest, 0, rest.length);
    this.#items = this.#items.slice(count);
    this.#bounds = this.#bounds.slice(length).map((bound) => bound - end);
  }

  #separate(): void {
    const { separator } = this.#codec;
    if (this.#items.length > 0) this.#bytes(separator, 0, separator.length);
  }

  #string(text: string): void {
    this.#reserve(text.length * MAX_BYTES_PER_CHARACTER);
    this.#size += this.#buffer.write(text, this.#size, 'utf8');
  }

  #bytes(from: Buffer, start: number, end: number): void {
    this.#reserve(end - start);
    from.copy(this.#buffer, this.#size, start, end);
    this.#size += end - start;
  }

  #reserve(bytes: number): void {
    if (this.#size + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#size + bytes));
    this.#buffer.copy(larger, 0, 0, this.#size);
    this.#buffer = larger;
  }
}
