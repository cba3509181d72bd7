import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_EXPIRY } from '../../../../shared/lease/expiry.ts';
import { LeaseRegistry } from '../../../../shared/lease/lease-registry.ts';
import { leaseRegistryState } from '../../../../shared/lease/registry-state.ts';
import { appName, instanceId } from '../../../../shared/model/names.ts';
import { APP, askedLease, ID, NOW, recordIn, registration, registryWith } from '../../../support/lease-world.ts';

const UNPROTECTED = { ...DEFAULT_EXPIRY, selfPreservation: 'off' } as const;
const first = (): number => 0;

/** Another process that begins with what this registry knew, by way of the file. */
function restarted(registry: LeaseRegistry, now: number): LeaseRegistry {
  const next = new LeaseRegistry(now, UNPROTECTED);
  const state: unknown = JSON.parse(JSON.stringify(leaseRegistryState.write(registry.state(now))));
  next.restore(registry.records(APP) ?? [], leaseRegistryState.read(state), now);
  return next;
}

function evicted(registry: LeaseRegistry, now: number): readonly string[] {
  return [...registry.evict(now, first)].map(({ record }) => record.id);
}

test('what is served after a restart is what was served before', () => {
  const before = registryWith();
  before.register(registration(APP, 'node2'), NOW + 5);
  const after = restarted(before, NOW + 60_000);
  assert.deepEqual(after.records(APP), before.records(APP));
});

test('nobody is evicted before a lease duration has passed since the start, however long we were away', () => {
  const before = registryWith();
  before.renew(APP, ID, undefined, NOW + 1000);
  const start = NOW + 3_600_000;
  const after = restarted(before, start);
  assert.deepEqual(evicted(after, start + 90_000), []);
  assert.deepEqual(evicted(after, start + 90_001), [ID]);
});

test('a clock that was set back makes no lease last for ever', () => {
  const before = registryWith();
  before.renew(APP, ID, undefined, NOW + 1000);
  const start = NOW - 3_600_000;
  assert.deepEqual(evicted(restarted(before, start), start + 90_001), [ID]);
});

test('a heartbeat after the restart finds its lease; when it was UP first stays known', () => {
  const before = registryWith();
  const after = restarted(before, NOW + 60_000);
  assert.equal(after.renew(APP, ID, undefined, NOW + 61_000).outcome, 'done');
  after.register(registration(APP, ID), NOW + 62_000);
  assert.equal(recordIn(after).leaseInfo?.serviceUpTimestamp, NOW);
});

test('what operators have set stays set, also for instances that come back later', () => {
  const before = registryWith();
  before.setStatus(APP, ID, 'OUT_OF_SERVICE', undefined, NOW + 1000);
  before.register(registration(APP, 'node2'), NOW + 1000);
  before.setStatus(APP, instanceId('node2'), 'OUT_OF_SERVICE', undefined, NOW + 1000);
  // Gone without a cancel, which would take the override with it.
  const after = new LeaseRegistry(NOW + 60_000, UNPROTECTED);
  after.restore([recordIn(before)], before.state(NOW + 60_000), NOW + 60_000);
  assert.equal(after.overrides, 2);
  after.register(registration(APP, ID), NOW + 61_000);
  after.register(registration(APP, 'node2'), NOW + 61_000);
  assert.deepEqual(
    after.records(APP)?.map(({ status }) => status),
    ['OUT_OF_SERVICE', 'OUT_OF_SERVICE'],
  );
  assert.equal(after.removeStatus(APP, ID, 'UP', undefined, NOW + 62_000).outcome, 'done');
  assert.equal(recordIn(after).status, 'UP');
});

test('a duration that is not the one in the record is kept: its registration lost to newer data', () => {
  const before = registryWith({ lastDirtyTimestamp: NOW });
  before.register(registration(APP, ID, { lastDirtyTimestamp: NOW - 5000, leaseInfo: askedLease(10) }), NOW + 1000);
  assert.equal(before.state(NOW + 1000).durations.length, 1);
  const start = NOW + 60_000;
  const after = restarted(before, start);
  assert.deepEqual(evicted(after, start + 10_001), [ID]);
});

test('the first registration stays the first, and a record without a lease begins one', () => {
  const before = registryWith();
  const after = restarted(before, NOW + 60_000);
  assert.equal(after.current(APP, ID)?.leaseInfo?.registrationTimestamp, NOW);
  const bare = new LeaseRegistry(NOW, UNPROTECTED);
  bare.restore([registration(APP, ID, { leaseInfo: undefined })], { overrides: [], durations: [] }, NOW + 5);
  const lease = bare.current(APP, ID)?.leaseInfo;
  assert.deepEqual([lease?.registrationTimestamp, lease?.serviceUpTimestamp], [NOW + 5, 0]);
});

test('heartbeats of restored instances are expected from the start', () => {
  assert.equal(restarted(registryWith(), NOW + 60_000).preservation(NOW + 61_000).expectedClients, 1);
});

test('only durations that differ are kept, and what the file says of nobody or of no time is passed over', () => {
  const before = registryWith();
  before.setStatus(APP, ID, 'OUT_OF_SERVICE', undefined, NOW);
  const state = before.state(NOW);
  assert.deepEqual(state, { overrides: [{ id: ID, status: 'OUT_OF_SERVICE' }], durations: [] });
  assert.deepEqual(leaseRegistryState.read(JSON.parse(JSON.stringify(leaseRegistryState.write(state)))), state);
  const durations = [
    { app: APP, id: instanceId('nobody'), durationMs: 10_000 },
    { app: APP, id: ID, durationMs: 0 },
  ];
  const after = new LeaseRegistry(NOW, UNPROTECTED);
  after.restore(before.records(APP) ?? [], { overrides: [], durations }, NOW);
  assert.deepEqual(evicted(after, NOW + 90_000), []);
  assert.deepEqual(evicted(after, NOW + 90_001), [ID]);
});

test('overrides that belong to instances are kept as such', () => {
  const overrides = [{ app: APP, id: ID, status: 'OUT_OF_SERVICE' }] as const;
  const after = new LeaseRegistry(NOW, UNPROTECTED, 'instance');
  after.restore([registration(APP, ID), registration('bills', ID)], { overrides, durations: [] }, NOW);
  const state = after.state(NOW);
  assert.deepEqual(state.overrides, overrides);
  assert.deepEqual(leaseRegistryState.read(JSON.parse(JSON.stringify(leaseRegistryState.write(state)))), state);
  after.register(registration('bills', ID), NOW + 1);
  assert.equal(after.current(appName('bills'), ID)?.status, 'UP');
});
