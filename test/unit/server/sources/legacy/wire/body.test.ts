import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  BodyError,
  readBody,
  textParts,
  wholeText,
  type PackedBody,
} from '../../../../../../server/sources/legacy/wire/body.ts';

const LIMIT = 1024 * 1024;
const TEXT = '\ufeff{"name":"Füße 😀 \u2028"}';

function inChunks(bytes: Buffer, size: number, encoding?: string): PackedBody {
  const count = Math.ceil(bytes.length / size);
  return {
    chunks: Array.from({ length: count }, (_, n) => bytes.subarray(n * size, (n + 1) * size)),
    encoding,
  };
}

test('characters that lie across chunks come out whole, packed and not', async () => {
  for (const size of [1, 2, 3, 5, 1000]) {
    assert.equal(await wholeText(inChunks(Buffer.from(TEXT), size), LIMIT), TEXT);
    for (const encoding of ['gzip', 'x-gzip', ' GZip '])
      assert.equal(await wholeText(inChunks(gzipSync(TEXT), size, encoding), LIMIT), TEXT);
  }
});

test('bytes that are no text become the same replacements as in one go', async () => {
  const broken = Buffer.from([0x22, 0xff, 0xe2, 0x82, 0x22, 0xf0, 0x9f, 0x98]);
  for (const size of [1, 2, 3, 4]) assert.equal(await wholeText(inChunks(broken, size), LIMIT), broken.toString());
});

test('what is cut off, damaged or unknown is no text', async () => {
  const packed = gzipSync(TEXT.repeat(10_000));
  for (const bytes of [packed.subarray(0, packed.length - 4), packed.subarray(0, 20), Buffer.from(TEXT)])
    await assert.rejects(wholeText(inChunks(bytes, 1000, 'gzip'), LIMIT * 10), BodyError);
  await assert.rejects(wholeText(inChunks(packed, 1000, 'br'), LIMIT), /unknown encoding br/);
});

test('a text that is too long is cut off early, however small it was on the wire', async () => {
  const bomb = inChunks(gzipSync(' '.repeat(64 * LIMIT)), 1000, 'gzip');
  let length = 0;
  await assert.rejects(async () => {
    for await (const part of textParts(bomb, LIMIT)) length += part.length;
  }, /longer than 1048576 bytes/);
  assert.ok(length <= LIMIT);
  await assert.rejects(wholeText(inChunks(Buffer.alloc(LIMIT + 1, ' '), 1000), LIMIT), BodyError);
});

test('a body that is too long as it is sent, packed or not, is not read to its end', async () => {
  let sent = 0;
  const endless = Readable.from(
    (function* () {
      for (;;) {
        sent += 64 * 1024;
        yield Buffer.alloc(64 * 1024);
      }
    })(),
  );
  await assert.rejects(readBody(endless, 'gzip', LIMIT), /longer than 1048576 bytes$/);
  assert.ok(endless.destroyed);
  assert.ok(sent < 4 * LIMIT);
  const { chunks } = await readBody(Readable.from([Buffer.alloc(LIMIT - 1), Buffer.alloc(1)]), 'gzip', LIMIT);
  assert.equal(chunks.length, 2);
});

test('unpacking ends at the abort of its signal', async () => {
  const stop = new AbortController();
  const parts = textParts(inChunks(gzipSync(' '.repeat(LIMIT)), 1000, 'gzip'), LIMIT, stop.signal);
  assert.equal((await parts.next()).done, false);
  stop.abort(new Error('told to'));
  await assert.rejects(parts.next(), /told to/);
});
