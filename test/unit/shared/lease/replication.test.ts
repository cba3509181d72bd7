import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_INSTANCE_BYTES } from '../../../../shared/model/instance-size.ts';
import type { PeerItem } from '../../../../shared/model/peer-item.ts';
import { replicate } from '../../../../shared/lease/replication.ts';
import type { InstanceStatus } from '../../../../shared/model/instance.ts';
import { appName } from '../../../../shared/model/names.ts';
import { APP, ID, NOW, recordIn, registration, registryWith } from '../../../support/lease-world.ts';

const DIRTY = NOW - 100;

function heartbeat(lastDirtyTimestamp: number | undefined, overriddenStatus?: InstanceStatus): PeerItem {
  return { kind: 'heartbeat', app: APP, id: ID, lastDirtyTimestamp, overriddenStatus };
}

function register(overrides: Parameters<typeof registration>[2] = {}): PeerItem {
  return { kind: 'register', app: APP, id: ID, record: registration(APP, ID, overrides) };
}

test('a peer with older data gets ours, with the current lease', () => {
  const effect = replicate(registryWith(), heartbeat(DIRTY - 1), NOW + 30_000);
  assert.ok(effect.outcome === 'conflict');
  assert.equal(effect.record.lastDirtyTimestamp, DIRTY);
  assert.equal(effect.record.leaseInfo?.lastRenewalTimestamp, NOW + 30_000 + 90_000, 'renewed all the same');
  assert.deepEqual(effect.changed, []);
});

test('a peer with newer data is asked to register, one with the same or no version is not', () => {
  const outcomes = [DIRTY + 1, DIRTY, undefined].map(
    (dirty) => replicate(registryWith(), heartbeat(dirty), NOW).outcome,
  );
  assert.deepEqual(outcomes, ['newer-data', 'done', 'done']);
});

test('the override of a peer counts only when its data is newer, and is served at once', () => {
  for (const [dirty, expected] of [
    [DIRTY - 1, 'UNKNOWN'],
    [DIRTY, 'UNKNOWN'],
    [DIRTY + 1, 'OUT_OF_SERVICE'],
  ] as const) {
    const registry = registryWith();
    const { changed } = replicate(registry, heartbeat(dirty, 'OUT_OF_SERVICE'), NOW);
    const { status, overriddenStatus } = recordIn(registry);
    assert.equal(overriddenStatus, expected);
    assert.deepEqual([status, changed], expected === 'UNKNOWN' ? ['UP', []] : ['OUT_OF_SERVICE', [APP]]);
  }
  const registry = registryWith();
  replicate(registry, heartbeat(DIRTY + 1, 'UNKNOWN'), NOW);
  assert.equal(registry.overrides, 0, 'UNKNOWN means that there is none');
});

test('an override of a peer does not make an instance UP that registered as DOWN', () => {
  const registry = registryWith({ status: 'DOWN' });
  replicate(registry, heartbeat(DIRTY + 1, 'UP'), NOW);
  assert.deepEqual([recordIn(registry).status, recordIn(registry).overriddenStatus], ['DOWN', 'UP']);
});

test('a peer moves an instance between UP and OUT_OF_SERVICE by registering it, a client cannot', () => {
  const registry = registryWith();
  registry.register(registration(APP, ID, { status: 'OUT_OF_SERVICE' }), NOW);
  assert.equal(recordIn(registry).status, 'UP');
  replicate(registry, register({ status: 'OUT_OF_SERVICE' }), NOW);
  assert.equal(recordIn(registry).status, 'OUT_OF_SERVICE');
});

test('older data that a peer registers does not win, and our override stays', () => {
  const registry = registryWith();
  replicate(registry, register({ status: 'DOWN', lastDirtyTimestamp: DIRTY - 1 }), NOW);
  assert.equal(recordIn(registry).status, 'UP');
  registry.setStatus(APP, ID, 'OUT_OF_SERVICE', undefined, NOW);
  replicate(registry, register(), NOW);
  assert.equal(recordIn(registry).status, 'OUT_OF_SERVICE');
});

test('cancels and status changes count as those of a client', () => {
  const registry = registryWith();
  const target = { app: APP, id: ID, lastDirtyTimestamp: undefined };
  assert.equal(replicate(registry, { kind: 'set-status', ...target, status: 'DOWN' }, NOW).outcome, 'done');
  assert.equal(recordIn(registry).status, 'DOWN');
  assert.equal(replicate(registry, { kind: 'remove-status', ...target, status: 'UP' }, NOW).outcome, 'done');
  assert.equal(recordIn(registry).status, 'UP');
  assert.deepEqual(replicate(registry, { kind: 'cancel', app: APP, id: ID }, NOW), { outcome: 'done', changed: [APP] });
  assert.equal(replicate(registry, { kind: 'cancel', app: APP, id: ID }, NOW).outcome, 'not-found');
});

test('a registration without host name or address is passed over, as in stock servers', () => {
  const registry = registryWith();
  for (const missing of [{ hostName: '' }, { ipAddr: '' }]) {
    const record = registration('OTHER', 'other-1', missing);
    const item: PeerItem = { kind: 'register', app: record.app, id: record.id, record };
    assert.deepEqual(replicate(registry, item, NOW), { outcome: 'done', changed: [] });
  }
  assert.equal(registry.records(appName('OTHER')), undefined);
});

test('what cannot be read of a peer is refused as stock does, or passed over where stock does not mind', () => {
  const registry = registryWith();
  const unreadable = { kind: 'unreadable', reason: 'no id' } as const;
  assert.deepEqual(replicate(registry, { ...unreadable, status: 500 }, NOW), {
    outcome: 'rejected',
    reason: 'no id',
    changed: [],
  });
  assert.deepEqual(replicate(registry, { ...unreadable, status: 200 }, NOW), {
    outcome: 'done',
    changed: [],
  });
});

test('newer data without an override asks for the instance, and overrides nothing', () => {
  const registry = registryWith();
  assert.deepEqual(replicate(registry, heartbeat(DIRTY + 1), NOW).changed, []);
  assert.deepEqual([registry.overrides, recordIn(registry).overriddenStatus], [0, 'UNKNOWN']);
});

test('an instance whose status is UNKNOWN is not sent to a peer with older data', () => {
  const registry = registryWith();
  registry.setStatus(APP, ID, 'UNKNOWN', undefined, NOW);
  assert.equal(replicate(registry, heartbeat(DIRTY - 1), NOW).outcome, 'unknown-status');
});

test('an instance of a batch is no larger than a registration may be', () => {
  const registry = registryWith();
  const before = recordIn(registry);
  const huge = register({ metadata: new Map([['key', 'x'.repeat(MAX_INSTANCE_BYTES)]]) });
  assert.deepEqual(replicate(registry, huge, NOW), { outcome: 'too-large', changed: [] });
  assert.equal(recordIn(registry), before);
});
