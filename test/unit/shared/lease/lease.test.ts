import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datedUp, isExpired, leaseDurationMs, newLease, renewed, withContent } from '../../../../shared/lease/lease.ts';
import { askedLease, NOW, registration } from '../../../support/lease-world.ts';

const lease = newLease(registration('orders', 'node1'), 90_000, undefined, NOW);

test('a lease that never was renewed expires after one duration', () => {
  assert.equal(isExpired(lease, NOW + 90_000), false);
  assert.equal(isExpired(lease, NOW + 90_001), true);
});

test('a lease that was renewed expires two durations after the last heartbeat', () => {
  const alive = renewed(renewed(lease, NOW + 10_000), NOW + 30_000);
  assert.equal(isExpired(alive, NOW + 30_000 + 180_000), false);
  assert.equal(isExpired(alive, NOW + 30_000 + 180_001), true);
});

test('the compensation of a late run postpones expiry', () => {
  assert.equal(isExpired(lease, NOW + 95_000, 5_000), false);
  assert.equal(isExpired(lease, NOW + 95_001, 5_000), true);
});

test('the renewal time on the wire is shifted, the other times are not', () => {
  const { leaseInfo } = withContent(datedUp(renewed(lease, NOW + 5_000), 'UP', NOW + 5_000), {}).record;
  assert.deepEqual(leaseInfo, {
    renewalIntervalInSecs: 30,
    durationInSecs: 90,
    registrationTimestamp: NOW,
    lastRenewalTimestamp: NOW + 95_000,
    evictionTimestamp: 0,
    serviceUpTimestamp: NOW + 5_000,
  });
});

test('a registration without a usable duration gets 90 seconds, and shows the defaults', () => {
  assert.equal(leaseDurationMs(registration('orders', 'node1', { leaseInfo: undefined })), 90_000);
  assert.equal(leaseDurationMs(registration('orders', 'node1', { leaseInfo: askedLease(0) })), 90_000);
  assert.equal(leaseDurationMs(registration('orders', 'node1', { leaseInfo: askedLease(-5) })), 90_000);
  assert.equal(leaseDurationMs(registration('orders', 'node1', { leaseInfo: askedLease(7) })), 7_000);
  const bare = newLease(registration('orders', 'node1', { leaseInfo: undefined }), 90_000, undefined, NOW);
  const { leaseInfo } = withContent(bare, {}).record;
  assert.equal(leaseInfo?.durationInSecs, 90);
  assert.equal(leaseInfo?.renewalIntervalInSecs, 30);
});

test('the time of becoming UP is kept from the first time on', () => {
  const up = datedUp(lease, 'UP', NOW + 1);
  assert.equal(up.serviceUpTimestamp, NOW + 1);
  assert.equal(datedUp(up, 'UP', NOW + 2).serviceUpTimestamp, NOW + 1);
  assert.equal(datedUp(lease, 'DOWN', NOW + 1).serviceUpTimestamp, 0);
  assert.equal(newLease(up.record, 90_000, up, NOW + 9).serviceUpTimestamp, NOW + 1);
});
