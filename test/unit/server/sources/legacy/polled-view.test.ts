import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PolledView } from '../../../../../server/sources/legacy/polled-view.ts';
import type { InstanceRecord } from '../../../../../shared/model/instance.ts';
import { appName, instanceId } from '../../../../../shared/model/names.ts';
import { instance } from '../../../../support/instances.ts';

function document(...records: readonly InstanceRecord[]): Parameters<PolledView['replace']>[0] {
  const apps = Map.groupBy(records, ({ app }) => app);
  return { hashCode: undefined, applications: [...apps].map(([name, instances]) => ({ name, instances })) };
}

const APP = appName('ORDERS');
const lease = { renewalIntervalInSecs: 30, durationInSecs: 90, registrationTimestamp: 1, serviceUpTimestamp: 1 };

function deleted(lastRenewalTimestamp: number, evictionTimestamp: number): InstanceRecord {
  const leaseInfo = { ...lease, lastRenewalTimestamp, evictionTimestamp };
  return instance('ORDERS', 'o-1', { actionType: 'DELETED', leaseInfo });
}

test('the hash follows upserts, status changes and removals', () => {
  const view = new PolledView();
  view.replace(document(instance('ORDERS', 'o-1'), instance('ORDERS', 'o-2', { status: 'DOWN' })));
  assert.equal(view.hashCode(), 'DOWN_1_UP_1_');
  view.apply(document(instance('ORDERS', 'o-2', { actionType: 'MODIFIED' }), instance('CAROL', 'c-1')));
  assert.equal(view.hashCode(), 'UP_3_');
  view.apply(document(instance('CAROL', 'c-1', { actionType: 'DELETED' })));
  assert.equal(view.hashCode(), 'UP_2_');
  assert.deepEqual([...view.apps()], ['ORDERS']);
  view.replace(document());
  assert.equal(view.hashCode(), '');
  assert.equal(view.size, 0);
});

test('renewals are no change and keep the object, in full answers and in deltas', () => {
  const view = new PolledView();
  const record = instance('ORDERS', 'o-1');
  view.replace(document(record));
  const renewed = {
    ...record,
    leaseInfo: { ...lease, ...record.leaseInfo, lastRenewalTimestamp: 5, evictionTimestamp: 0 },
  };
  assert.equal(view.replace(document(renewed)).changed.size, 0);
  assert.equal(view.apply(document(renewed)).changed.size, 0);
  assert.equal(view.instances(APP)?.get(instanceId('o-1')), record);
});

test('a deletion before the lease ran out was a cancel, a later one was not', () => {
  const steps = [deleted(1_000, 91_000), deleted(1_000, 91_001), deleted(1_000, 0)].map((item) => {
    const view = new PolledView();
    view.replace(document(instance('ORDERS', 'o-1'), instance('ORDERS', 'o-2')));
    const { cancelled, lost } = view.apply(document(item));
    return [cancelled.length, lost.length];
  });
  assert.deepEqual(steps, [
    [1, 0],
    [0, 1],
    [0, 1],
  ]);
});

test('deltas repeat themselves: what is known already changes nothing', () => {
  const view = new PolledView();
  view.replace(document(instance('ORDERS', 'o-1'), instance('ORDERS', 'o-2')));
  view.apply(document(deleted(1_000, 91_001)));
  const again = view.apply(document(deleted(1_000, 91_001)));
  assert.deepEqual([again.changed.size, again.lost.length], [0, 0]);
  assert.equal(view.hashCode(), 'UP_1_');
});

test('items without an action are ignored, as Java clients ignore them', () => {
  const view = new PolledView();
  view.apply(document(instance('ORDERS', 'o-1', { actionType: undefined })));
  assert.equal(view.size, 0);
});

test('one application listed twice, one id listed twice: the union, the last one wins', () => {
  const view = new PolledView();
  const twice = document(instance('ORDERS', 'o-1'), instance('ORDERS', 'o-1', { status: 'DOWN' }));
  view.replace({
    hashCode: undefined,
    applications: [...twice.applications, ...document(instance('ORDERS', 'o-2')).applications],
  });
  assert.equal(view.hashCode(), 'DOWN_1_UP_1_');
});
