import { errorText } from '../../../../shared/error-text.ts';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** A body as it was received. An unpacked registry is twenty times as large. */
export interface PackedBody {
  readonly chunks: readonly Buffer[];
  /** The value of its Content-Encoding header. */
  readonly encoding: string | undefined;
}

/** Bytes; any error page is shorter. The connection of a longer unread body is closed. */
export const MAX_UNREAD_BYTES = 64 * 1024;

/** Bytes of one unpacked part. Decoding it takes some milliseconds at most. */
const MAX_PART_BYTES = 64 * 1024;

/** Reads a body to its end. Throws when it is longer than `limit` bytes, and the connection is closed then. */
export async function readBody(body: Readable, encoding: string | undefined, limit: number): Promise<PackedBody> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.byteLength;
    if (length > limit) throw new Error(`the answer is longer than ${limit} bytes`);
    chunks.push(chunk);
  }
  return { chunks, encoding };
}

/** A body that cannot be unpacked completely. */
export class BodyError extends Error {}

export type TextParts = AsyncGenerator<string, void, void>;

/**
 * The text of a body, part by part. Throws a `BodyError` when it is not complete or `signal` has fired. The limit
 * counts decoded bytes: a client's own limit counts compressed ones, and a gzip bomb of 50 MB hides in 50 KB.
 */
export async function* textParts(body: PackedBody, limit: number, signal?: AbortSignal): TextParts {
  // The decoder keeps byte order marks, and characters that are split between two parts.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let length = 0;
  try {
    for await (const bytes of unpacked(body)) {
      signal?.throwIfAborted();
      length += bytes.byteLength;
      if (length > limit) throw new Error(`the answer is longer than ${limit} bytes, unpacked`);
      yield decoder.decode(bytes, { stream: true });
    }
  } catch (error) {
    throw new BodyError(errorText(error));
  }
  yield decoder.decode();
}

/** The whole text, for small bodies and for formats that are only read as a whole. */
export async function wholeText(body: PackedBody, limit: number): Promise<string> {
  return joined(textParts(body, limit));
}

/**
 * The unpacked size in bytes as the body states it: the last four bytes of gzip. A wrong value is found while
 * unpacking.
 */
export function unpackedBytes({ chunks, encoding }: PackedBody): number {
  const length = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  if (!isGzip(encoding) || length < 4) return length;
  const end = Buffer.concat(chunks.slice(-4));
  return end.byteLength < 4 ? length : end.readUInt32LE(end.byteLength - 4);
}

async function joined(texts: AsyncIterable<string>): Promise<string> {
  const all: string[] = [];
  for await (const text of texts) all.push(text);
  return all.join('');
}

function unpacked({ chunks, encoding }: PackedBody): AsyncIterable<Buffer> | Iterable<Buffer> {
  if (isGzip(encoding)) return Readable.from(chunks).pipe(createGunzip({ chunkSize: MAX_PART_BYTES }));
  if (encoding === undefined || ['', 'identity'].includes(encoding.trim().toLowerCase())) return chunks;
  throw new Error(`the answer has the unknown encoding ${encoding}`);
}

function isGzip(encoding: string | undefined): boolean {
  return encoding !== undefined && ['gzip', 'x-gzip'].includes(encoding.trim().toLowerCase());
}
