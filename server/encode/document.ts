import type { AppName } from '../../shared/model/names.ts';
import { byText } from '../../shared/model/order.ts';
import type { RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import type { Steps } from '../../shared/time-slice.ts';
import { GzipBlocks } from './gzip-blocks.ts';
import { spliceGzip, storedPiece } from './gzip-splice.ts';
import type { JobQueue } from './job-queue.ts';
import type { Item, RowCodec } from './rows.ts';
import { textOf, type Segment } from './segment.ts';
import { itemBytes, type ItemBytes } from './item-bytes.ts';
import { SegmentedDocument, type ItemChanges } from './segmented-document.ts';
import { answerOf, type Answer, type Coding, type Format } from './variant.ts';

/** Answers up to this many bytes are joined into one buffer; larger ones are sent in their pieces. */
const MAX_JOINED_BYTES = 64 * 1024;

/** What a document lists, and how it is encoded. */
export interface Contents<Row extends object> {
  readonly codec: RowCodec<Row>;
  /** The object that stands for the content: the same object means the same content. */
  of(snapshot: RegistrySnapshot): object;
  /** Every item, sorted by name. */
  all(snapshot: RegistrySnapshot): Iterable<Item<Row>>;
  /** The items that may differ; `undefined`: the log no longer reaches back so far, and all must be compared. */
  changes(before: RegistrySnapshot, now: RegistrySnapshot): ItemChanges<Row> | undefined;
  /** The text before and after the applications. */
  frame(snapshot: RegistrySnapshot): { readonly head: string; readonly tail: string };
}

/** One document in one format and detail. A request brings it up to a snapshot, at the cost of what changed. */
export class Document<Row extends object> {
  readonly #format: Format;
  readonly #contents: Contents<Row>;
  readonly #jobs: JobQueue;
  readonly #segments: SegmentedDocument<Row>;
  readonly #blocks: GzipBlocks;
  readonly #answers = new Map<Coding, Answer>();
  /** Unpacked segments of the last identity answer; dropped after a version that nobody asked for unpacked. */
  #texts: ReadonlyMap<Segment<Row>, Buffer> = new Map();
  #snapshot: RegistrySnapshot | undefined;
  #job: Promise<unknown> | undefined;

  constructor(format: Format, contents: Contents<Row>, jobs: JobQueue) {
    this.#format = format;
    this.#contents = contents;
    this.#jobs = jobs;
    this.#segments = new SegmentedDocument(contents.codec);
    this.#blocks = new GzipBlocks(storedPiece(contents.codec.separator));
  }

  /** The version that was encoded last; `undefined` before any request. */
  get version(): number | undefined {
    return this.#snapshot?.version;
  }

  /** What each item takes of the compressed answer. */
  itemBytes(): readonly ItemBytes[] {
    return this.#segments.segments.flatMap(itemBytes);
  }

  /** Ready bytes; or, while a large load is being encoded, a promise of those of this snapshot or a later one. */
  answer(snapshot: RegistrySnapshot, coding: Coding): Answer | Promise<Answer> {
    if (this.#job !== undefined) return this.#job.then(() => this.answer(snapshot, coding));
    if (this.#holds(snapshot)) {
      const ready = this.#answers.get(coding);
      if (ready !== undefined) return ready;
    }
    const made = this.#jobs.run(this.#make(snapshot, coding));
    if (made instanceof Promise) this.#job = this.#until(made);
    return made;
  }

  /** Ends with the job. Its failure concerns only the request that asked for its answer. */
  async #until(job: Promise<Answer>): Promise<void> {
    await job.catch(() => undefined);
    this.#job = undefined;
  }

  #holds(snapshot: RegistrySnapshot): boolean {
    return this.#snapshot !== undefined && this.#contents.of(this.#snapshot) === this.#contents.of(snapshot);
  }

  *#make(snapshot: RegistrySnapshot, coding: Coding): Steps<Answer> {
    // A request that waited while a later snapshot was encoded gets the later one.
    if (!this.#holds(snapshot) && snapshot.version >= (this.#snapshot?.version ?? 0)) yield* this.#bringTo(snapshot);
    const known = this.#answers.get(coding);
    if (known !== undefined) return known;
    const parts = yield* coding === 'gzip' ? this.#gzip() : this.#identity();
    const answer = answerOf({ format: this.#format, coding }, joined(parts));
    this.#answers.set(coding, answer);
    return answer;
  }

  *#bringTo(snapshot: RegistrySnapshot): Steps<void> {
    const before = this.#snapshot;
    const known = before && this.#contents.changes(before, snapshot);
    const changes = known ?? (yield* this.#compare(this.#contents.all(snapshot)));
    yield* this.#segments.update(changes);
    this.#snapshot = snapshot;
    if (changes.size === 0 && before?.version === snapshot.version) return;
    if (!this.#answers.has('identity')) this.#texts = new Map();
    this.#answers.clear();
  }

  /** What differs between the items of the segments and `all`, both sorted by name. */
  *#compare(all: Iterable<Item<Row>>): Steps<ItemChanges<Row>> {
    const changes = new Map<AppName, Item<Row> | undefined>();
    const olds = this.#segments.items();
    let old = olds.next().value;
    for (const item of all) {
      for (; old !== undefined && byText(old.name, item.name) < 0; old = olds.next().value)
        changes.set(old.name, undefined);
      if (old?.rows !== item.rows) changes.set(item.name, item);
      if (old?.name === item.name) old = olds.next().value;
      yield;
    }
    for (; old !== undefined; old = olds.next().value) changes.set(old.name, undefined);
    return changes;
  }

  #frame(): { readonly head: Buffer; readonly tail: Buffer } {
    const { head = '', tail = '' } = this.#snapshot === undefined ? {} : this.#contents.frame(this.#snapshot);
    return { head: Buffer.from(head), tail: Buffer.from(tail) };
  }

  *#identity(): Steps<readonly Buffer[]> {
    const { head, tail } = this.#frame();
    const texts = new Map<Segment<Row>, Buffer>();
    const parts = [head];
    for (const segment of this.#segments.segments) {
      const text = this.#texts.get(segment) ?? textOf(segment);
      if (texts.size > 0) parts.push(this.#contents.codec.separator);
      texts.set(segment, text);
      parts.push(text);
      yield;
    }
    this.#texts = texts;
    parts.push(tail);
    return parts;
  }

  *#gzip(): Steps<readonly Buffer[]> {
    const { head, tail } = this.#frame();
    const blocks = yield* this.#blocks.of(this.#segments.segments.map(({ piece }) => piece));
    return spliceGzip([storedPiece(head), ...blocks, storedPiece(tail)]);
  }
}

function joined(parts: readonly Buffer[]): readonly Buffer[] {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  return size <= MAX_JOINED_BYTES ? [Buffer.concat(parts)] : parts;
}
