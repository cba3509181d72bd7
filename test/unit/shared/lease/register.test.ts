import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LeaseRegistry } from '../../../../shared/lease/lease-registry.ts';
import { appName } from '../../../../shared/model/names.ts';
import { APP, askedLease, ID, NOW, recordIn, registration, registryWith } from '../../../support/lease-world.ts';

test('a new registration is served with its own data and the times of its lease', () => {
  const registry = new LeaseRegistry(NOW);
  const effect = registry.register(registration('orders', 'node1'), NOW + 7);
  assert.deepEqual(effect, { outcome: 'done', changed: [APP] });
  const record = recordIn(registry);
  assert.equal(record.lastDirtyTimestamp, NOW - 100, "the client's own version is stored unchanged");
  assert.equal(record.lastUpdatedTimestamp, NOW + 7);
  assert.equal(record.actionType, 'ADDED');
  assert.equal(record.leaseInfo?.registrationTimestamp, NOW + 7);
  assert.equal(record.leaseInfo?.lastRenewalTimestamp, NOW + 7);
  assert.equal(record.leaseInfo?.serviceUpTimestamp, NOW + 7);
});

test('repeating a registration succeeds each time and counts once', () => {
  const registry = registryWith();
  for (const at of [1, 2, 3]) {
    const effect = registry.register(registration(APP, ID), NOW + at);
    assert.deepEqual(effect, { outcome: 'done', changed: [APP] });
  }
  assert.equal(registry.size, 1);
  assert.equal(registry.preservation(NOW).expectedClients, 1);
  assert.equal(recordIn(registry).leaseInfo?.registrationTimestamp, NOW + 3);
});

test('older data than the registered data is not taken over, but starts a new lease', () => {
  const registry = registryWith({ ipAddr: '10.0.0.1' });
  registry.register(
    registration(APP, ID, { ipAddr: '10.0.0.2', lastDirtyTimestamp: NOW - 101, leaseInfo: askedLease(5) }),
    NOW + 50_000,
  );
  const record = recordIn(registry);
  assert.equal(record.ipAddr, '10.0.0.1');
  assert.equal(record.lastDirtyTimestamp, NOW - 100);
  assert.equal(record.leaseInfo?.registrationTimestamp, NOW + 50_000);
  assert.equal(record.leaseInfo?.durationInSecs, 90);
});

test('equally old data replaces the registered data', () => {
  const registry = registryWith({ ipAddr: '10.0.0.1' });
  registry.register(registration(APP, ID, { ipAddr: '10.0.0.2' }), NOW + 1);
  assert.equal(recordIn(registry).ipAddr, '10.0.0.2');
});

test('serviceUpTimestamp outlives re-registration, registrationTimestamp does not', () => {
  const registry = registryWith();
  registry.register(registration(APP, ID, { lastDirtyTimestamp: NOW + 5 }), NOW + 5);
  assert.equal(recordIn(registry).leaseInfo?.serviceUpTimestamp, NOW);
  assert.equal(recordIn(registry).leaseInfo?.registrationTimestamp, NOW + 5);
});

test('serviceUpTimestamp is set when the instance first registers as UP', () => {
  const registry = registryWith({ status: 'STARTING' });
  assert.equal(recordIn(registry).leaseInfo?.serviceUpTimestamp, 0);
  registry.register(registration(APP, ID, { status: 'UP' }), NOW + 5);
  assert.equal(recordIn(registry).leaseInfo?.serviceUpTimestamp, NOW + 5);
});

test('an override that the client brings is adopted only when there is none', () => {
  const registry = registryWith({ overriddenStatus: 'OUT_OF_SERVICE' });
  assert.equal(recordIn(registry).status, 'OUT_OF_SERVICE');
  assert.equal(recordIn(registry).overriddenStatus, 'OUT_OF_SERVICE');
  registry.register(registration(APP, ID, { overriddenStatus: 'DOWN' }), NOW + 1);
  assert.equal(recordIn(registry).status, 'OUT_OF_SERVICE');
  assert.equal(recordIn(registry).overriddenStatus, 'OUT_OF_SERVICE');
});

test('an override stays through re-registration', () => {
  const registry = registryWith();
  registry.setStatus(APP, ID, 'OUT_OF_SERVICE', undefined, NOW);
  registry.register(registration(APP, ID, { lastDirtyTimestamp: NOW + 1 }), NOW + 1);
  assert.equal(recordIn(registry).status, 'OUT_OF_SERVICE');
  assert.equal(recordIn(registry).overriddenStatus, 'OUT_OF_SERVICE');
});

test('an instance claiming to be the registry server itself is not served as such', () => {
  assert.equal(recordIn(registryWith({ isCoordinatingDiscoveryServer: true })).isCoordinatingDiscoveryServer, false);
});

test('the same id in another application is another instance, ids are case-sensitive', () => {
  const registry = registryWith();
  registry.register(registration('bills', ID), NOW);
  registry.register(registration(APP, 'NODE1'), NOW);
  assert.equal(registry.size, 3);
  assert.equal(registry.applications, 2);
  assert.equal(registry.cancel(appName('bills'), ID, NOW).outcome, 'done');
  assert.equal(registry.records(appName('bills')), undefined);
  assert.equal(recordIn(registry).id, ID);
});
