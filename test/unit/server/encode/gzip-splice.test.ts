import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { combineCrc32, shiftOf } from '../../../../server/encode/crc32-combine.ts';
import { deflatePiece, spliceGzip, storedPiece } from '../../../../server/encode/gzip-splice.ts';

test('the combined CRC is the CRC of the joined bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.uint8Array({ maxLength: 3000 }), (a, b) => {
      assert.equal(combineCrc32(crc32(a), crc32(b), shiftOf(b.length)), crc32(Buffer.concat([a, b])));
    }),
  );
});

test('a length beyond 2^31 bits shifts as if the bytes were there', () => {
  const zeros = Buffer.alloc(300_000_000);
  assert.equal(
    combineCrc32(crc32(Buffer.from('eureka')), crc32(zeros), shiftOf(zeros.length)),
    crc32(zeros, crc32(Buffer.from('eureka'))),
  );
});

test('pieces compressed apart read as one gzip member', () => {
  const texts = Array.from({ length: 7 }, (_, i) =>
    Buffer.from(JSON.stringify({ i, text: `registry ${i} `.repeat(6000) })),
  );
  const separator = Buffer.from(',');
  const head = Buffer.from('[');
  const tail = Buffer.from(']');
  const pieces = texts.flatMap((text, i) => {
    const before = texts[i - 1];
    const piece = deflatePiece(text, before === undefined ? head : Buffer.concat([before, separator]), 6);
    return i === 0 ? [piece] : [storedPiece(separator), piece];
  });
  const member = Buffer.concat(spliceGzip([storedPiece(head), ...pieces, storedPiece(tail)]));
  const expected = Buffer.concat([head, ...texts.flatMap((text, i) => (i === 0 ? [text] : [separator, text])), tail]);
  assert.deepEqual(gunzipSync(member), expected);
  assert.equal(member.readUInt32LE(member.length - 4), expected.length);
});

test('an empty document and a stored piece beyond 64 KiB are valid members too', () => {
  assert.equal(gunzipSync(Buffer.concat(spliceGzip([]))).length, 0);
  const large = Buffer.from('x'.repeat(200_000));
  assert.deepEqual(gunzipSync(Buffer.concat(spliceGzip([storedPiece(large)]))), large);
});
