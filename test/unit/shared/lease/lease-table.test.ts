import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newLease } from '../../../../shared/lease/lease.ts';
import { LeaseTable } from '../../../../shared/lease/lease-table.ts';
import { appName, instanceId } from '../../../../shared/model/names.ts';
import { NOW, registration } from '../../../support/lease-world.ts';

const ID = instanceId('node1');

function tableOf(...names: readonly (readonly [app: string, id: string])[]): LeaseTable {
  const table = new LeaseTable();
  for (const [app, id] of names) table.put(newLease(registration(app, id), 90_000, undefined, NOW));
  return table;
}

test('one id in several applications has a lease in each, and they are removed one by one', () => {
  const table = tableOf(['A', ID], ['B', ID], ['C', ID]);
  assert.deepEqual([table.size, table.applications, table.withId(ID).length], [3, 3, 3]);
  table.remove(appName('A'), ID);
  assert.deepEqual(
    table.withId(ID).map(({ record }) => record.app),
    ['B', 'C'],
  );
  assert.equal(table.get(appName('A'), ID), undefined);
  assert.equal(table.get(appName('C'), ID)?.record.app, 'C');
  table.remove(appName('C'), ID);
  table.remove(appName('B'), ID);
  table.remove(appName('B'), ID);
  assert.deepEqual([table.size, table.applications, table.withId(ID).length], [0, 0, 0]);
});

test('records are in the order of registration, whichever slots they have', () => {
  const ids = (table: LeaseTable): readonly string[] => (table.records(appName('A')) ?? []).map(({ id }) => id);
  const table = tableOf(['A', '1'], ['A', '2'], ['A', '3']);
  table.remove(appName('A'), instanceId('1'));
  table.put(newLease(registration('A', '4'), 90_000, undefined, NOW));
  table.put(newLease(registration('A', '2'), 90_000, undefined, NOW));
  assert.deepEqual(ids(table), ['2', '3', '4']);
});

test('a lease includes the renewals since it was put, and the lease that was put does not change', () => {
  const table = tableOf(['A', ID]);
  const before = table.get(appName('A'), ID);
  const slot = table.slotOf(appName('A'), ID) ?? NaN;
  table.rows.writeOff(slot);
  assert.equal(table.rows.expected, 0);
  table.rows.renew(slot, NOW + 5_000);
  assert.equal(table.rows.expected, 1);
  assert.equal(table.get(appName('A'), ID)?.lastRenewalTimestamp, NOW + 95_000);
  assert.equal(before?.lastRenewalTimestamp, NOW);
});

test('a slot that is used again keeps nothing of the removed lease', () => {
  const table = tableOf(['A', ID]);
  table.rows.renew(table.slotOf(appName('A'), ID) ?? NaN, NOW + 60_000);
  table.remove(appName('A'), ID);
  assert.deepEqual([table.rows.expected, table.rows.expired(NOW + 10 ** 9)], [0, []]);
  table.put(newLease(registration('B', ID), 10_000, undefined, NOW));
  assert.equal(table.get(appName('B'), ID)?.lastRenewalTimestamp, NOW);
  assert.equal(table.rows.expired(NOW + 10_001).length, 1);
});

test('slots stay dense: a free slot is used again', () => {
  const table = tableOf();
  const app = appName('A');
  for (let round = 0; round < 5; round++) {
    const ids = Array.from({ length: 100 }, (_, i) => instanceId(`${round}-${i}`));
    for (const id of ids) table.put(newLease(registration(app, id), 90_000, undefined, NOW));
    const slots = ids.map((id) => table.slotOf(app, id) ?? NaN);
    assert.deepEqual([new Set(slots).size, Math.max(...slots), table.size], [100, 99, 100]);
    for (const id of ids) table.remove(app, id);
  }
  assert.deepEqual([table.size, table.applications], [0, 0]);
});

test('application and id are kept apart, whatever characters they have', () => {
  const table = tableOf(['AB', 'C']);
  assert.equal(table.get(appName('A'), instanceId('BC')), undefined);
});

test('more leases than there were rows at first keep what heartbeats said of them', () => {
  const ids = Array.from({ length: 200 }, (_, n) => ['A', `i-${n}`] as const);
  const table = tableOf(...ids);
  assert.equal(table.rows.expected, 200);
  table.rows.writeOff(0);
  const more = Array.from({ length: 200 }, (_, n) => newLease(registration('B', `i-${n}`), 90_000, undefined, NOW));
  for (const lease of more) table.put(lease);
  assert.equal(table.rows.expected, 399);
  assert.equal(table.get(appName('A'), instanceId('i-0'))?.expectation, 'no');
  assert.equal(table.get(appName('A'), instanceId('i-199'))?.expectation, 'yes');
  assert.equal(table.rows.renewedAt(199), NOW);
});

test('a lease that was written off stays so when its content changes', () => {
  const table = tableOf(['A', ID]);
  table.rows.writeOff(0);
  const lease = table.get(appName('A'), ID);
  assert.ok(lease !== undefined);
  table.put(lease);
  assert.equal(table.rows.expected, 0);
});

test('a lease expires after its duration and not at its end', () => {
  const table = tableOf(['A', ID]);
  assert.deepEqual(table.rows.expired(NOW + 90_000), []);
  assert.deepEqual(table.rows.expired(NOW + 90_001), [0]);
});

test('removed leases are not among all, and an id that is only once registered is found by it', () => {
  const table = tableOf(['A', '1'], ['A', '2']);
  table.remove(appName('A'), instanceId('1'));
  assert.deepEqual(
    [...table.all()].map(({ record }) => record.id),
    ['2'],
  );
  assert.deepEqual(
    table.withId(instanceId('2')).map(({ record }) => record.app),
    ['A'],
  );
  assert.deepEqual(table.withId(instanceId('1')), []);
});
