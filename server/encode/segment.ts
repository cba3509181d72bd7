import { deflatePiece, deflatePieceElsewhere, inflatePiece, type GzipPiece } from './gzip-splice.ts';
import type { Named } from '../../shared/collections/named-list.ts';
import type { Item, RowCodec } from './rows.ts';

/**
 * How far back a piece may refer into the one before it, in bytes. The longest reach that deflate allows (32 KiB)
 * compresses no better, takes longer, and would let each change dirty the following piece too.
 */
const MAX_BACK_REFERENCE_BYTES = 4096;

/**
 * A run of whole applications, encoded and compressed. Only the compressed form is kept: the text of all variants would
 * take more memory than the registry. It is unpacked when a part of it can be used again.
 */
export interface Segment<Row extends object> extends Named {
  /** Never empty; the name of the segment is that of the first. */
  readonly items: readonly Item<Row>[];
  /** Byte offsets in the text. For each item: its start and its end, then the start and end of each of its rows. */
  readonly bounds: Uint32Array;
  readonly piece: GzipPiece;
  /** The last bytes before the text in the document, which the piece refers to. */
  readonly dictionary: Buffer;
  /** The dictionary of the segment that follows. */
  readonly tail: Buffer;
}

const EMPTY = Buffer.alloc(0);

/** Items with their text, from a `SegmentWriter`. */
export interface Written<Row extends object> {
  readonly items: readonly Item<Row>[];
  readonly bounds: Uint32Array;
  readonly text: Buffer;
}

/**
 * Compresses a segment; `undefined` without items. `preceding`: the segment before it in the document. Between segments is
 * the same separator as between items.
 */
export function makeSegment<Row extends object>(
  written: Written<Row>,
  codec: RowCodec<Row>,
  preceding: Segment<Row> | undefined,
): Segment<Row> | undefined {
  const begun = beginSegment(written, codec, preceding?.tail);
  return begun && { ...begun, piece: deflatePiece(written.text, begun.dictionary, codec.level) };
}

/** The same on another thread. The tail, which the next segment needs, is there at once. */
export function makeSegmentElsewhere<Row extends object>(
  written: Written<Row>,
  codec: RowCodec<Row>,
  precedingTail: Buffer | undefined,
): { readonly tail: Buffer; readonly segment: Promise<Segment<Row>> } | undefined {
  const begun = beginSegment(written, codec, precedingTail);
  if (begun === undefined) return undefined;
  // The writer goes on in the same memory. A copy for each segment is what a first load pays for that, and no other.
  const piece = deflatePieceElsewhere(Buffer.from(written.text), begun.dictionary, codec.level);
  return { tail: begun.tail, segment: piece.then((made) => ({ ...begun, piece: made })) };
}

function beginSegment<Row extends object>(
  { items, bounds, text }: Written<Row>,
  { separator }: RowCodec<Row>,
  dictionary: Buffer = EMPTY,
): Omit<Segment<Row>, 'piece'> | undefined {
  const [first] = items;
  return first && { name: first.name, items, bounds, dictionary, tail: lastOf(text, separator) };
}

/** The end of the text and the separator behind it, in memory of their own. */
function lastOf(text: Buffer, separator: Buffer): Buffer {
  const end = text.subarray(Math.max(0, text.length + separator.length - MAX_BACK_REFERENCE_BYTES));
  const tail = Buffer.allocUnsafeSlow(end.length + separator.length);
  end.copy(tail);
  separator.copy(tail, end.length);
  return tail;
}

/** The segment behind another one than before: compressed again only when the bytes that it refers to are different. */
export function follow<Row extends object>(
  segment: Segment<Row>,
  { level }: RowCodec<Row>,
  preceding: Segment<Row> | undefined,
): Segment<Row> {
  const dictionary = preceding?.tail ?? EMPTY;
  if (dictionary === segment.dictionary || dictionary.equals(segment.dictionary)) return segment;
  return { ...segment, dictionary, piece: deflatePiece(textOf(segment), dictionary, level) };
}

export function textOf<Row extends object>({ piece, dictionary }: Segment<Row>): Buffer {
  return inflatePiece(piece, dictionary);
}
