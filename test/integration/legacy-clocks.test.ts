import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { eventually, legacyScene, writes } from '../support/legacy-scene.ts';

const IDS = Array.from({ length: 40 }, (_, n) => `o-${n}`);
const HOUR = 3_600_000;

/** `dirtyAt` is by the clock of the client, and some clients always send the same. */
const CASES = [-HOUR, 0, HOUR].flatMap((ahead) => [
  { ahead, dirtyAt: '1750000000100', fault: undefined },
  { ahead, dirtyAt: '1750000000200', fault: undefined },
  { ahead, dirtyAt: '1750000000200', fault: 'no-delta' as const },
]);

for (const { ahead, dirtyAt, fault } of CASES)
  test(`what lists had shown to be cancelled is back with the list that has it anew: ${ahead} ms ahead, ${dirtyAt}, ${fault}`, async (t) => {
    const eureka = await FakeEureka.start();
    t.after(() => eureka.stop());
    const { registry } = eureka;
    registry.setAhead(ahead);
    registry.register(registration('BOB', 'b-1'));
    for (const id of IDS) registry.register(registration('ORDERS', id));
    if (fault !== undefined) eureka.fail(fault, 'reads');
    // Nobody can ask for one instance.
    eureka.front = ({ method, url }) =>
      method === 'GET' && url.includes('apps/ORDERS/') ? { status: 503, body: '' } : undefined;
    const { sink, source, writes: target } = legacyScene(t, { urls: [eureka.url] });
    await eventually('the first sync', () => sink.syncs === 1);
    for (const id of IDS) assert.equal((await target.apply(writes.cancel('ORDERS', id))).status, 200);
    await eventually('the lists agree', () => source.health().detail['unconfirmedWrites'] === 0);
    assert.deepEqual(sink.ids(), ['BOB/b-1']);
    const updates = sink.updates.length;
    for (const id of IDS) registry.register(registration('ORDERS', id, { lastDirtyTimestamp: dirtyAt }));
    await eventually('they are back', () => sink.ids().length === IDS.length + 1);
    assert.equal(sink.updates.length, updates + 1, 'all with one list');
  });
