import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appName, instanceId } from '../../../../shared/model/names.ts';
import { brakeState } from '../../../../shared/guard/brake-state.ts';
import { Brake } from '../../../../shared/guard/brake.ts';
import type { Losses } from '../../../../shared/guard/waves.ts';
import { holdId } from '../../../../shared/guard/hold-id.ts';
import { instance } from '../../../support/instances.ts';

const GUARDS = { maxRemoval: 30, minInstances: 3, grace: 300_000, window: 60_000 };
const T0 = 1_750_000_000_000;

function losses(count: number, app = 'ORDERS', from = 0): Losses {
  const records = Array.from({ length: count }, (_, n) => instance(app, `i-${from + n}`));
  return { apps: new Map([[appName(app), new Map(records.map((record) => [record.id, record]))]]), size: count };
}

test('few removals pass, many are held, and exactly as many as the limit pass', () => {
  const brake = new Brake('legacy', GUARDS);
  assert.equal(brake.judge(losses(30), 100, 70, T0), 'passed');
  assert.deepEqual(brake.holds(), []);
  const other = new Brake('legacy', GUARDS);
  assert.equal(other.judge(losses(31), 100, 69, T0), 'held');
  assert.deepEqual(other.holds(), [
    {
      id: holdId('legacy', losses(31)),
      since: T0,
      what: '31 of 100 instances are gone at once, more than 30 %',
      counted: 'instance',
      instances: 31,
      instancesBefore: 100,
      applications: 1,
      held: [{ name: 'ORDERS', count: 31, first: ['i-0', 'i-1', 'i-2', 'i-3', 'i-4'] }],
      releasesAt: T0 + GUARDS.grace,
    },
  ]);
});

test('fewer than `minInstances` are never held, unless nothing is left', () => {
  const brake = new Brake('legacy', GUARDS);
  assert.equal(brake.judge(losses(2), 3, 1, T0), 'passed');
  assert.equal(brake.judge(losses(1, 'ORDERS', 2), 1, 0, T0), 'held');
  assert.match(brake.holds()[0]?.what ?? '', /from 1 instances to none/);
});

test('the last instances are held however few they are, and a loss of nothing is no loss', () => {
  const brake = new Brake('legacy', GUARDS);
  assert.equal(brake.judge({ apps: new Map(), size: 0 }, 1, 0, T0), 'passed');
  assert.deepEqual(brake.state(), { passed: [] });
  assert.equal(brake.judge(losses(1), 1, 0, T0), 'held');
});

test('several losses within a grace period count as one loss, and over a longer time they do not', () => {
  const sliced = new Brake('legacy', GUARDS);
  assert.equal(sliced.judge(losses(20), 100, 80, T0), 'passed');
  assert.equal(sliced.judge(losses(15, 'ORDERS', 20), 80, 65, T0 + 29_000), 'held');
  const bleeding = new Brake('legacy', GUARDS);
  for (let n = 0; n < 6; n++)
    assert.equal(bleeding.judge(losses(5, 'ORDERS', n * 5), 100 - n * 5, 95 - n * 5, T0 + n * 45_000), 'passed');
  assert.equal(bleeding.judge(losses(5, 'ORDERS', 30), 70, 65, T0 + 299_000), 'held');
  assert.equal(
    bleeding.holds()[0]?.what,
    '35 of 100 instances are gone within 5 min, more than 30 %; 30 of them went before and are not held',
  );
  const slow = new Brake('legacy', GUARDS);
  assert.equal(slow.judge(losses(20), 100, 80, T0), 'passed');
  assert.equal(slow.judge(losses(15, 'ORDERS', 20), 80, 65, T0 + 300_000), 'passed');
});

test('an instance that comes back no longer counts as lost', () => {
  const brake = new Brake('legacy', GUARDS);
  for (let n = 0; n < 10; n++) {
    assert.equal(brake.judge(losses(2), 10, 8, T0 + n * 5_000), 'passed');
    brake.recover(appName('ORDERS'), () => true);
  }
});

test('an instance that stays away counts as lost, whatever else comes back', () => {
  const brake = new Brake('legacy', GUARDS);
  assert.equal(brake.judge(losses(2), 10, 8, T0), 'passed');
  brake.recover(appName('ORDERS'), (id) => id === 'i-0');
  brake.recover(appName('PAYMENTS'), () => true);
  assert.equal(brake.judge(losses(2, 'ORDERS', 2), 9, 7, T0 + 5_000), 'passed');
  assert.equal(brake.judge(losses(1, 'ORDERS', 4), 7, 6, T0 + 6_000), 'held');
  assert.match(brake.holds()[0]?.what ?? '', /^4 of 10 instances/);
});

test('while there is a hold, further removals join it and wait for a grace period of their own', () => {
  const brake = new Brake('legacy', GUARDS);
  brake.judge(losses(50), 100, 50, T0);
  assert.equal(brake.judge(losses(1, 'PAYMENTS'), 100, 49, T0 + 200_000), 'held');
  assert.equal(brake.size, 51);
  brake.confirm(T0 + 250_000);
  assert.deepEqual([...brake.confirm(T0 + 300_000)], ['ORDERS']);
  assert.equal(brake.size, 1);
  assert.deepEqual([...brake.confirm(T0 + 500_000)], ['PAYMENTS']);
  assert.deepEqual(brake.holds(), []);
});

test('one late confirmation is not enough: several fetches must confirm the removal', () => {
  const brake = new Brake('legacy', GUARDS);
  brake.judge(losses(50), 100, 50, T0);
  assert.equal(brake.confirm(T0).size, 0);
  assert.equal(brake.confirm(T0 + 900_000).size, 0);
  assert.equal(brake.size, 50);
  assert.deepEqual([...brake.confirm(T0 + 900_001)], ['ORDERS']);
  assert.equal(brake.size, 0);
});

test('an instance that is back, or known to be gone, is no longer held', () => {
  const brake = new Brake('legacy', GUARDS);
  brake.judge(losses(4), 4, 0, T0);
  assert.equal(brake.forget(appName('ORDERS'), instanceId('i-0')), true);
  assert.equal(brake.forget(appName('ORDERS'), instanceId('i-0')), false);
  assert.equal(brake.retained(appName('ORDERS'))?.size, 3);
  for (const id of ['i-1', 'i-2', 'i-3']) brake.forget(appName('ORDERS'), instanceId(id));
  assert.deepEqual(brake.holds(), []);
  assert.equal(brake.retained(appName('ORDERS')), undefined);
});

test('two losses of one application are held together, and let through in their order', () => {
  const brake = new Brake('legacy', GUARDS);
  brake.judge(losses(50), 100, 50, T0);
  brake.judge(losses(2, 'ORDERS', 50), 100, 48, T0 + 200_000);
  brake.judge(losses(1, 'PAYMENTS'), 100, 47, T0 + 200_000);
  assert.equal(brake.retained(appName('ORDERS'))?.size, 52);
  const [hold] = brake.holds();
  assert.deepEqual([hold?.instances, hold?.applications, hold?.releasesAt], [53, 2, T0 + GUARDS.grace]);
  assert.equal(brake.forget(appName('ORDERS'), instanceId('i-51')), true);
  brake.confirm(T0 + 250_000);
  brake.confirm(T0 + 300_000);
  assert.deepEqual([...(brake.retained(appName('ORDERS')) ?? new Map()).keys()], ['i-50']);
  assert.equal(brake.holds()[0]?.releasesAt, T0 + 200_000 + GUARDS.grace);
});

test('when a later loss is back, the earlier one is still held', () => {
  const brake = new Brake('legacy', GUARDS);
  brake.judge(losses(50), 100, 50, T0);
  brake.judge(losses(1, 'PAYMENTS'), 100, 49, T0 + 1_000);
  assert.equal(brake.forget(appName('PAYMENTS'), instanceId('i-0')), true);
  assert.equal(brake.retained(appName('PAYMENTS')), undefined);
  assert.equal(brake.retained(appName('ORDERS'))?.size, 50);
});

test('an application of which everything is back is no longer part of the hold', () => {
  const brake = new Brake('legacy', GUARDS);
  const both = new Map([...losses(3).apps, ...losses(1, 'PAYMENTS').apps]);
  brake.judge({ apps: both, size: 4 }, 4, 0, T0);
  brake.forget(appName('PAYMENTS'), instanceId('i-0'));
  assert.equal(brake.holds()[0]?.applications, 1);
  assert.equal(brake.retained(appName('PAYMENTS')), undefined);
  assert.deepEqual([...brake.release(brake.holds()[0]?.id ?? '')], ['ORDERS']);
});

test('without a hold there is nothing to release or to keep', () => {
  const brake = new Brake('legacy', GUARDS);
  assert.equal(brake.release('legacy-00000000').size, 0);
  assert.equal(brake.keep('legacy-00000000'), false);
});

test('an operator releases only the hold with the given id', () => {
  const brake = new Brake('legacy', GUARDS);
  brake.judge(losses(4), 4, 0, T0);
  assert.equal(brake.release('legacy-1').size, 0);
  assert.equal(brake.size, 4);
  assert.deepEqual([...brake.release(brake.holds()[0]?.id ?? '')], ['ORDERS']);
  assert.equal(brake.size, 0);
});

test('a hold is the cause of what it let through until that is back, and of nothing that came back before', () => {
  const brake = new Brake('legacy', GUARDS);
  brake.judge(losses(50), 100, 50, T0);
  const id = brake.holds()[0]?.id ?? '';
  const app = appName('ORDERS');
  const through = (n: number): string | undefined => brake.letThroughBy(app, instanceId(`i-${n}`));
  brake.recover(app, (each) => each === 'i-0');
  brake.judge(losses(50, 'ORDERS', 50), 50, 0, T0 + 1000);
  for (const at of [1, 2]) brake.confirm(T0 + at * GUARDS.grace);
  assert.deepEqual([0, 1, 2, 99].map(through), [undefined, id, id, id], 'of both losses');
  brake.recover(app, (each) => each === 'i-1');
  brake.forget(app, instanceId('i-2'));
  assert.deepEqual([1, 2, 3].map(through), [undefined, undefined, id]);
  brake.judge(losses(20), 20, 0, T0 + 3 * GUARDS.grace);
  brake.recover(app, () => true);
  assert.deepEqual(brake.holds(), []);
  assert.deepEqual([3, 10].map(through), [undefined, undefined], 'nothing of the next hold went through');
});

test('the id depends on what was held at first, not on the time or on later changes', () => {
  const brake = new Brake('legacy', GUARDS);
  const late = new Brake('legacy', GUARDS);
  brake.judge(losses(50), 100, 50, T0);
  late.judge(losses(50), 100, 50, T0 + 4_000);
  const id = brake.holds()[0]?.id;
  assert.match(id ?? '', /^legacy-[0-9a-f]{8}$/);
  assert.equal(late.holds()[0]?.id, id);
  brake.judge(losses(1, 'PAYMENTS'), 100, 49, T0 + 10_000);
  brake.forget(appName('ORDERS'), instanceId('i-7'));
  assert.equal(brake.holds()[0]?.id, id);
});

test('each held instance has its own times, and an instance that is not held has none', () => {
  const brake = new Brake('legacy', GUARDS);
  const held = (app: string, id: string) => brake.held(appName(app), instanceId(id));
  assert.equal(held('ORDERS', 'i-0'), undefined);
  brake.judge(losses(50), 100, 50, T0);
  brake.judge(losses(1, 'PAYMENTS'), 100, 49, T0 + 200_000);
  const id = brake.holds()[0]?.id;
  assert.deepEqual(held('ORDERS', 'i-0'), { holdId: id, since: T0, releasesAt: T0 + GUARDS.grace });
  assert.equal(held('PAYMENTS', 'i-0')?.since, T0 + 200_000);
  brake.forget(appName('ORDERS'), instanceId('i-0'));
  assert.equal(held('ORDERS', 'i-0'), undefined);
});

test('the number of instances before grows with those that came in between', () => {
  const brake = new Brake('legacy', GUARDS);
  brake.judge(losses(5), 5, 0, T0);
  brake.judge(losses(2, 'PAYMENTS'), 8, 1, T0 + 1_000);
  const [hold] = brake.holds();
  assert.deepEqual([hold?.instances, hold?.instancesBefore], [7, 8]);
});

test('confirming fetches are spread over the grace period, and one is due at its end', () => {
  const brake = new Brake('legacy', GUARDS);
  assert.equal(brake.wantsFull(T0, T0 + 1_000_000), false);
  brake.judge(losses(4), 4, 0, T0);
  assert.equal(brake.wantsFull(T0, T0 + 59_999), false);
  assert.equal(brake.wantsFull(T0, T0 + 60_000), true);
  assert.equal(brake.wantsFull(T0 + 299_000, T0 + 299_999), false);
  assert.equal(brake.wantsFull(T0 + 299_000, T0 + 300_000), true);
});

test('out of touch nothing is confirmed: the grace period begins anew with the first full fetch after it', () => {
  const brake = new Brake('legacy', GUARDS);
  brake.judge(losses(50), 100, 50, T0);
  for (const at of [60_000, 120_000]) assert.equal(brake.confirm(T0 + at).size, 0);
  brake.lostTouch();
  const held = (): unknown => brake.held(appName('ORDERS'), instanceId('i-0'));
  const { id: holdId, since } = brake.holds()[0] ?? {};
  // No time is told until then: it would be one that has passed when it comes to that.
  assert.deepEqual(held(), { holdId, since, releasesAt: undefined, waits: true });
  assert.deepEqual([brake.holds()[0]?.releasesAt, brake.holds()[0]?.waits], [undefined, true]);
  const back = T0 + 900_000;
  assert.equal(brake.confirm(back).size, 0);
  assert.deepEqual(held(), { holdId, since, releasesAt: back + GUARDS.grace });
  assert.deepEqual([brake.holds()[0]?.releasesAt, brake.holds()[0]?.waits], [back + GUARDS.grace, undefined]);
  assert.equal(brake.confirm(back + GUARDS.grace - 1).size, 0);
  assert.deepEqual([...brake.confirm(back + GUARDS.grace)], ['ORDERS']);
  brake.lostTouch();
  assert.deepEqual(brake.holds(), []);
});

test('each absence begins it anew, however many answers there were between them', () => {
  const brake = new Brake('legacy', GUARDS);
  brake.judge(losses(50), 100, 50, T0);
  for (let n = 1; n < 10; n++) {
    brake.lostTouch();
    for (const at of [0, 60_000]) assert.equal(brake.confirm(T0 + n * 3_600_000 + at).size, 0);
  }
});

test('what another server lists is not confirmed before that one has not listed it for a grace period either', () => {
  const brake = new Brake('legacy', GUARDS);
  const orders = appName('ORDERS');
  brake.judge(losses(50), 100, 50, T0);
  const id = brake.holds()[0]?.id;
  brake.confirm(T0 + 60_000);
  brake.seenElsewhere(new Map([[orders, new Set(['i-0', 'i-1', 'x'].map(instanceId))]]), T0 + 100_000);
  assert.deepEqual([brake.size, brake.holds()[0]?.id, brake.holds()[0]?.instances], [50, id, 50]);
  assert.equal(brake.held(orders, instanceId('i-1'))?.since, T0);
  assert.equal(brake.held(orders, instanceId('i-1'))?.releasesAt, T0 + 100_000 + GUARDS.grace);
  assert.deepEqual([...brake.confirm(T0 + GUARDS.grace)], ['ORDERS']);
  assert.deepEqual([...(brake.retained(orders)?.keys() ?? [])], ['i-0', 'i-1']);
  const all = new Map([[orders, new Set(['i-0', 'i-1'].map(instanceId))]]);
  brake.seenElsewhere(all, T0 + 2 * GUARDS.grace);
  assert.equal(brake.confirm(T0 + 3 * GUARDS.grace - 1).size, 0);
  assert.deepEqual([...brake.confirm(T0 + 3 * GUARDS.grace)], ['ORDERS']);
  assert.deepEqual(brake.holds(), []);
});

test('other servers are asked a few times in a grace period, while there is a hold that is not kept', () => {
  const brake = new Brake('legacy', GUARDS);
  assert.equal(brake.wantsOthers(-Infinity, T0), false);
  brake.judge(losses(50), 100, 50, T0);
  assert.equal(brake.wantsOthers(-Infinity, T0), true);
  assert.equal(brake.wantsOthers(T0, T0 + 59_999), false);
  assert.equal(brake.wantsOthers(T0, T0 + 60_000), true);
  brake.keep(brake.holds()[0]?.id ?? '');
  assert.equal(brake.wantsOthers(-Infinity, T0), false);
});

test('a hold that an operator keeps never expires, wants no fetch, and keeps nothing else back', () => {
  const brake = new Brake('legacy', GUARDS);
  brake.judge(losses(50), 100, 50, T0);
  const id = brake.holds()[0]?.id ?? '';
  assert.equal(brake.keep('legacy-1'), false);
  assert.equal(brake.keep(id), true);
  assert.equal(brake.holds()[0]?.releasesAt, undefined);
  assert.equal(brake.held(appName('ORDERS'), instanceId('i-0'))?.releasesAt, undefined);
  for (let n = 1; n < 10; n++) assert.equal(brake.confirm(T0 + n * 300_000).size, 0);
  assert.equal(brake.wantsFull(T0, T0 + 9_000_000), false);
  assert.equal(brake.judge(losses(1, 'PAYMENTS'), 100, 49, T0 + 9_000_000), 'passed');
  assert.equal(brake.judge(losses(40, 'PAYMENTS', 1), 99, 9, T0 + 9_000_000), 'held');
  assert.deepEqual([...brake.release(id)], ['ORDERS', 'PAYMENTS']);
  assert.deepEqual(brake.holds(), []);
  assert.equal(brake.judge(losses(4), 4, 0, T0 + 9_000_000), 'held');
  assert.notEqual(brake.holds()[0]?.releasesAt, undefined, 'the next hold is not kept');
});

/** Another brake takes over, by way of a file; `recordOf` as the losses were. */
function restarted(before: Brake, now: number, all: readonly Losses[]): Brake {
  const after = new Brake('legacy', GUARDS);
  const state = brakeState.read(JSON.parse(JSON.stringify(brakeState.write(before.state()))));
  after.restore(state, (app, id) => all.map(({ apps }) => apps.get(app)?.get(id)).find(Boolean), now);
  return after;
}

test('a hold is plain data that another brake takes over; its grace period begins anew', () => {
  const all = [losses(50), losses(2, 'PAYMENTS')];
  const before = new Brake('legacy', GUARDS);
  all.forEach((each, n) => before.judge(each, 100, 50, T0 + n * 100_000));
  before.confirm(T0 + 150_000);
  const start = T0 + 900_000;
  const after = restarted(before, start, all);
  assert.deepEqual(after.holds(), [{ ...before.holds()[0], releasesAt: undefined, waits: true }]);
  assert.deepEqual(after.retained(appName('PAYMENTS')), all[1]?.apps.get(appName('PAYMENTS')));
  assert.equal(after.confirm(start + 1000).size, 0);
  assert.equal(after.holds()[0]?.releasesAt, start + 1000 + GUARDS.grace, 'from the first answer on');
  assert.equal(after.confirm(start + GUARDS.grace).size, 0);
  assert.deepEqual([...after.confirm(start + 1000 + GUARDS.grace)], ['ORDERS', 'PAYMENTS']);
});

test('what nobody has a record of any more is not held; a kept hold stays kept', () => {
  const before = new Brake('legacy', GUARDS);
  before.judge(losses(50), 100, 50, T0);
  assert.equal(before.keep(before.holds()[0]?.id ?? ''), true);
  assert.equal(restarted(before, T0, [losses(20)]).holds()[0]?.instances, 20);
  assert.equal(restarted(before, T0, [losses(20)]).holds()[0]?.releasesAt, undefined);
  assert.deepEqual(restarted(before, T0, []).holds(), []);
});

test('an application of which nobody has a record is not part of a restored hold', () => {
  const before = new Brake('legacy', GUARDS);
  const [orders, payments] = [losses(3), losses(2, 'PAYMENTS')];
  before.judge({ apps: new Map([...orders.apps, ...payments.apps]), size: 5 }, 5, 0, T0);
  const after = restarted(before, T0, [orders]);
  assert.deepEqual([after.holds()[0]?.applications, after.size], [1, 3]);
});

test('a clock that was set back over a restart makes nothing that passed count for longer', () => {
  const before = new Brake('legacy', GUARDS);
  assert.equal(before.judge(losses(20), 100, 80, T0), 'passed');
  const start = T0 - 86_400_000;
  const after = restarted(before, start, []);
  assert.equal(after.judge(losses(15, 'ORDERS', 20), 80, 65, start + GUARDS.grace), 'passed');
});

test('what was let through just before a restart counts with what is lost after it', () => {
  const before = new Brake('legacy', GUARDS);
  assert.equal(before.judge(losses(20), 100, 80, T0), 'passed');
  const after = restarted(before, T0 + 10_000, []);
  assert.equal(after.judge(losses(15, 'ORDERS', 20), 80, 65, T0 + 20_000), 'held');
});
