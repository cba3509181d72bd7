import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedRecord } from '../../../../../../server/sources/legacy/write/expected-record.ts';
import type { InstanceRecord, InstanceStatus } from '../../../../../../shared/model/instance.ts';
import { instance } from '../../../../../support/instances.ts';
import { writes } from '../../../../../support/legacy-scene.ts';

const NOW = 1_750_000_900_000;

function registered(status: InstanceStatus, known: Partial<InstanceRecord> | undefined): InstanceRecord | undefined {
  const before = known === undefined ? undefined : instance('ORDERS', 'o-1', known);
  return expectedRecord(writes.register('ORDERS', 'o-1', {}, { status }), before, NOW);
}

test('a new registration has the status it came with', () => {
  assert.equal(registered('UP', undefined)?.status, 'UP');
  assert.equal(registered('STARTING', undefined)?.status, 'STARTING');
});

test('an override outlives a registration, but not one as DOWN or STARTING', () => {
  const overridden = { status: 'OUT_OF_SERVICE', overriddenStatus: 'OUT_OF_SERVICE' } as const;
  assert.equal(registered('UP', overridden)?.status, 'OUT_OF_SERVICE');
  assert.equal(registered('UP', overridden)?.overriddenStatus, 'OUT_OF_SERVICE');
  assert.equal(registered('DOWN', overridden)?.status, 'DOWN');
});

test('a client cannot move itself between UP and OUT_OF_SERVICE by registering', () => {
  assert.equal(registered('UP', { status: 'OUT_OF_SERVICE' })?.status, 'OUT_OF_SERVICE');
  assert.equal(registered('OUT_OF_SERVICE', { status: 'UP' })?.status, 'UP');
  assert.equal(registered('UP', { status: 'DOWN' })?.status, 'UP');
});

test('status and metadata writes change what is known, and nothing when nothing is known', () => {
  const known = instance('ORDERS', 'o-1');
  const out = expectedRecord(writes.setStatus('ORDERS', 'o-1', 'OUT_OF_SERVICE'), known, NOW);
  assert.equal(out?.status, 'OUT_OF_SERVICE');
  assert.equal(out?.overriddenStatus, 'OUT_OF_SERVICE');
  const back = expectedRecord(writes.removeStatus('ORDERS', 'o-1', 'UP'), out, NOW);
  assert.equal(back?.status, 'UP');
  assert.equal(back?.overriddenStatus, 'UNKNOWN');
  assert.equal(expectedRecord(writes.removeStatus('ORDERS', 'o-1', 'UNKNOWN'), known, NOW), known);
  const labelled = expectedRecord(writes.metadata('ORDERS', 'o-1', 'colour', 'green'), known, NOW);
  assert.deepEqual(labelled?.metadata, new Map([...known.metadata, ['colour', 'green']]));
  assert.equal(expectedRecord(writes.setStatus('ORDERS', 'o-1', 'DOWN'), undefined, NOW), undefined);
});

test('a registration begins its lease now, and keeps since when the instance is UP', () => {
  assert.equal(registered('UP', undefined)?.lastUpdatedTimestamp, NOW);
  assert.equal(registered('UP', undefined)?.leaseInfo?.registrationTimestamp, NOW);
  assert.equal(registered('UP', undefined)?.leaseInfo?.serviceUpTimestamp, NOW);
  assert.equal(registered('STARTING', undefined)?.leaseInfo?.serviceUpTimestamp, 0);
  const leaseInfo = {
    renewalIntervalInSecs: 30,
    durationInSecs: 90,
    registrationTimestamp: 1,
    lastRenewalTimestamp: 1,
    evictionTimestamp: 0,
    serviceUpTimestamp: 1,
  };
  assert.equal(registered('UP', { leaseInfo })?.leaseInfo?.serviceUpTimestamp, 1);
});

test('the status that an instance has already is no override', () => {
  const known = instance('ORDERS', 'o-1', { status: 'UP' });
  assert.equal(expectedRecord(writes.setStatus('ORDERS', 'o-1', 'UP'), known, NOW), known);
});
