import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMPACT_FIELDS, FIELDS } from '../../../../shared/model/fields.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { sameContent, sameToClients } from '../../../../shared/model/same-content.ts';
import { instance } from '../../../support/instances.ts';

const RECORD = instance('ORDERS', 'orders-1');
const LEASE = RECORD.leaseInfo!;

/** A different value for each field. A new field of the record does not compile until it is added here. */
const OTHERWISE: { readonly [K in Exclude<keyof InstanceRecord, 'id' | 'actionType'>]: InstanceRecord[K] } = {
  instanceId: 'orders-2',
  hostName: 'other.corp.example',
  app: instance('PAYMENTS', 'x').app,
  ipAddr: '10.9.9.9',
  sid: 'x',
  status: 'DOWN',
  overriddenStatus: 'OUT_OF_SERVICE',
  port: { number: 8080, enabled: false },
  securePort: { number: 444, enabled: false },
  countryId: 2,
  dataCenterInfo: { name: 'Netflix' },
  leaseInfo: { ...LEASE, evictionTimestamp: 1 },
  metadata: new Map([['zone', 'dc2']]),
  appGroupName: 'G',
  homePageUrl: '',
  statusPageUrl: 'http://x/info',
  healthCheckUrl: 'http://x/health',
  secureHealthCheckUrl: 'https://x/health',
  vipAddress: undefined,
  secureVipAddress: 'other',
  isCoordinatingDiscoveryServer: true,
  lastUpdatedTimestamp: 1,
  lastDirtyTimestamp: 1,
  asgName: 'asg',
};

test('every difference a client could see is a change', () => {
  for (const [name, value] of Object.entries(OTHERWISE)) {
    assert.equal(sameContent(RECORD, { ...RECORD, [name]: value }), false, name);
  }
});

test('time stamps that servers set are no difference to clients, everything else is', () => {
  const leaseInfo = { ...LEASE, registrationTimestamp: 1, lastRenewalTimestamp: 1, serviceUpTimestamp: 1 };
  const restamped = { ...RECORD, leaseInfo, lastUpdatedTimestamp: 1, lastDirtyTimestamp: 1 };
  assert.equal(sameToClients(RECORD, restamped), true);
  assert.equal(sameContent(RECORD, restamped), false);
  for (const [name, value] of Object.entries(OTHERWISE))
    if (!name.endsWith('Timestamp')) assert.equal(sameToClients(restamped, { ...RECORD, [name]: value }), false, name);
  const up = { ...RECORD, leaseInfo: { ...LEASE, registrationTimestamp: 1, serviceUpTimestamp: 2 } };
  const notYetUp = { ...up, leaseInfo: { ...up.leaseInfo, serviceUpTimestamp: 0 } };
  assert.equal(sameToClients(notYetUp, up), false, 'that it was noted to be up is no other time stamp');
  assert.equal(sameToClients(up, notYetUp), false);
  const longer = { ...RECORD, leaseInfo: { ...LEASE, durationInSecs: 7 } };
  assert.equal(sameToClients(RECORD, longer), false);
});

test('the field table has every field of a record', () => {
  assert.deepEqual(new Set(FIELDS.map(({ name }) => name)), new Set([...Object.keys(OTHERWISE), 'actionType']));
  assert.equal(COMPACT_FIELDS.length, 13);
});

test('equal copies, renewals and action types are no change', () => {
  assert.ok(sameContent(RECORD, RECORD));
  assert.ok(sameContent(RECORD, structuredClone(RECORD)));
  assert.ok(sameContent(RECORD, { ...RECORD, leaseInfo: { ...LEASE, lastRenewalTimestamp: 1 } }));
  assert.ok(sameContent(RECORD, { ...RECORD, actionType: 'MODIFIED' }));
  assert.ok(sameContent(RECORD, { ...RECORD, actionType: undefined }));
});

test('metadata is compared by entries, not by order or size alone', () => {
  const entries = (...pairs: (readonly [string, string])[]): InstanceRecord => ({
    ...RECORD,
    metadata: new Map(pairs),
  });
  assert.ok(sameContent(entries(['a', '1'], ['b', '2']), entries(['b', '2'], ['a', '1'])));
  assert.ok(!sameContent(entries(['a', '1']), entries(['b', '1'])));
  assert.ok(!sameContent(entries(['a', '1']), entries(['a', '1'], ['b', '2'])));
});

test('leases and data centers that come, go or differ are changes', () => {
  assert.ok(!sameContent(RECORD, { ...RECORD, leaseInfo: undefined }));
  assert.ok(!sameContent({ ...RECORD, leaseInfo: undefined }, RECORD));
  const amazon = (zone: string): InstanceRecord => ({
    ...RECORD,
    dataCenterInfo: { name: 'Amazon', metadata: new Map([['zone', zone]]) },
  });
  assert.ok(sameContent(amazon('a'), amazon('a')));
  assert.ok(!sameContent(amazon('a'), amazon('b')));
  assert.ok(!sameContent(amazon('a'), RECORD));
});
