import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LeaseRegistry } from '../../../../shared/lease/lease-registry.ts';
import { appName, instanceId } from '../../../../shared/model/names.ts';
import { APP, ID, NOW, recordIn, registration, registryWith } from '../../../support/lease-world.ts';

const DIRTY = NOW - 100;
const HOUR = 3_600_000;
const BILLS = appName('bills');

test('setting another status overrides it, and the record shows the override', () => {
  const registry = registryWith();
  const effect = registry.setStatus(APP, ID, 'OUT_OF_SERVICE', undefined, NOW + 9);
  assert.deepEqual(effect, { outcome: 'done', changed: [APP] });
  const record = recordIn(registry);
  assert.equal(record.status, 'OUT_OF_SERVICE');
  assert.equal(record.overriddenStatus, 'OUT_OF_SERVICE');
  assert.equal(record.actionType, 'MODIFIED');
  assert.equal(record.lastUpdatedTimestamp, NOW + 9);
  assert.equal(record.lastDirtyTimestamp, DIRTY);
});

test('setting the present status records no override', () => {
  const registry = registryWith();
  const before = recordIn(registry);
  assert.deepEqual(registry.setStatus(APP, ID, 'UP', NOW + 5, NOW + 9), { outcome: 'done', changed: [] });
  assert.equal(recordIn(registry), before);
  assert.deepEqual(registry.removeStatus(APP, ID, 'UNKNOWN', undefined, NOW + 10), { outcome: 'done', changed: [] });
});

test('a newer lastDirtyTimestamp is taken over with a change, an older one is not', () => {
  const registry = registryWith();
  registry.setStatus(APP, ID, 'DOWN', DIRTY - 5, NOW);
  assert.equal(recordIn(registry).lastDirtyTimestamp, DIRTY);
  registry.setStatus(APP, ID, 'UP', DIRTY + 5, NOW);
  assert.equal(recordIn(registry).lastDirtyTimestamp, DIRTY + 5);
  registry.removeStatus(APP, ID, 'UP', DIRTY + 9, NOW);
  assert.equal(recordIn(registry).lastDirtyTimestamp, DIRTY + 9);
});

test('setting UP dates serviceUpTimestamp, removing an override does not', () => {
  const registry = registryWith({ status: 'STARTING' });
  registry.setStatus(APP, ID, 'OUT_OF_SERVICE', undefined, NOW + 1);
  registry.removeStatus(APP, ID, 'UP', undefined, NOW + 2);
  assert.equal(recordIn(registry).leaseInfo?.serviceUpTimestamp, 0);
  registry.setStatus(APP, ID, 'DOWN', undefined, NOW + 3);
  registry.setStatus(APP, ID, 'UP', undefined, NOW + 4);
  assert.equal(recordIn(registry).leaseInfo?.serviceUpTimestamp, NOW + 4);
});

test('status calls without effect renew the lease, but do not count as heartbeats', () => {
  const calls = [
    (registry: LeaseRegistry) => registry.setStatus(APP, ID, 'UP', undefined, NOW + 80_000),
    (registry: LeaseRegistry) => registry.removeStatus(APP, ID, 'UNKNOWN', undefined, NOW + 80_000),
  ];
  for (const call of calls) {
    const registry = new LeaseRegistry(NOW, { selfPreservation: 'off', evictionIntervalMs: 60_000 });
    registry.register(registration(APP, ID), NOW);
    call(registry);
    assert.equal(registry.preservation(NOW + 120_000).renewalsLastMinute, 0);
    assert.equal([...registry.evict(NOW + 80_000 + 180_000, () => 0)].length, 0);
    assert.equal([...registry.evict(NOW + 80_000 + 180_001, () => 0)].length, 1);
  }
});

test('UNKNOWN stays: a registration does not change it, and heartbeats are refused until the override is removed', () => {
  const registry = registryWith();
  registry.setStatus(APP, ID, 'UNKNOWN', undefined, NOW);
  assert.equal(registry.renew(APP, ID, DIRTY, NOW).outcome, 'unknown-status');
  registry.register(registration(APP, ID), NOW);
  assert.equal(recordIn(registry).status, 'UNKNOWN');
  assert.equal(registry.renew(APP, ID, DIRTY, NOW).outcome, 'unknown-status');
  registry.removeStatus(APP, ID, 'UNKNOWN', undefined, NOW);
  registry.register(registration(APP, ID), NOW);
  assert.equal(recordIn(registry).status, 'UP');
  assert.equal(registry.renew(APP, ID, DIRTY, NOW).outcome, 'done');
});

test('removing an override without naming a status makes the client register again with its own', () => {
  const registry = registryWith();
  registry.setStatus(APP, ID, 'OUT_OF_SERVICE', undefined, NOW);
  assert.deepEqual(registry.removeStatus(APP, ID, 'UNKNOWN', undefined, NOW + 3).changed, [APP]);
  assert.equal(recordIn(registry).status, 'UNKNOWN');
  assert.equal(recordIn(registry).overriddenStatus, 'UNKNOWN');
  assert.equal(recordIn(registry).actionType, 'MODIFIED');
  assert.equal(registry.renew(APP, ID, DIRTY, NOW).outcome, 'unknown-status');
  registry.register(registration(APP, ID), NOW + 4);
  assert.equal(recordIn(registry).status, 'UP');
});

test('after a status call with newer data the registration counts as older and UNKNOWN is kept', () => {
  const registry = registryWith();
  registry.setStatus(APP, ID, 'DOWN', DIRTY + 5, NOW);
  registry.removeStatus(APP, ID, 'UNKNOWN', undefined, NOW);
  registry.register(registration(APP, ID), NOW);
  assert.equal(recordIn(registry).status, 'UNKNOWN');
  assert.equal(registry.renew(APP, ID, DIRTY, NOW).outcome, 'unknown-status');
});

test('cancelling removes the override as well, even of an instance that is not registered', () => {
  const registry = registryWith();
  registry.setStatus(APP, ID, 'OUT_OF_SERVICE', undefined, NOW);
  assert.deepEqual(registry.cancel(APP, ID, NOW), { outcome: 'done', changed: [APP] });
  registry.register(registration(APP, ID), NOW);
  assert.equal(recordIn(registry).status, 'UP');
  registry.setStatus(APP, ID, 'OUT_OF_SERVICE', undefined, NOW);
  assert.equal(registry.cancel(BILLS, ID, NOW).outcome, 'not-found');
  assert.deepEqual(registry.removeStatus(APP, ID, 'UP', undefined, NOW).changed, [], 'no override is left');
});

test('calls for an instance that is not registered are not found', () => {
  const registry = new LeaseRegistry(NOW);
  const notFound = { outcome: 'not-found', changed: [] };
  assert.deepEqual(registry.setStatus(APP, ID, 'DOWN', undefined, NOW), notFound);
  assert.deepEqual(registry.removeStatus(APP, ID, 'UP', undefined, NOW), notFound);
  assert.deepEqual(registry.mergeMetadata(APP, ID, new Map([['a', 'b']]), NOW), notFound);
  assert.deepEqual(registry.cancel(APP, ID, NOW), notFound);
});

test('an override reaches the same id in other applications at once, so that no heartbeat has to change them', () => {
  const registry = registryWith();
  registry.register(registration(BILLS, ID), NOW);
  registry.register(registration('dues', ID, { status: 'DOWN' }), NOW);
  assert.deepEqual(registry.setStatus(APP, ID, 'OUT_OF_SERVICE', undefined, NOW).changed, [APP, BILLS]);
  const before = recordIn(registry, BILLS);
  assert.equal(before.status, 'OUT_OF_SERVICE');
  assert.equal(before.overriddenStatus, 'UNKNOWN', 'the override was not set there');
  assert.equal(registry.renew(BILLS, ID, DIRTY, NOW + 1).outcome, 'done');
  assert.equal(recordIn(registry, BILLS), before);
  assert.equal(recordIn(registry, appName('dues')).status, 'DOWN');
});

test('an override to UNKNOWN leaves the same id elsewhere as it is, but its heartbeats are refused', () => {
  const registry = registryWith();
  registry.register(registration(BILLS, ID), NOW);
  assert.deepEqual(registry.setStatus(APP, ID, 'UNKNOWN', undefined, NOW).changed, [APP]);
  assert.equal(recordIn(registry, BILLS).status, 'UP');
  assert.equal(registry.renew(BILLS, ID, DIRTY, NOW).outcome, 'unknown-status');
});

test('an override that is not used for an hour is forgotten, and heartbeats use it', () => {
  const registry = registryWith();
  registry.setStatus(APP, ID, 'OUT_OF_SERVICE', undefined, NOW);
  registry.renew(APP, ID, DIRTY, NOW + HOUR - 1);
  assert.deepEqual(registry.removeStatus(APP, ID, 'UP', undefined, NOW + 2 * HOUR - 2).changed, [APP]);

  registry.setStatus(APP, ID, 'DOWN', undefined, NOW);
  registry.renew(APP, ID, DIRTY, NOW + HOUR - 1);
  assert.deepEqual(registry.removeStatus(APP, ID, 'UP', undefined, NOW + HOUR).changed, [], 'DOWN is not looked up');
});

test('an instance whose override was forgotten keeps its status', () => {
  const registry = registryWith();
  registry.setStatus(APP, ID, 'OUT_OF_SERVICE', undefined, NOW);
  assert.equal(registry.renew(APP, ID, DIRTY, NOW + HOUR).outcome, 'done');
  registry.register(registration(APP, ID), NOW + HOUR);
  assert.equal(recordIn(registry).status, 'OUT_OF_SERVICE');
});

test('runs of the evictor remove overrides that were not used for an hour', () => {
  const registry = registryWith();
  registry.setStatus(APP, ID, 'DOWN', undefined, NOW);
  assert.deepEqual([...registry.evict(NOW + HOUR - 1, () => 0)], []);
  assert.equal(registry.overrides, 1);
  assert.deepEqual([...registry.evict(NOW + HOUR, () => 0)], []);
  assert.equal(registry.overrides, 0);
});

test('new metadata is merged, and the same data is registered again', () => {
  const registry = registryWith({
    metadata: new Map([
      ['zone', 'a'],
      ['color', 'red'],
    ]),
  });
  const effect = registry.mergeMetadata(
    APP,
    instanceId('node1'),
    new Map([
      ['color', 'blue'],
      ['flag', ''],
    ]),
    NOW + 7,
  );
  assert.deepEqual(effect, { outcome: 'done', changed: [APP] });
  const record = recordIn(registry);
  assert.deepEqual(Object.fromEntries(record.metadata), { zone: 'a', color: 'blue', flag: '' });
  assert.equal(record.actionType, 'ADDED');
  assert.equal(record.lastDirtyTimestamp, DIRTY);
  assert.equal(record.lastUpdatedTimestamp, NOW + 7);
  assert.equal(record.leaseInfo?.registrationTimestamp, NOW + 7);
  assert.equal(record.leaseInfo?.serviceUpTimestamp, NOW);
});

test('an override of a peer stays when the client registers again, and is a change only once', () => {
  const registry = registryWith();
  assert.deepEqual(registry.adoptOverride(APP, ID, 'OUT_OF_SERVICE', NOW), { outcome: 'done', changed: [APP] });
  assert.deepEqual(registry.adoptOverride(APP, ID, 'OUT_OF_SERVICE', NOW), { outcome: 'done', changed: [] });
  registry.register(registration(APP, ID), NOW + 1);
  assert.equal(recordIn(registry).status, 'OUT_OF_SERVICE');
  assert.equal(registry.adoptOverride(BILLS, ID, 'UP', NOW).outcome, 'not-found');
  assert.equal(registry.current(BILLS, ID), undefined);
});

test('what is cancelled while the evictor runs is not ended a second time', () => {
  const registry = new LeaseRegistry(NOW, { selfPreservation: 'off', evictionIntervalMs: 60_000 });
  for (let n = 0; n < 20; n++) registry.register(registration(APP, `node${n}`), NOW);
  const run = registry.evict(NOW + 90_001 + 60_000, () => 0);
  const ended = run.next().value?.record.id;
  for (let n = 0; n < 20; n++) registry.cancel(APP, instanceId(`node${n}`), NOW);
  assert.notEqual(ended, undefined);
  assert.deepEqual([...run], []);
});
