import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { LegacySettings } from '../../server/sources/legacy/settings.ts';
import { systemClock } from '../../server/system/clock.ts';
import { appName, instanceId, SOURCE_MARKER } from '../../shared/model/names.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { eventually, legacyScene, writes, type Scene } from '../support/legacy-scene.ts';

const IDS = ['o-1', 'o-2', 'o-3', 'o-4', 'o-5', 'o-6', 'o-7', 'o-8', 'o-9'];

const GUARDS = { maxRemoval: 30, minInstances: 3, grace: 60_000, window: 60_000 };

interface Nine extends Scene {
  readonly eureka: FakeEureka;
  /** Advances the source's clock. */
  readonly skip: (ms: number) => void;
}

/** So long that the leaps of the clock here are no absence. */
const STALE_AFTER = 3_600_000;

async function nine(
  t: TestContext,
  settings: Partial<LegacySettings> = {},
  others: readonly string[] = [],
): Promise<Nine> {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  for (const id of IDS) eureka.registry.register(registration('ORDERS', id));
  let ahead = 0;
  const options = { clock: systemClock(() => Date.now() + ahead) };
  const scene = legacyScene(t, {
    urls: [eureka.url, ...others],
    guards: GUARDS,
    settings: { staleAfter: STALE_AFTER, ...settings },
    options,
  });
  await eventually('the first sync', () => scene.sink.syncs === 1);
  return { ...scene, eureka, skip: (ms) => (ahead += ms) };
}

test('a legacy that suddenly lists nothing is held, and the hold ends when it recovers', async (t) => {
  const { source, sink, eureka } = await nine(t);
  eureka.fail('empty');
  await eventually('a hold', () => source.holds().length === 1);
  const seen = eureka.requests.length;
  await eventually('more polls', () => eureka.requests.length > seen + 5);
  assert.equal(sink.ids().length, 9);
  const [hold] = source.holds();
  assert.equal(hold?.instances, 9);
  assert.equal(hold?.instancesBefore, 9);
  assert.equal(hold?.applications, 1);
  assert.equal(source.held(appName('ORDERS'), instanceId('o-1'))?.holdId, hold?.id);
  assert.equal(source.health().state, 'synced');
  eureka.heal();
  await eventually('no hold', () => source.holds().length === 0);
  assert.equal(sink.ids().length, 9);
  assert.deepEqual(sink.updates, []);
  assert.equal(source.held(appName('ORDERS'), instanceId('o-1')), undefined);
});

test('a restarted legacy: who registers again is current, the others stay until the grace period confirms', async (t) => {
  const { source, sink, eureka, skip } = await nine(t);
  eureka.registry.clear();
  await eventually('a hold', () => source.holds().length === 1);
  for (const id of ['o-1', 'o-2', 'new'])
    eureka.registry.register(registration('ORDERS', id, { hostName: 'second.corp.example' }));
  await eventually('the new one', () => sink.record('ORDERS', 'new') !== undefined);
  await eventually('seven held', () => source.holds()[0]?.instances === 7);
  assert.equal(sink.record('ORDERS', 'o-1')?.hostName, 'second.corp.example');
  assert.equal(sink.record('ORDERS', 'o-9')?.hostName, 'node7.corp.example');
  assert.equal(sink.ids().length, 10);
  skip(60_000);
  await eventually('the rest goes', () => sink.ids().length === 3);
  assert.deepEqual(source.holds(), []);
});

test('a legacy that was away and comes back as empty as before has confirmed nothing yet', async (t) => {
  const { source, sink, eureka, skip } = await nine(t);
  const polls = async (): Promise<void> => {
    const seen = eureka.requests.length;
    await eventually('more polls', () => eureka.requests.length > seen + 5);
  };
  eureka.registry.clear();
  await eventually('a hold', () => source.holds().length === 1);
  await polls();
  eureka.fail('unavailable');
  await polls();
  skip(STALE_AFTER + 1);
  await polls();
  eureka.heal();
  await eventually('an answer', () => source.health().lastError === undefined);
  await polls();
  assert.equal(sink.ids().length, 9);
  skip(GUARDS.grace);
  await eventually('all is gone', () => sink.ids().length === 0);
});

test('a server that lists nothing is not believed while another server of the legacy lists everything', async (t) => {
  const other = await FakeEureka.start();
  t.after(() => other.stop());
  for (const id of IDS) other.registry.register(registration('ORDERS', id));
  const { source, sink, eureka, skip } = await nine(t, {}, [other.url]);
  const polls = async (): Promise<void> => {
    const seen = eureka.requests.length;
    await eventually('more polls', () => eureka.requests.length > seen + 5);
  };
  assert.equal(other.requests.length, 0);
  eureka.registry.clear();
  await eventually('a hold', () => source.holds().length === 1);
  // In small steps: others are asked a few times in a grace period, and no answer takes as long.
  for (let n = 0; n < 20; n++) {
    skip(GUARDS.grace / 10);
    await polls();
    assert.equal(sink.ids().length, 9);
    assert.equal(source.holds()[0]?.instances, 9);
  }
  const asked = other.requests.length;
  await polls();
  assert.ok(other.requests.length <= asked + 1, 'a few times in a grace period');
  for (const id of IDS.slice(1)) other.registry.remove('ORDERS', id);
  for (let n = 0; n < 20; n++) {
    skip(GUARDS.grace / 10);
    await polls();
  }
  assert.equal(sink.ids().length, 1);
  other.fail('unavailable');
  for (let n = 0; n < 20; n++) {
    skip(GUARDS.grace / 10);
    await polls();
  }
  assert.equal(sink.ids().length, 0);
});

for (const fault of ['partial', 'hollow'] as const)
  test(`a ${fault} list, by its own hash code, takes nothing away and confirms nothing`, async (t) => {
    const { source, sink, eureka, skip } = await nine(t);
    const polls = async (): Promise<void> => {
      const seen = eureka.requests.length;
      await eventually('more polls', () => eureka.requests.length > seen + 5);
    };
    eureka.fail('no-delta');
    for (const id of IDS.slice(3)) eureka.registry.remove('ORDERS', id);
    await eventually('they are gone or held', () => sink.ids().length === 3 || source.holds().length === 1);
    source.release(source.holds()[0]?.id ?? '');
    assert.equal(sink.ids().length, 3);
    eureka.fail(fault);
    await eventually('a hold', () => source.holds().length === 1);
    const gone = fault === 'hollow' ? 3 : 2;
    assert.equal(
      source.holds()[0]?.what,
      `${gone} of 3 instances are gone from a list that has fewer than its own hash code counts`,
    );
    for (let n = 0; n < 3; n++) {
      skip(GUARDS.grace);
      await polls();
      assert.equal(sink.ids().length, 3);
    }
    eureka.heal();
    await eventually('nothing is held', () => source.holds().length === 0);
    assert.equal(sink.ids().length, 3);
  });

test('of a server whose hash code never is that of its list, what it does not list is gone', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  for (const id of IDS) eureka.registry.register(registration('ORDERS', id));
  eureka.fail('wrong-hash');
  eureka.fail('no-delta');
  const { source, sink } = legacyScene(t, { urls: [eureka.url], guards: GUARDS });
  await eventually('the first sync', () => sink.syncs === 1);
  const seen = eureka.requests.length;
  await eventually('more polls', () => eureka.requests.length > seen + 5);
  for (const id of IDS.slice(0, 2)) eureka.registry.remove('ORDERS', id);
  await eventually('they are gone', () => sink.ids().length === 7);
  assert.deepEqual(source.holds(), []);
});

test('an operator lets a held change through', async (t) => {
  const { source, sink, eureka } = await nine(t);
  eureka.registry.clear();
  eureka.registry.register(registration('ORDERS', 'o-1'));
  await eventually('a hold', () => source.holds().length === 1);
  assert.equal(source.release('no-such-hold'), false);
  assert.equal(source.release(source.holds()[0]?.id ?? ''), true);
  assert.deepEqual(sink.ids(), ['ORDERS/o-1']);
  assert.deepEqual(source.holds(), []);
});

test('many instances that cancel one by one are gone at once', async (t) => {
  const { source, sink, eureka } = await nine(t);
  for (const id of IDS.slice(1)) eureka.registry.remove('ORDERS', id);
  await eventually('one is left', () => sink.ids().length === 1);
  assert.deepEqual(source.holds(), []);
});

test('an instance that a full fetch lacks goes as soon as a delta shows that it was cancelled', async (t) => {
  const { source, sink, eureka, skip } = await nine(t, { deltaRetryInterval: 20_000 });
  eureka.fail('no-delta');
  await eventually('no more deltas', () => source.health().detail['mode'] === 'full');
  for (const id of IDS.slice(1)) eureka.registry.remove('ORDERS', id);
  await eventually('a hold', () => source.holds().length === 1);
  assert.equal(sink.ids().length, 9);
  eureka.heal();
  skip(20_000);
  await eventually('the delta is requested again', () => sink.ids().length === 1);
  assert.deepEqual(source.holds(), []);
});

test('many evictions at once are held', async (t) => {
  const { source, sink, eureka } = await nine(t);
  for (const id of IDS.slice(0, 4)) eureka.registry.remove('ORDERS', id, 'expired');
  await eventually('a hold', () => source.holds().length === 1);
  assert.equal(sink.ids().length, 9);
});

test('few evictions, and everything cancelled through us, pass', async (t) => {
  const { source, sink, eureka, writes: target } = await nine(t);
  for (const id of IDS.slice(0, 2)) eureka.registry.remove('ORDERS', id, 'expired');
  await eventually('two are gone', () => sink.ids().length === 7);
  for (const id of IDS.slice(2)) {
    assert.equal((await target.apply(writes.cancel('ORDERS', id))).status, 200);
  }
  assert.deepEqual(sink.ids(), []);
  eureka.registry.forgetRecent();
  const seen = eureka.requests.length;
  await eventually('more polls', () => eureka.requests.length > seen + 5);
  assert.deepEqual(sink.ids(), []);
  assert.deepEqual(source.holds(), []);
});

test('an instance that is cancelled through us goes, though the restarted legacy does not know it; the others stay held', async (t) => {
  const { source, sink, eureka, writes: target } = await nine(t);
  eureka.registry.clear();
  await eventually('a hold', () => source.holds()[0]?.instances === 9);
  assert.equal((await target.apply(writes.cancel('ORDERS', 'o-1'))).status, 404);
  assert.equal(sink.record('ORDERS', 'o-1'), undefined);
  assert.deepEqual([source.holds()[0]?.instances, sink.ids().length], [8, 8]);
  assert.equal((await target.apply(writes.cancel('ORDERS', 'nobody'))).status, 404);
  assert.equal((await target.apply(writes.setStatus('ORDERS', 'o-2', 'OUT_OF_SERVICE'))).status, 404);
  const seen = eureka.requests.length;
  await eventually('more polls', () => eureka.requests.length > seen + 5);
  assert.deepEqual([source.holds()[0]?.instances, sink.ids().length], [8, 8]);
  assert.equal(sink.record('ORDERS', 'o-2')?.status, 'UP');
});

test('an instance that is cancelled through us before the restart of the legacy is noticed is not held', async (t) => {
  const { source, sink, eureka, writes: target } = await nine(t, { pollInterval: 1_000 });
  eureka.registry.clear();
  assert.equal((await target.apply(writes.cancel('ORDERS', 'o-1'))).status, 404);
  await eventually('a hold', () => source.holds().length === 1);
  assert.equal(source.holds()[0]?.instances, 8);
  assert.equal(sink.record('ORDERS', 'o-1'), undefined);
});

test('a registry that loses a few every minute is held when a grace period has lost too many', async (t) => {
  const { source, sink, eureka, skip } = await nine(t);
  for (const [n, id] of IDS.slice(0, 2).entries()) {
    eureka.registry.remove('ORDERS', id, 'expired');
    await eventually('one is gone', () => sink.ids().length === 8 - n);
    skip(20_000);
  }
  eureka.registry.remove('ORDERS', 'o-3', 'expired');
  await eventually('a hold', () => source.holds().length === 1);
  assert.equal(
    source.holds()[0]?.what,
    '3 of 9 instances are gone within 60 s, more than 30 %; 2 of them went before and are not held',
  );
  assert.equal(sink.ids().length, 7);
});

test('a scale-down of cancels, one every few seconds, and a few leases that run out in hours, are not held', async (t) => {
  const { source, sink, eureka, skip } = await nine(t);
  for (const id of IDS.slice(0, 4)) {
    eureka.registry.remove('ORDERS', id);
    await eventually('the cancel', () => !sink.ids().includes(`ORDERS/${id}`));
    skip(2_000);
  }
  for (const id of IDS.slice(4, 8)) {
    skip(60_000);
    eureka.registry.remove('ORDERS', id, 'expired');
    await eventually('the eviction', () => !sink.ids().includes(`ORDERS/${id}`));
  }
  assert.deepEqual(source.holds(), []);
});

test('what an operator keeps is not confirmed by time', async (t) => {
  const { source, sink, eureka, skip } = await nine(t);
  eureka.registry.clear();
  await eventually('a hold', () => source.holds().length === 1);
  assert.equal(source.keep('no-such-hold'), false);
  assert.equal(source.keep(source.holds()[0]?.id ?? ''), true);
  skip(600_000);
  const seen = eureka.requests.length;
  await eventually('more polls', () => eureka.requests.length > seen + 5);
  assert.equal(sink.ids().length, 9);
  assert.equal(source.holds()[0]?.releasesAt, undefined);
});

test('entries that Eurek8s published there do not count: neither when they go, nor beside what goes', async (t) => {
  const { source, sink, eureka } = await nine(t, { fullInterval: 50 });
  const ours = Array.from({ length: 50 }, (_, i) => `eurek8s:main:shop:carol:carol.k8s.example.com:${i}`);
  const publish = (): void => {
    for (const id of ours)
      eureka.registry.register(registration('CAROL', id, { metadata: { [SOURCE_MARKER]: 'main/shop/carol' } }));
  };
  const own = (): unknown => source.health().detail['entriesOfEurek8s'];
  publish();
  await eventually('they are listed', () => own() === 50);
  assert.equal(source.health().detail['instances'], 9);
  for (const id of ours) eureka.registry.remove('CAROL', id);
  eureka.registry.forgetRecent();
  await eventually('they are gone', () => own() === undefined);
  assert.deepEqual(source.holds(), []);
  // Nine of 59 would be few, and all nine are the whole registry.
  publish();
  await eventually('they are back', () => own() === 50);
  for (const id of IDS) eureka.registry.remove('ORDERS', id);
  eureka.registry.forgetRecent();
  await eventually('a hold', () => source.holds()[0]?.instances === 9);
  assert.equal(sink.ids().filter((id) => id.startsWith('ORDERS/')).length, 9);
});
