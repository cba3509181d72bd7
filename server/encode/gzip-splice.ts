import { constants, crc32, deflateRawSync } from 'node:zlib';
import { combineCrc32, shiftOf } from './crc32-combine.ts';

/** How far back a deflate stream may refer. */
const WINDOW = 32_768;
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** An empty last block with fixed codes. */
const LAST_BLOCK = Buffer.from([0x03, 0x00]);
/** The longest stored block. */
const STORED_LIMIT = 0xffff;

/** A run of bytes inside a gzip member: compressed on its own, ending on a byte boundary. */
export interface GzipPiece {
  readonly deflated: Buffer;
  /** CRC-32 and length of the uncompressed bytes. */
  readonly crc: number;
  readonly length: number;
  /** `shiftOf(length)`. */
  readonly shift: number;
}

/**
 * Compresses a piece that follows `before` in the document. The sync flush ends it on a byte boundary without ending
 * the stream, so pieces can be joined; the tail of `before` serves as dictionary, so joining costs no compression.
 */
export function deflatePiece(text: Buffer, before: Buffer): GzipPiece {
  const dictionary = before.subarray(Math.max(0, before.length - WINDOW));
  const deflated = deflateRawSync(text, {
    level: 6,
    finishFlush: constants.Z_SYNC_FLUSH,
    ...(dictionary.length > 0 && { dictionary }),
  });
  return { deflated, crc: crc32(text), length: text.length, shift: shiftOf(text.length) };
}

/** A piece taken as it is: for the head and the separators, which are too small or too short-lived to compress. */
export function storedPiece(text: Buffer): GzipPiece {
  const blocks: Buffer[] = [];
  for (let start = 0; start < text.length; start += STORED_LIMIT) {
    const block = text.subarray(start, start + STORED_LIMIT);
    const header = Buffer.alloc(5);
    header.writeUInt16LE(block.length, 1);
    header.writeUInt16LE(~block.length & 0xffff, 3);
    blocks.push(header, block);
  }
  return { deflated: Buffer.concat(blocks), crc: crc32(text), length: text.length, shift: shiftOf(text.length) };
}

/**
 * One gzip member out of pieces. Several members in one answer are not an option: Java's GZIPInputStream silently stops
 * after the first when the next has not arrived yet.
 */
export function spliceGzip(pieces: readonly GzipPiece[]): Buffer {
  let crc = 0;
  let length = 0;
  const parts: Buffer[] = [HEADER];
  for (const piece of pieces) {
    parts.push(piece.deflated);
    crc = combineCrc32(crc, piece.crc, piece.shift);
    length += piece.length;
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(length % 2 ** 32, 4);
  return Buffer.concat([...parts, LAST_BLOCK, trailer]);
}
