import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const unzip = promisify(gunzip);

/** Reads a body to its end; throws when it is longer than `limit` bytes, and the connection is closed then. */
export async function readBody(body: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.byteLength;
    if (length > limit) throw new Error(`the answer is longer than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/**
 * The text of a body. The limit counts decoded bytes: a client's own limit counts compressed ones, and a gzip bomb of
 * 50 MB hides in 50 KB.
 */
export async function decodeBody(bytes: Buffer, encoding: string | undefined, limit: number): Promise<string> {
  switch (encoding?.trim().toLowerCase() ?? '') {
    case '':
    case 'identity':
      return bytes.toString('utf8');
    case 'gzip':
    case 'x-gzip':
      return (await unzip(bytes, { maxOutputLength: limit })).toString('utf8');
    default:
      throw new Error(`the answer has the unknown encoding ${encoding}`);
  }
}
