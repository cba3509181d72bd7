import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InstanceRecord, InstanceStatus } from '../../../../shared/model/instance.ts';
import { PUBLISHED_MARKER } from '../../../../shared/model/names.ts';
import { compareForms, publishedForm } from '../../../../shared/publish/published-form.ts';
import { syntheticEntry } from '../../../support/synthetic-entries.ts';

const ENTRY = syntheticEntry('CAROL', 0);
const FORM = publishedForm(ENTRY);

test('a published entry has a lease and time stamps of its own, its marker, and otherwise what is served', () => {
  assert.deepEqual(publishedForm({ ...ENTRY, overriddenStatus: 'DOWN', actionType: 'MODIFIED' }), {
    ...ENTRY,
    overriddenStatus: 'UNKNOWN',
    leaseInfo: {
      renewalIntervalInSecs: 30,
      durationInSecs: 90,
      registrationTimestamp: 0,
      lastRenewalTimestamp: 0,
      evictionTimestamp: 0,
      serviceUpTimestamp: 0,
    },
    metadata: new Map([...ENTRY.metadata, [PUBLISHED_MARKER, 'true']]),
    lastUpdatedTimestamp: 1_000_000_000_000,
    lastDirtyTimestamp: 1_000_000_000_000,
    actionType: undefined,
  });
});

test('what a server sets by itself is no difference', () => {
  const shown: InstanceRecord = {
    ...FORM,
    leaseInfo: ENTRY.leaseInfo,
    lastUpdatedTimestamp: 5,
    lastDirtyTimestamp: 7,
    actionType: 'ADDED',
  };
  assert.equal(compareForms(FORM, shown), 'none');
});

test('other content is registered over what is there, unless the server would keep its own', () => {
  const other = { ...FORM, hostName: 'old.example.com' };
  assert.equal(compareForms(FORM, other), 'outdated');
  assert.equal(compareForms(FORM, { ...other, lastDirtyTimestamp: FORM.lastDirtyTimestamp - 1 }), 'outdated');
  assert.equal(compareForms(FORM, { ...other, lastDirtyTimestamp: FORM.lastDirtyTimestamp + 1 }), 'locked');
});

test('between UP and OUT_OF_SERVICE a server keeps its status, between others it does not', () => {
  const compared = (wanted: InstanceStatus, shown: InstanceStatus) =>
    compareForms({ ...FORM, status: wanted }, { ...FORM, status: shown });
  assert.deepEqual(
    [compared('UP', 'OUT_OF_SERVICE'), compared('OUT_OF_SERVICE', 'UP'), compared('UP', 'UP')],
    ['locked', 'locked', 'none'],
  );
  assert.deepEqual(
    [compared('UP', 'DOWN'), compared('DOWN', 'UP'), compared('OUT_OF_SERVICE', 'DOWN')],
    ['outdated', 'outdated', 'outdated'],
  );
  assert.equal(compareForms(FORM, { ...FORM, hostName: 'old.example.com' }), 'outdated', 'with the same status');
});

test('a status that somebody set there is no difference, and keeps nothing else from being registered', () => {
  const overridden = { ...FORM, status: 'OUT_OF_SERVICE', overriddenStatus: 'OUT_OF_SERVICE' } as const;
  assert.equal(compareForms(FORM, overridden), 'none');
  const other = { ...overridden, hostName: 'old.example.com', lastDirtyTimestamp: FORM.lastDirtyTimestamp + 1 };
  assert.equal(compareForms(FORM, other), 'outdated');
});
