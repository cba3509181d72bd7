import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { SIZES } from '../../../bench/data/registry.ts';
import { startPlayback } from '../../../bench/servers/playback.ts';
import { until } from '../../testbed/until.ts';
import { decodeAtOnce } from '../../support/decode-at-once.ts';
import { httpRequest } from '../../support/http-request.ts';

async function listed(url: string) {
  const bytes = Buffer.from(await (await fetch(url, { headers: { 'accept-encoding': 'identity' } })).arrayBuffer());
  const text = bytes[0] === 0x1f ? gunzipSync(bytes).toString() : bytes.toString();
  const decoded = decodeAtOnce(text, 0);
  assert.ok(decoded.ok && decoded.value.skipped.length === 0);
  const instances = decoded.value.applications.flatMap((application) => application.instances);
  return { hash: decoded.value.hashCode, instances };
}

test('the legacy of prepared bytes lists every instance, and its delta tells what changed since', async (t) => {
  const legacy = await startPlayback(SIZES.small);
  t.after(() => legacy.stop());
  const full = await listed(`${legacy.eureka}/apps/`);
  assert.deepEqual([full.hash, new Set(full.instances.map(({ id }) => id)).size], ['UP_600_', 600]);
  assert.equal((await listed(`${legacy.eureka}/apps/delta`)).instances.length, 0);

  legacy.changesPerSecond(100);
  const delta = await until('three changes', async () => {
    const found = await listed(`${legacy.eureka}/apps/delta`);
    return found.instances.length >= 3 && found;
  });
  assert.equal(delta.hash, 'UP_600_');
  assert.ok(delta.instances.every(({ metadata, actionType }) => metadata.has('marker') && actionType === 'MODIFIED'));
  assert.equal(new Set(delta.instances.map(({ app }) => app)).size, delta.instances.length, 'all over the registry');
});

test('before it is opened it answers as a legacy that cannot', async (t) => {
  const legacy = await startPlayback(SIZES.small, 'closed');
  t.after(() => legacy.stop());
  assert.equal((await httpRequest(`${legacy.eureka}/apps/`)).status, 503);
  legacy.open();
  assert.equal((await httpRequest(`${legacy.eureka}/apps/`)).status, 200);
});
