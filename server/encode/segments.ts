import type { MergedApplication } from '../../shared/registry/application.ts';
import { byText } from '../../shared/model/order.ts';
import { deflatePiece, type GzipPiece } from './gzip-splice.ts';

/** Text sizes in bytes: a re-encoded segment above the upper bound is split, small neighbours are joined. */
const TARGET = 64 * 1024;
const LARGEST = 128 * 1024;

/** A run of whole applications, encoded. */
export interface Segment {
  readonly applications: readonly MergedApplication[];
  readonly texts: readonly Buffer[];
  readonly text: Buffer;
}

interface Encoded {
  readonly application: MergedApplication;
  readonly text: Buffer;
}

/**
 * The applications of a document in segments. Update re-encodes the applications that are new objects and rebuilds the
 * segments they stand in; all others are shared with the version before. Walking the applications compares references
 * only: some 20 µs per 10,000, against the milliseconds that encoding them would take.
 */
export class SegmentedDocument {
  readonly #encode: (application: MergedApplication) => Buffer;
  readonly #separator: Buffer;
  #segments: readonly Segment[] = [];
  /** Compressed form of a segment, and the segment that preceded it when it was made. */
  readonly #deflated = new WeakMap<Segment, { readonly before: Segment | undefined; readonly piece: GzipPiece }>();

  constructor(encode: (application: MergedApplication) => Buffer, separator: Buffer) {
    this.#encode = encode;
    this.#separator = separator;
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  update(applications: readonly MergedApplication[]): void {
    const served = applications.filter(({ served }) => served.length > 0);
    const next: Segment[] = [];
    let start = 0;
    for (const [position, segment] of this.#segments.entries()) {
      const following = this.#segments[position + 1]?.applications[0]?.name;
      let end = start;
      while (end < served.length && (following === undefined || byText(served[end]?.name ?? '', following) < 0)) end++;
      this.#place(next, segment, served.slice(start, end));
      start = end;
    }
    if (this.#segments.length === 0) this.#place(next, undefined, served);
    this.#segments = next;
  }

  /** The compressed pieces, one per segment. Only segments that changed, and the one after each, are compressed. */
  pieces(): readonly GzipPiece[] {
    return this.#segments.map((segment, position) => {
      const before = this.#segments[position - 1];
      const known = this.#deflated.get(segment);
      if (known !== undefined && known.before === before) return known.piece;
      // What precedes the segment in the document is the segment before it and the separator: its dictionary.
      const preceding =
        before === undefined ? Buffer.alloc(0) : Buffer.concat([before.text.subarray(-TARGET), this.#separator]);
      const piece = deflatePiece(segment.text, preceding);
      this.#deflated.set(segment, { before, piece });
      return piece;
    });
  }

  #place(next: Segment[], old: Segment | undefined, applications: readonly MergedApplication[]): void {
    if (applications.length === 0) return;
    if (old !== undefined && sameApplications(old.applications, applications)) {
      next.push(old);
      return;
    }
    let encoded = this.#encodeAll(old, applications);
    const last = next.at(-1);
    if (last !== undefined && last.text.length + sizeOf(encoded) < TARGET) {
      next.pop();
      encoded = [
        ...last.applications.map((application, i) => ({
          application,
          text: last.texts[i] ?? this.#encode(application),
        })),
        ...encoded,
      ];
    }
    for (const run of split(encoded)) next.push(this.#segment(run));
  }

  #encodeAll(old: Segment | undefined, applications: readonly MergedApplication[]): readonly Encoded[] {
    const known = new Map(old?.applications.map(({ served }, i) => [served, old.texts[i]]));
    return applications.map((application) => ({
      application,
      text: known.get(application.served) ?? this.#encode(application),
    }));
  }

  #segment(run: readonly Encoded[]): Segment {
    const texts = run.map(({ text }) => text);
    const joined = texts.flatMap((text, i) => (i === 0 ? [text] : [this.#separator, text]));
    return { applications: run.map(({ application }) => application), texts, text: Buffer.concat(joined) };
  }
}

function sameApplications(a: readonly MergedApplication[], b: readonly MergedApplication[]): boolean {
  return a.length === b.length && a.every((application, i) => application.served === b[i]?.served);
}

function sizeOf(encoded: readonly Encoded[]): number {
  return encoded.reduce((sum, { text }) => sum + text.length, 0);
}

/** Runs of about the target size; a run within the upper bound is left whole. */
function split(encoded: readonly Encoded[]): readonly (readonly Encoded[])[] {
  if (sizeOf(encoded) <= LARGEST) return [encoded];
  const runs: Encoded[][] = [];
  let run: Encoded[] = [];
  let size = 0;
  for (const each of encoded) {
    run.push(each);
    size += each.text.length;
    if (size >= TARGET) {
      runs.push(run);
      run = [];
      size = 0;
    }
  }
  if (run.length > 0) runs.push(run);
  return runs;
}
