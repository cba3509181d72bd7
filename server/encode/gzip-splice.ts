import { promisify } from 'node:util';
import { constants, crc32, deflateRaw, deflateRawSync, inflateRawSync, type ZlibOptions } from 'node:zlib';
import { combineCrc32, shiftOf } from './crc32-combine.ts';

/** RFC 1952: deflate, no flags, no time, unknown operating system. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** An empty last block with fixed codes. */
const LAST_BLOCK = Buffer.from([0x03, 0x00]);
/** The longest stored block (RFC 1951, 3.2.4). */
const MAX_STORED_BYTES = 0xffff;

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
 * Compresses a piece that follows `dictionary` in the document. The sync flush ends it on a byte boundary without
 * ending the stream, so pieces can be joined; as it may refer back into the dictionary, joining costs no compression.
 */
export function deflatePiece(text: Buffer, dictionary: Buffer, level: number): GzipPiece {
  return pieceOf(text, deflateRawSync(text, deflateOptions(dictionary, level)));
}

const deflateElsewhere = promisify<Buffer, ZlibOptions, Buffer>(deflateRaw);

/** The same on another thread, for a load whose encoding goes on meanwhile. `text` must not change until then. */
export async function deflatePieceElsewhere(text: Buffer, dictionary: Buffer, level: number): Promise<GzipPiece> {
  return pieceOf(text, await deflateElsewhere(text, deflateOptions(dictionary, level)));
}

function deflateOptions(dictionary: Buffer, level: number): ZlibOptions {
  return { level, chunkSize: 8192, finishFlush: constants.Z_SYNC_FLUSH, ...dictionaryOption(dictionary) };
}

function pieceOf(text: Buffer, deflated: Buffer): GzipPiece {
  return { deflated: ownCopy(deflated), crc: crc32(text), length: text.length, shift: shiftOf(text.length) };
}

/** The text of a piece; `dictionary` is the one that it was made with. */
export function inflatePiece(piece: GzipPiece, dictionary: Buffer): Buffer {
  return inflateRawSync(piece.deflated, {
    finishFlush: constants.Z_SYNC_FLUSH,
    // One chunk that does not fill up, or zlib allocates the next one. It refuses chunks below 64 bytes.
    chunkSize: Math.max(64, piece.length + 1),
    ...dictionaryOption(dictionary),
  });
}

function dictionaryOption(dictionary: Buffer): { readonly dictionary?: Buffer } {
  return dictionary.length === 0 ? {} : { dictionary };
}

/** A copy with memory of its own: results of zlib keep larger blocks of memory than they show. */
function ownCopy(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** An uncompressed piece: for head, tail and separators, which are too small or too short-lived to compress. */
export function storedPiece(text: Buffer): GzipPiece {
  const blocks: Buffer[] = [];
  for (let start = 0; start < text.length; start += MAX_STORED_BYTES) {
    const block = text.subarray(start, start + MAX_STORED_BYTES);
    const header = Buffer.alloc(5);
    header.writeUInt16LE(block.length, 1);
    header.writeUInt16LE(~block.length & 0xffff, 3);
    blocks.push(header, block);
  }
  return { deflated: Buffer.concat(blocks), crc: crc32(text), length: text.length, shift: shiftOf(text.length) };
}

/** Neighbouring pieces as one. */
export function joinPieces(pieces: readonly GzipPiece[]): GzipPiece {
  const { crc, length } = checksumOf(pieces);
  return { deflated: Buffer.concat(pieces.map(({ deflated }) => deflated)), crc, length, shift: shiftOf(length) };
}

/** CRC-32 and length of the text of neighbouring pieces. */
function checksumOf(pieces: readonly GzipPiece[]): { readonly crc: number; readonly length: number } {
  let crc = 0;
  let length = 0;
  for (const piece of pieces) {
    crc = combineCrc32(crc, piece.crc, piece.shift);
    length += piece.length;
  }
  return { crc, length };
}

/**
 * Makes one gzip member of pieces, as buffers that follow one another. Several members in one answer are not an option:
 * Java's GZIPInputStream silently stops after the first when the next has not arrived yet.
 */
export function spliceGzip(pieces: readonly GzipPiece[]): readonly Buffer[] {
  const { crc, length } = checksumOf(pieces);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(length % 2 ** 32, 4);
  return [HEADER, ...pieces.map(({ deflated }) => deflated), LAST_BLOCK, trailer];
}
