import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { decodeRegistry } from '../../../../../../server/sources/legacy/wire/answer-decoding.ts';
import { unpackedBytes } from '../../../../../../server/sources/legacy/wire/body.ts';
import { endlessSlice } from '../../../../../support/time-slices.ts';

const MIB = 1024 * 1024;

test('XML is bounded by what is unpacked, whatever size the answer states', async () => {
  const decoded = async (blanks: number) => {
    // gzip states the size of its last member, which may be small.
    const members = [`<applications>${' '.repeat(blanks)}`, '</applications>'];
    const body = { chunks: members.map((text) => gzipSync(text)), encoding: 'gzip' };
    assert.equal(unpackedBytes(body), 15);
    const intake = { add: () => undefined, restart: () => undefined };
    const { signal } = new AbortController();
    return decodeRegistry(body, intake, { limit: 256 * MIB, now: 0, slice: endlessSlice(), signal });
  };
  assert.ok((await decoded(MIB)).ok);
  const result = await decoded(65 * MIB);
  assert.ok(!result.ok);
  assert.match(result.error.reason, /^its XML is longer than 67108864 bytes, unpacked/);
});
