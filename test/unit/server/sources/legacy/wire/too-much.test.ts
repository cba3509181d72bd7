import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { decodeRegistry } from '../../../../../../server/sources/legacy/wire/answer-decoding.ts';
import { readBody, unpackedBytes } from '../../../../../../server/sources/legacy/wire/body.ts';
import { endlessSlice } from '../../../../../support/time-slices.ts';

test('a body that does not end is read to the limit of its packed bytes, and no further', async () => {
  const chunk = Buffer.alloc(1_000);
  let given = 0;
  const endless = Readable.from(
    (function* () {
      for (;;) {
        given += chunk.length;
        // Without a limit it would end only with the memory.
        if (given > 10_000_000) throw new Error('nobody stopped it');
        yield chunk;
      }
    })(),
  );
  await assert.rejects(readBody(endless, 'gzip', 100_000), /the answer is longer than 100000 bytes/);
  assert.ok(endless.destroyed, 'the connection is closed');
  const whole = await readBody(Readable.from([chunk, chunk]), undefined, 2_000);
  assert.equal(whole.chunks.length, 2);
});

test('XML that says at its end that it is small is given up where it is too much', async () => {
  // Two members of one body: what the last says is true of itself alone.
  const large = gzipSync(`<applications>${' '.repeat(65 * 1024 * 1024)}`, { level: 1 });
  const body = { chunks: [large, gzipSync('</applications>')], encoding: 'gzip' };
  assert.ok(unpackedBytes(body) < 100);
  const decoded = await decodeRegistry(
    body,
    { add: () => undefined, restart: () => undefined },
    { limit: 256 * 1024 * 1024, now: 0, slice: endlessSlice(), signal: new AbortController().signal },
  );
  assert.match(decoded.ok ? 'it was taken' : decoded.error.reason, /^its XML is longer than 67108864 bytes/);
});
