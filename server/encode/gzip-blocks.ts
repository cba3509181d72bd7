import { joinPieces, type GzipPiece } from './gzip-splice.ts';
import type { Steps } from '../../shared/time-slice.ts';

interface Block {
  readonly pieces: readonly GzipPiece[];
  readonly joined: GzipPiece;
}

/** Pieces of one block: some 40 KiB compressed. */
const PIECES_PER_BLOCK = 24;

/**
 * Joins the pieces of a document in blocks, so that a change copies one block and not the whole document, and the
 * document goes out in tens of buffers and not in thousands.
 */
export class GzipBlocks {
  readonly #separator: GzipPiece;
  #blocks: readonly Block[] = [];

  constructor(separator: GzipPiece) {
    this.#separator = separator;
  }

  /** In steps of one block, because joining all blocks of a first answer takes long. */
  *of(pieces: readonly GzipPiece[]): Steps<readonly GzipPiece[]> {
    const blocks: Block[] = [];
    let made = 0;
    for (let start = 0; start < pieces.length; start += PIECES_PER_BLOCK) {
      const run = pieces.slice(start, start + PIECES_PER_BLOCK);
      const known = this.#blocks[blocks.length];
      if (known !== undefined && same(known.pieces, run)) {
        blocks.push(known);
        continue;
      }
      if (made++ > 0) yield;
      blocks.push(this.#join(run, start === 0));
    }
    this.#blocks = blocks;
    return blocks.map(({ joined }) => joined);
  }

  #join(pieces: readonly GzipPiece[], first: boolean): Block {
    const separated = pieces.flatMap((piece, i) => (first && i === 0 ? [piece] : [this.#separator, piece]));
    return { pieces, joined: joinPieces(separated) };
  }
}

function same(a: readonly GzipPiece[], b: readonly GzipPiece[]): boolean {
  return a.length === b.length && a.every((piece, i) => piece === b[i]);
}
