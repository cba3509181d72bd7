import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceId } from '../../../../shared/model/names.ts';
import { APP, ID, NOW, recordIn, registration, registryWith } from '../../../support/lease-world.ts';

const DIRTY = NOW - 100;

test('a heartbeat changes nothing that is served, not even the record object', () => {
  const registry = registryWith();
  const before = recordIn(registry);
  assert.deepEqual(registry.renew(APP, ID, DIRTY, NOW + 30_000), { outcome: 'done', changed: [] });
  assert.equal(recordIn(registry), before);
});

test('the renewal time is shown with the next change of content', () => {
  const registry = registryWith();
  registry.renew(APP, ID, DIRTY, NOW + 30_000);
  registry.setStatus(APP, ID, 'DOWN', undefined, NOW + 40_000);
  assert.equal(recordIn(registry).leaseInfo?.lastRenewalTimestamp, NOW + 40_000 + 90_000);
});

test('a heartbeat without a lease is not found', () => {
  const registry = registryWith();
  assert.equal(registry.renew(APP, instanceId('nope'), DIRTY, NOW).outcome, 'not-found');
  assert.equal(registry.renew(APP, instanceId('NODE1'), DIRTY, NOW).outcome, 'not-found');
});

test('a heartbeat with equal, older or no data is accepted', () => {
  const registry = registryWith();
  for (const dirty of [DIRTY, DIRTY - 1, 0, undefined]) {
    assert.equal(registry.renew(APP, ID, dirty, NOW).outcome, 'done');
  }
});

test('a heartbeat that announces newer data asks for a registration, but keeps the lease alive', () => {
  const registry = registryWith();
  assert.deepEqual(registry.renew(APP, ID, DIRTY + 1, NOW), { outcome: 'newer-data', changed: [] });
  assert.equal(registry.preservation(NOW + 60_000).renewalsLastMinute, 1);
});

test('heartbeats of an instance that registered as UNKNOWN ask for a registration and do not count', () => {
  const registry = registryWith({ status: 'UNKNOWN' });
  assert.equal(registry.renew(APP, ID, DIRTY, NOW).outcome, 'unknown-status');
  assert.equal(registry.preservation(NOW + 60_000).renewalsLastMinute, 0);
});

test('heartbeats of instances that are DOWN or STARTING are accepted', () => {
  for (const status of ['DOWN', 'STARTING', 'OUT_OF_SERVICE'] as const) {
    assert.equal(registryWith({ status }).renew(APP, ID, DIRTY, NOW).outcome, 'done');
  }
});

test('heartbeats are counted by whole minutes', () => {
  const registry = registryWith();
  for (const at of [0, 20_000, 59_999]) registry.renew(APP, ID, DIRTY, NOW + at);
  assert.equal(registry.preservation(NOW + 59_999).renewalsLastMinute, 0, 'the first minute is not over');
  registry.renew(APP, ID, DIRTY, NOW + 60_000);
  assert.equal(registry.preservation(NOW + 60_000).renewalsLastMinute, 3);
  assert.equal(registry.preservation(NOW + 119_999).renewalsLastMinute, 3);
  assert.equal(registry.preservation(NOW + 120_000).renewalsLastMinute, 1);
  registry.renew(APP, ID, DIRTY, NOW + 121_000);
  assert.equal(registry.preservation(NOW + 300_000).renewalsLastMinute, 0, 'a minute without heartbeats has passed');
});

test('the cost of a heartbeat does not grow with the registry', () => {
  // By identity instead of time: a heartbeat may touch only its own lease, so all other records stay the same objects.
  const registry = registryWith();
  for (let i = 0; i < 500; i++) registry.register(registration(APP, `other${i}`), NOW);
  const before = registry.records(APP);
  registry.renew(APP, ID, DIRTY, NOW + 1);
  assert.ok(registry.records(APP)?.every((record, index) => record === before?.[index]));
});
