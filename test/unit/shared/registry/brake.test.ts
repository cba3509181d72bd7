import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appName, instanceId } from '../../../../shared/model/names.ts';
import { Brake, type Placed } from '../../../../shared/registry/brake.ts';
import { instance } from '../../../support/instances.ts';

const GUARDS = { maxRemoval: 30, minInstances: 3, grace: 300_000 };
const T0 = 1_750_000_000_000;

function placed(count: number, app = 'ORDERS', from = 0): readonly Placed[] {
  return Array.from({ length: count }, (_, n) => ({ app: appName(app), record: instance(app, `i-${from + n}`) }));
}

test('few removals pass, many are held, at exactly the threshold they pass', () => {
  const brake = new Brake('legacy', GUARDS);
  assert.equal(brake.judge(placed(30), 100, 70, T0).length, 30);
  assert.deepEqual(brake.holds(), []);
  const other = new Brake('legacy', GUARDS);
  assert.equal(other.judge(placed(31), 100, 69, T0).length, 0);
  assert.deepEqual(other.holds(), [
    {
      id: `legacy-${T0}`,
      since: T0,
      what: '31 of 100 instances are gone at once, more than 30 %',
      instances: 31,
      applications: 1,
      releasesAt: T0 + GUARDS.grace,
    },
  ]);
});

test('fewer than the least number of instances are never held, unless nothing is left', () => {
  const brake = new Brake('legacy', GUARDS);
  assert.equal(brake.judge(placed(2), 3, 1, T0).length, 2);
  assert.equal(brake.judge(placed(1, 'ORDERS', 2), 1, 0, T0).length, 0);
  assert.match(brake.holds()[0]?.what ?? '', /from 1 instances to none/);
});

test('a loss in slices within the window is one loss, over a longer time it is not', () => {
  const sliced = new Brake('legacy', GUARDS, 30_000);
  assert.equal(sliced.judge(placed(20), 100, 80, T0).length, 20);
  assert.equal(sliced.judge(placed(15, 'ORDERS', 20), 80, 65, T0 + 29_000).length, 0);
  const slow = new Brake('legacy', GUARDS, 30_000);
  assert.equal(slow.judge(placed(20), 100, 80, T0).length, 20);
  assert.equal(slow.judge(placed(15, 'ORDERS', 20), 80, 65, T0 + 30_000).length, 15);
});

test('while there is a hold, further removals join it and wait for a grace period of their own', () => {
  const brake = new Brake('legacy', GUARDS);
  brake.judge(placed(50), 100, 50, T0);
  assert.equal(brake.judge(placed(1, 'PAYMENTS'), 100, 49, T0 + 200_000).length, 0);
  assert.equal(brake.size, 51);
  brake.confirm(T0 + 250_000);
  assert.equal(brake.confirm(T0 + 300_000).length, 50);
  assert.equal(brake.confirm(T0 + 500_000).length, 1);
  assert.deepEqual(brake.holds(), []);
});

test('one late confirmation is not enough: the removal must be shown again and again', () => {
  const brake = new Brake('legacy', GUARDS);
  brake.judge(placed(50), 100, 50, T0);
  assert.equal(brake.confirm(T0).length, 0);
  assert.equal(brake.confirm(T0 + 900_000).length, 0);
  assert.equal(brake.confirm(T0 + 900_001).length, 50);
});

test('what is back, or known to be gone, is not held any more', () => {
  const brake = new Brake('legacy', GUARDS);
  brake.judge(placed(4), 4, 0, T0);
  assert.equal(brake.forget(appName('ORDERS'), instanceId('i-0')), true);
  assert.equal(brake.forget(appName('ORDERS'), instanceId('i-0')), false);
  assert.equal(brake.retained(appName('ORDERS'))?.size, 3);
  for (const id of ['i-1', 'i-2', 'i-3']) brake.forget(appName('ORDERS'), instanceId(id));
  assert.deepEqual(brake.holds(), []);
  assert.equal(brake.retained(appName('ORDERS')), undefined);
});

test('an operator releases the hold that is there, and no other', () => {
  const brake = new Brake('legacy', GUARDS);
  brake.judge(placed(4), 4, 0, T0);
  assert.equal(brake.release('legacy-1').length, 0);
  assert.equal(brake.release(`legacy-${T0}`).length, 4);
  assert.equal(brake.size, 0);
});

test('confirming fetches are spread over the grace period, and one is made at its end', () => {
  const brake = new Brake('legacy', GUARDS);
  assert.equal(brake.wantsFull(T0, T0 + 1_000_000), false);
  brake.judge(placed(4), 4, 0, T0);
  assert.equal(brake.wantsFull(T0, T0 + 59_999), false);
  assert.equal(brake.wantsFull(T0, T0 + 60_000), true);
  assert.equal(brake.wantsFull(T0 + 299_000, T0 + 299_999), false);
  assert.equal(brake.wantsFull(T0 + 299_000, T0 + 300_000), true);
});
