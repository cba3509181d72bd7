import type { AppName } from '../../shared/model/names.ts';
import { byText } from '../../shared/model/order.ts';
import { positionOf, replaceByName } from '../../shared/collections/named-list.ts';
import type { Steps } from '../../shared/time-slice.ts';
import type { Item, RowCodec } from './rows.ts';
import { SegmentWriter } from './segment-writer.ts';
import { follow, makeSegment, makeSegmentElsewhere, type Segment } from './segment.ts';
import { unpack, type UnpackedItem } from './unpacked-item.ts';

/** Sizes of text: a rebuilt segment above the maximum is cut at the target; small neighbours are joined. */
const TARGET_BYTES = 32 * 1024;
const MAX_SEGMENT_BYTES = 64 * 1024;
/** A first load of more items is compressed on other threads: it takes many slices in any case. */
const MIN_ELSEWHERE = 250;
/** Segments that are being compressed at a time. */
const MAX_ELSEWHERE = 8;

/** New states of items; `undefined`: the item is gone. */
export type ItemChanges<Row extends object> = ReadonlyMap<AppName, Item<Row> | undefined>;

/**
 * The items of a document in segments, sorted by name. An update encodes the new rows, rebuilds the segments that have
 * them, and shares all others with the version before.
 */
export class SegmentedDocument<Row extends object> {
  readonly #codec: RowCodec<Row>;
  readonly #writer: SegmentWriter<Row>;
  #segments: readonly Segment<Row>[] = [];

  constructor(codec: RowCodec<Row>) {
    this.#codec = codec;
    this.#writer = new SegmentWriter(codec);
  }

  get segments(): readonly Segment<Row>[] {
    return this.#segments;
  }

  *items(): Generator<Item<Row>, undefined> {
    for (const { items } of this.#segments) yield* items;
  }

  /**
   * Takes in changes, in steps of less than a millisecond as a rule. Each step allocates little: while the collector
   * marks, any buffer or stream of zlib may cost 5 ms of marking. `segments` stays as it was until the last step.
   */
  *update(changes: ItemChanges<Row>): Steps<void> {
    const old = this.#segments;
    // An update before this one may have broken off.
    this.#writer.clear();
    if (old.length === 0 && changes.size > MIN_ELSEWHERE) {
      this.#segments = yield* this.#load(changes);
      return;
    }
    const next: Segment<Row>[] = [];
    let position = 0;
    for (const [at, group] of this.#groups(changes)) {
      for (; position < at; position++) if (this.#append(next, old[position])) yield;
      yield* this.#rebuild(next, old[position++], group);
    }
    for (; position < old.length; position++) if (this.#append(next, old[position])) yield;
    this.#segments = next;
  }

  /** The segments of a first load. They are compressed while the next ones are encoded. */
  *#load(changes: ItemChanges<Row>): Steps<readonly Segment<Row>[]> {
    const segments: Segment<Row>[] = [];
    const made: Promise<void>[] = [];
    let tail: Buffer | undefined;
    const flush = (bytes?: number): void => {
      const begun = makeSegmentElsewhere(this.#writer.take(bytes), this.#codec, tail);
      if (begun === undefined) return;
      const at = made.length;
      const done = begun.segment.then((segment) => void (segments[at] = segment));
      // Whoever waits for it hears of a failure; a load that has broken off does not.
      done.catch(() => undefined);
      made.push(done);
      tail = begun.tail;
    };
    for (const name of [...changes.keys()].toSorted(byText)) {
      const item = changes.get(name);
      if (item === undefined) continue;
      this.#writer.encode(item, undefined);
      const full = this.#writer.size > MAX_SEGMENT_BYTES;
      if (full) flush(TARGET_BYTES);
      yield full ? made.at(-MAX_ELSEWHERE) : undefined;
    }
    flush();
    yield Promise.all(made);
    return segments;
  }

  /** The changes, grouped by the position of their segment, in order. */
  *#groups(changes: ItemChanges<Row>): Generator<readonly [at: number, group: ItemChanges<Row>]> {
    let group = new Map<AppName, Item<Row> | undefined>();
    let at = 0;
    for (const name of [...changes.keys()].toSorted(byText)) {
      const after = positionOf(this.#segments, name);
      const position = this.#segments[after]?.name === name ? after : Math.max(0, after - 1);
      if (group.size > 0 && position !== at) {
        yield [at, group];
        group = new Map();
      }
      at = position;
      group.set(name, changes.get(name));
    }
    if (group.size > 0) yield [at, group];
  }

  /** Appends a segment that stays; returns whether it had to be compressed again. */
  #append(next: Segment<Row>[], segment: Segment<Row> | undefined): boolean {
    if (segment === undefined) return false;
    const following = follow(segment, this.#codec, next.at(-1));
    next.push(following);
    return following !== segment;
  }

  *#rebuild(next: Segment<Row>[], old: Segment<Row> | undefined, changes: ItemChanges<Row>): Steps<void> {
    // A step ends before each compression and not after it: the last step of an ordinary change goes on to the answer.
    yield;
    const before: UnpackedItem<Row>[] = old === undefined ? [] : [...unpack(old)];
    yield;
    const last = next.at(-1);
    if (last !== undefined && last.piece.length + (old?.piece.length ?? 0) < TARGET_BYTES) {
      next.pop();
      before.unshift(...unpack(last));
      yield;
    }
    const known = new Map(before.map((unpacked) => [unpacked.item.name, unpacked]));
    const items = replaceByName(
      before.map(({ item }) => item),
      changes,
    );
    const flush = (bytes?: number): void => {
      const segment = makeSegment(this.#writer.take(bytes), this.#codec, next.at(-1));
      if (segment !== undefined) next.push(segment);
    };
    for (const item of items) {
      const unpacked = known.get(item.name);
      if (unpacked?.item === item) this.#writer.copy(unpacked);
      else this.#writer.encode(item, unpacked);
      if (this.#writer.size > MAX_SEGMENT_BYTES) flush(TARGET_BYTES);
      yield;
    }
    if (this.#writer.size > 0) flush();
  }
}
