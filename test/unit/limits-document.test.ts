import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { MAX_BYTES as MAX_CENSUS_BYTES, MAX_BYTES_OF_ADDRESS } from '../../server/census/caller-table.ts';
import { MAX_BYTES as MAX_HISTORY_BYTES } from '../../server/history/history.ts';
import { DEFAULT_LIMITS } from '../../server/http/limits.ts';
import { legacySettings } from '../../server/sources/legacy/settings.ts';
import { MAX_INSTANCE_BYTES } from '../../shared/model/instance-size.ts';
import { configured } from '../support/config.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const KIB = 1024;
const MIB = 1024 * KIB;

/** The other tests of these limits set smaller ones of their own. */
test('the limits are those that the documents state', () => {
  const legacy = legacySettings(configured({ flags: { 'legacy.urls': ['http://eureka:8761/eureka'] } }).legacy);
  const LIMITS: readonly (readonly [value: number, stated: number, path: string, words: string])[] = [
    [DEFAULT_LIMITS.bodyBytes, 512 * KIB, 'docs/protocol.md', 'request body, before and after unpacking | 512 KiB'],
    [
      MAX_INSTANCE_BYTES,
      512 * KIB,
      'docs/protocol.md',
      'an instance, with all metadata that were added to it | 512 KiB',
    ],
    [DEFAULT_LIMITS.heldBodyBytes, 64 * MIB, 'docs/protocol.md', 'received or not answered yet | 64 MiB'],
    [DEFAULT_LIMITS.headerBytes, 16 * KIB, 'docs/protocol.md', 'request line and headers | 16 KiB'],
    [DEFAULT_LIMITS.headers, 100, 'docs/protocol.md', 'headers of a request | 100'],
    [DEFAULT_LIMITS.connections, 10_000, 'docs/protocol.md', 'connections at a time | 10,000'],
    [DEFAULT_LIMITS.headerTimeout, 15_000, 'docs/protocol.md', 'the header of a request, to arrive | 15 s'],
    [DEFAULT_LIMITS.requestTimeout, 30_000, 'docs/protocol.md', 'a whole request, to arrive | 30 s'],
    [DEFAULT_LIMITS.exchangeTimeout, 60_000, 'docs/protocol.md', 'until the client has read it | 60 s'],
    // Ten more seconds are for the answers to the probes.
    [DEFAULT_LIMITS.deadPeerProbe, 60_000, 'docs/protocol.md', 'client is gone without closing it | 70 s'],
    [legacy.maxWaitingWrites, 2_000, 'SECURITY.md', '2,000 wait at most, 16 of one instance'],
    [legacy.maxWaitingPerInstance, 16, 'SECURITY.md', '2,000 wait at most, 16 of one instance'],
    [MAX_HISTORY_BYTES, 48 * MIB, 'SECURITY.md', 'what the history keeps is weighed, 48 MiB'],
    [MAX_CENSUS_BYTES, 32 * MIB, 'SECURITY.md', '32 MiB in all, 4 MiB of one address'],
    [MAX_BYTES_OF_ADDRESS, 4 * MIB, 'SECURITY.md', '32 MiB in all, 4 MiB of one address'],
    [legacy.maxDocumentBytes, 256 * MIB, 'docs/operations.md', '256 MiB of JSON'],
  ];
  for (const [value, stated, path, words] of LIMITS) {
    assert.equal(value, stated, words);
    assert.ok(read(path).replaceAll(/\s+/g, ' ').includes(words), `${path} does not say: ${words}`);
  }
});
