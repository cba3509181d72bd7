import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_BYTES as HISTORY_BYTES } from '../../../server/history/history.ts';
import { DEFAULT_LIMITS } from '../../../server/http/limits.ts';
import { legacySettings } from '../../../server/sources/legacy/settings.ts';
import { configured } from '../../support/config.ts';

// Tests of a bound set a small one, to reach it. That the product has the one that SECURITY.md promises is tested here.

const MIB = 1024 * 1024;

test('what one client, and all together, may use', () => {
  const { bodyBytes, heldBodyBytes, headerBytes, headers, connections } = DEFAULT_LIMITS;
  assert.deepEqual([bodyBytes, heldBodyBytes, connections], [512 * 1024, 64 * MIB, 10_000]);
  assert.deepEqual([headerBytes, headers], [16 * 1024, 100]);
});

test('how long a client may take for its request and its answer', () => {
  const { headerTimeout, requestTimeout, exchangeTimeout, deadPeerProbe, stopTimeout } = DEFAULT_LIMITS;
  assert.deepEqual([headerTimeout, requestTimeout, exchangeTimeout], [15_000, 30_000, 60_000]);
  assert.deepEqual([deadPeerProbe, stopTimeout], [60_000, 10_000]);
});

test('how many writes wait for the legacy, how long, and how much it may answer', () => {
  const settings = legacySettings(configured({ flags: { 'legacy.urls': ['http://eureka:8761/eureka'] } }).legacy);
  const { maxWaitingWrites, maxWaitingPerInstance, writeTimeout, maxCompressedBytes, maxDocumentBytes } = settings;
  assert.deepEqual([maxWaitingWrites, maxWaitingPerInstance, writeTimeout], [2_000, 16, 5_000]);
  assert.deepEqual([maxCompressedBytes, maxDocumentBytes], [64 * MIB, 256 * MIB]);
});

test('what the history keeps', () => assert.equal(HISTORY_BYTES, 48 * MIB));
