import type { RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import { codecOf } from './codec.ts';
import { spliceGzip, storedPiece, type GzipPiece } from './gzip-splice.ts';
import { SegmentedDocument } from './segments.ts';
import { answerOf, type Answer, type Coding, type Detail, type Format } from './variant.ts';

/** Identity documents up to this many bytes are joined into one buffer; larger ones are sent in their pieces. */
const JOIN_LIMIT = 1024 * 1024;

/** The whole registry in one format and detail: brought up to a snapshot on request, at the cost of what changed. */
export class FullDocument {
  readonly #format: Format;
  readonly #segments: SegmentedDocument;
  readonly #detail: Detail;
  readonly #separator: Buffer;
  readonly #separatorPiece: GzipPiece;
  readonly #answers = new Map<Coding, Answer>();
  #applications: RegistrySnapshot['applications'] | undefined;

  constructor(format: Format, detail: Detail) {
    const codec = codecOf(format);
    this.#format = format;
    this.#detail = detail;
    this.#separator = Buffer.from(codec.frame(detail, '', '').separator);
    this.#separatorPiece = storedPiece(this.#separator);
    this.#segments = new SegmentedDocument(
      ({ name, served }) => Buffer.from(codec.application(name, served, detail), 'utf8'),
      this.#separator,
    );
  }

  answer(snapshot: RegistrySnapshot, coding: Coding): Answer {
    if (this.#applications !== snapshot.applications) {
      this.#segments.update(snapshot.applications);
      this.#applications = snapshot.applications;
      this.#answers.clear();
    }
    let answer = this.#answers.get(coding);
    if (answer === undefined) {
      answer = answerOf(
        { format: this.#format, coding },
        coding === 'gzip' ? [this.#gzip(snapshot)] : this.#identity(snapshot),
      );
      this.#answers.set(coding, answer);
    }
    return answer;
  }

  /** What the whole registry's answer begins and ends with; stock says version "1" in every full answer. */
  #frame({ hashCode }: RegistrySnapshot): { readonly head: Buffer; readonly tail: Buffer } {
    const { head, tail } = codecOf(this.#format).frame(this.#detail, '1', hashCode);
    return { head: Buffer.from(head), tail: Buffer.from(tail) };
  }

  #identity(snapshot: RegistrySnapshot): readonly Buffer[] {
    const { head, tail } = this.#frame(snapshot);
    const parts = [
      head,
      ...this.#segments.segments.flatMap(({ text }, i) => (i === 0 ? [text] : [this.#separator, text])),
      tail,
    ];
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    return size <= JOIN_LIMIT ? [Buffer.concat(parts)] : parts;
  }

  #gzip(snapshot: RegistrySnapshot): Buffer {
    const { head, tail } = this.#frame(snapshot);
    const pieces = this.#segments.pieces().flatMap((piece, i) => (i === 0 ? [piece] : [this.#separatorPiece, piece]));
    return spliceGzip([storedPiece(head), ...pieces, storedPiece(tail)]);
  }
}
