import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PendingWrites } from '../../../../../server/sources/legacy/pending-writes.ts';
import type { InstanceRecord } from '../../../../../shared/model/instance.ts';
import { appName, instanceId } from '../../../../../shared/model/names.ts';
import { instance } from '../../../../support/instances.ts';

const T0 = 1_750_000_000_000;
const APP = appName('ORDERS');
const ID = instanceId('o-1');
const record = instance('ORDERS', 'o-1', { lastUpdatedTimestamp: 100 });

function pending(): PendingWrites {
  return new PendingWrites({ pendingRecheckAfter: 10_000, pendingLimit: 60_000 });
}

function poll(over: PendingWrites, seen: InstanceRecord | undefined, now = T0 + 1): boolean {
  const point = over.point();
  over.settle(() => seen, point, now);
  return over.get(APP, ID) === undefined;
}

test('a register is settled by a poll that shows it or something newer, not by one that does not', () => {
  const over = pending();
  over.put(APP, ID, record, 100, T0);
  assert.equal(poll(over, undefined), false);
  assert.equal(poll(over, instance('ORDERS', 'o-1', { lastUpdatedTimestamp: 99, status: 'DOWN' })), false);
  assert.equal(poll(over, { ...record }), true);
  over.put(APP, ID, record, 100, T0);
  assert.equal(poll(over, instance('ORDERS', 'o-1', { lastUpdatedTimestamp: 101, status: 'DOWN' })), true);
});

test('a record that only we expected is settled by the same content with the server’s own times', () => {
  const over = pending();
  over.put(APP, ID, record, undefined, T0);
  assert.equal(poll(over, { ...record, lastUpdatedTimestamp: 7_000, status: 'DOWN' }), false);
  assert.equal(poll(over, { ...record, lastUpdatedTimestamp: 7_000, leaseInfo: undefined }), true);
});

test('a cancel is settled by a poll without the instance', () => {
  const over = pending();
  over.put(APP, ID, undefined, 100, T0);
  assert.equal(poll(over, record), false);
  assert.equal(poll(over, undefined), true);
  assert.equal(over.size, 0);
});

test('a poll that was asked for before the write settles nothing', () => {
  const over = pending();
  const point = over.point();
  over.put(APP, ID, undefined, 100, T0);
  over.settle(() => undefined, point, T0 + 100_000);
  assert.equal(over.size, 1);
});

test('a disagreement is asked about after the hold time, then ever more rarely', () => {
  const over = pending();
  over.put(APP, ID, record, 100, T0);
  assert.deepEqual(over.due(T0 + 9_999, 10), []);
  const [entry] = over.due(T0 + 10_000, 10);
  assert.ok(entry);
  assert.equal(over.rechecked(entry, record, T0 + 10_000), APP);
  assert.deepEqual(over.due(T0 + 29_999, 10), []);
  const [again] = over.due(T0 + 30_000, 10);
  assert.ok(again);
  assert.equal(over.rechecked(again, 'no-answer', T0 + 30_000), APP);
  assert.equal(over.get(APP, ID)?.record, record);
  assert.equal(over.due(T0 + 70_000, 10).length, 1);
});

test('the legacy’s own word counts: no such instance, or one after all', () => {
  const over = pending();
  over.put(APP, ID, record, 100, T0);
  const [entry] = over.due(T0 + 10_000, 10);
  assert.ok(entry);
  over.rechecked(entry, 'none', T0 + 10_000);
  assert.equal(over.get(APP, ID), undefined);
  over.put(APP, ID, undefined, 100, T0);
  const [cancelled] = over.due(T0 + 10_000, 10);
  assert.ok(cancelled);
  over.rechecked(cancelled, record, T0 + 10_000);
  assert.equal(over.get(APP, ID)?.record, record);
});

test('an answer about a state that was written over meanwhile is ignored', () => {
  const over = pending();
  over.put(APP, ID, record, 100, T0);
  const [entry] = over.due(T0 + 10_000, 10);
  assert.ok(entry);
  over.put(APP, ID, { ...record, status: 'DOWN' }, 200, T0 + 10_000);
  assert.equal(over.rechecked(entry, 'none', T0 + 10_001), undefined);
  assert.equal(over.get(APP, ID)?.record?.status, 'DOWN');
});

test('an instance that polls show newer than it was when cancelled is asked about at once', () => {
  const over = pending();
  over.put(APP, ID, undefined, 100, T0);
  assert.equal(poll(over, { ...record, lastUpdatedTimestamp: 200 }, T0 + 1), false);
  assert.equal(over.due(T0 + 1, 10).length, 1);
});

test('at the age limit the polls win', () => {
  const over = pending();
  over.put(APP, ID, record, 100, T0);
  assert.equal(poll(over, undefined, T0 + 59_999), false);
  assert.equal(poll(over, undefined, T0 + 60_000), true);
});

test('the number of questions per poll is bounded', () => {
  const over = pending();
  for (let n = 0; n < 20; n++) over.put(APP, instanceId(`o-${n}`), undefined, 100, T0);
  assert.equal(over.due(T0 + 10_000, 5).length, 5);
});
