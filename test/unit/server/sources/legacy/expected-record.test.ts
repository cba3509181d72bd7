import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedRecord } from '../../../../../server/sources/legacy/expected-record.ts';
import type { InstanceRecord, InstanceStatus } from '../../../../../shared/model/instance.ts';
import { instance } from '../../../../support/instances.ts';
import { writes } from '../../../../support/legacy-scene.ts';

function registered(status: InstanceStatus, known: Partial<InstanceRecord> | undefined): InstanceRecord | undefined {
  const before = known === undefined ? undefined : instance('ORDERS', 'o-1', known);
  return expectedRecord(writes.register('ORDERS', 'o-1', {}, { status }), before);
}

test('a new registration has the status it came with', () => {
  assert.equal(registered('UP', undefined)?.status, 'UP');
  assert.equal(registered('STARTING', undefined)?.status, 'STARTING');
});

test('an override outlives a registration, but DOWN and STARTING are believed', () => {
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
  const out = expectedRecord(writes.setStatus('ORDERS', 'o-1', 'OUT_OF_SERVICE'), known);
  assert.equal(out?.status, 'OUT_OF_SERVICE');
  assert.equal(out?.overriddenStatus, 'OUT_OF_SERVICE');
  const back = expectedRecord(writes.removeStatus('ORDERS', 'o-1', 'UP'), out);
  assert.equal(back?.status, 'UP');
  assert.equal(back?.overriddenStatus, 'UNKNOWN');
  assert.equal(expectedRecord(writes.removeStatus('ORDERS', 'o-1', 'UNKNOWN'), known), known);
  const labelled = expectedRecord(writes.metadata('ORDERS', 'o-1', 'colour', 'green'), known);
  assert.deepEqual(labelled?.metadata, new Map([...known.metadata, ['colour', 'green']]));
  assert.equal(expectedRecord(writes.setStatus('ORDERS', 'o-1', 'DOWN'), undefined), undefined);
});
