import assert from 'node:assert/strict';
import { test } from 'node:test';
import { legacySettings } from '../../../../../../server/sources/legacy/settings.ts';
import {
  PendingWrites,
  type Taker,
  type Verdict,
} from '../../../../../../server/sources/legacy/view/pending-writes.ts';
import { LegacyServer } from '../../../../../../server/sources/legacy/wire/legacy-server.ts';
import { systemClock } from '../../../../../../server/system/clock.ts';
import type { InstanceRecord } from '../../../../../../shared/model/instance.ts';
import { appName, instanceId } from '../../../../../../shared/model/names.ts';
import { instance } from '../../../../../support/instances.ts';

const T0 = 1_750_000_000_000;
const APP = appName('ORDERS');
const ID = instanceId('o-1');
const record = instance('ORDERS', 'o-1', { lastUpdatedTimestamp: 100 });

/** What the server says whose lists are polled. */
function says(answer: Verdict['answer']): Verdict {
  return { answer, taker: undefined, isPolled: true };
}

function noWrites(): PendingWrites {
  return new PendingWrites({ pendingRecheckAfter: 10_000, maxPendingAge: 60_000 });
}

function poll(pending: PendingWrites, seen: InstanceRecord | undefined, now = T0 + 1): boolean {
  const sequence = pending.nextSequence();
  pending.settle(() => seen, sequence, now);
  return pending.get(APP, ID) === undefined;
}

test('a register is settled by a poll that shows it or something newer, not by one that does not', () => {
  const pending = noWrites();
  pending.put(APP, ID, record, 100, T0);
  assert.equal(poll(pending, undefined), false);
  assert.equal(poll(pending, instance('ORDERS', 'o-1', { lastUpdatedTimestamp: 99, status: 'DOWN' })), false);
  assert.equal(poll(pending, { ...record }), true);
  pending.put(APP, ID, record, 100, T0);
  assert.equal(poll(pending, instance('ORDERS', 'o-1', { lastUpdatedTimestamp: 101, status: 'DOWN' })), true);
});

test('a record that only we expected is settled by the same content with the server’s own times', () => {
  const pending = noWrites();
  pending.put(APP, ID, record, undefined, T0);
  assert.equal(poll(pending, { ...record, lastUpdatedTimestamp: 7_000, status: 'DOWN' }), false);
  assert.equal(poll(pending, { ...record, lastUpdatedTimestamp: 7_000, leaseInfo: undefined }), true);
});

test('a cancel is settled by a poll without the instance', () => {
  const pending = noWrites();
  pending.put(APP, ID, undefined, 100, T0);
  assert.equal(poll(pending, record), false);
  assert.equal(poll(pending, undefined), true);
  assert.equal(pending.size, 0);
});

test('a poll that cannot tell settles a cancel at its maximum age, and no register', () => {
  const pending = noWrites();
  const other = instanceId('o-2');
  pending.put(APP, ID, undefined, 100, T0);
  pending.put(APP, other, record, 100, T0);
  const settle = (now: number): readonly unknown[] => pending.settle(() => 'unknown', pending.nextSequence(), now);
  assert.deepEqual(settle(T0 + 59_999), []);
  assert.equal(pending.size, 2);
  assert.deepEqual(settle(T0 + 600_000), []);
  assert.equal(pending.get(APP, ID), undefined);
  assert.notEqual(pending.get(APP, other), undefined);
});

test('a poll that began before the write settles nothing', () => {
  const pending = noWrites();
  const sequence = pending.nextSequence();
  pending.put(APP, ID, undefined, 100, T0);
  pending.settle(() => undefined, sequence, T0 + 100_000);
  assert.equal(pending.size, 1);
});

test('a disagreement is rechecked after the hold time, then ever more rarely', () => {
  const pending = noWrites();
  pending.put(APP, ID, record, 100, T0);
  assert.deepEqual(pending.due(T0 + 9_999, 10), []);
  const [entry] = pending.due(T0 + 10_000, 10);
  assert.ok(entry);
  assert.equal(pending.recordRecheck(entry, says(record), T0 + 10_000), 'goes-on');
  assert.deepEqual(pending.due(T0 + 29_999, 10), []);
  const [again] = pending.due(T0 + 30_000, 10);
  assert.ok(again);
  assert.equal(pending.recordRecheck(again, says('no-answer'), T0 + 30_000), 'goes-on');
  assert.equal(pending.get(APP, ID)?.record, record);
  assert.equal(pending.due(T0 + 70_000, 10).length, 1);
});

test('those that are overdue the longest are rechecked first, whatever their order was', () => {
  const pending = noWrites();
  const b = taker();
  for (let n = 0; n < 40; n++) pending.put(APP, instanceId(`o-${n}`), record, 100, T0 + n, b);
  const asked = new Set<string>();
  for (let now = T0 + 30_000; now < T0 + 80_000; now += 10_000)
    for (const entry of pending.due(now, 10)) {
      asked.add(entry.id);
      pending.recordRecheck(entry, { answer: record, taker: b, isPolled: false }, now);
    }
  assert.equal(asked.size, 40);
});

test('the legacy’s own answer counts: no such instance, or one after all', () => {
  const pending = noWrites();
  pending.put(APP, ID, record, 100, T0);
  const [entry] = pending.due(T0 + 10_000, 10);
  assert.ok(entry);
  assert.equal(pending.recordRecheck(entry, says('none'), T0 + 10_000), 'ended');
  assert.equal(pending.get(APP, ID), undefined);
  pending.put(APP, ID, undefined, 100, T0);
  const [cancelled] = pending.due(T0 + 10_000, 10);
  assert.ok(cancelled);
  pending.recordRecheck(cancelled, says(record), T0 + 10_000);
  assert.equal(pending.get(APP, ID)?.record, record);
});

test('an answer about a state that was written over meanwhile is ignored', () => {
  const pending = noWrites();
  pending.put(APP, ID, record, 100, T0);
  const [entry] = pending.due(T0 + 10_000, 10);
  assert.ok(entry);
  pending.put(APP, ID, { ...record, status: 'DOWN' }, 200, T0 + 10_000);
  assert.equal(pending.recordRecheck(entry, says('none'), T0 + 10_001), 'overtaken');
  assert.equal(pending.get(APP, ID)?.record?.status, 'DOWN');
});

test('an instance that polls show newer than it was when cancelled is rechecked at once', () => {
  const pending = noWrites();
  pending.put(APP, ID, undefined, 100, T0);
  assert.equal(poll(pending, { ...record, lastUpdatedTimestamp: 200 }, T0 + 1), false);
  assert.equal(pending.due(T0 + 1, 10).length, 1);
});

test('at the age limit the polls win, where nobody knows who took a write; the time without a process is no age', () => {
  const pending = noWrites();
  pending.put(APP, ID, record, 100, T0);
  assert.equal(poll(pending, undefined, T0 + 59_999), false);
  assert.equal(poll(pending, undefined, T0 + 60_000), true);
  const none = { dirtyAt: undefined, listedAt: undefined, taker: undefined };
  const write = { app: APP, id: ID, record, version: 100, confirmedAt: T0, ...none };
  const next = noWrites();
  next.restore(write, T0 + 700_000);
  assert.equal(poll(next, undefined, T0 + 759_999), false);
  assert.equal(next.due(T0 + 700_000, 10).length, 1, 'it is asked for at once');
  assert.equal(poll(next, undefined, T0 + 760_000), true);
});

test('a cancel outlives lists that show the instance just as it was, as long as its lease may be known there', () => {
  const leaseOf = (durationInSecs: number, registrationTimestamp = T0 - 1): InstanceRecord => {
    const { leaseInfo } = record;
    assert.ok(leaseInfo);
    return { ...record, leaseInfo: { ...leaseInfo, durationInSecs, registrationTimestamp } };
  };
  const pending = noWrites();
  for (const [seen, age] of [
    [leaseOf(90), 270_000],
    [leaseOf(5), 60_000],
    [leaseOf(1_000_000), 600_000],
    [{ ...leaseOf(90, T0 + 1), lastUpdatedTimestamp: 101 }, 60_000],
    // As another server has it, which heard of the same registration a little later.
    [{ ...leaseOf(90), lastUpdatedTimestamp: 101 }, 270_000],
  ] as const) {
    pending.put(APP, ID, undefined, 100, T0);
    assert.equal(poll(pending, seen, T0 + age - 1), false);
    assert.equal(poll(pending, seen, T0 + age), true);
  }
  pending.put(APP, ID, undefined, undefined, T0);
  assert.equal(poll(pending, leaseOf(90), T0 + 60_000), true, 'nobody knows what was cancelled');
});

/** The server that took a write; nothing is sent to it. */
function taker(url = 'http://b.example/eureka'): Taker {
  const config = { urls: [url], pollInterval: 5_000, fullInterval: 300_000, required: true, peerFeed: false };
  const tls = { ca: undefined, cert: undefined, key: undefined };
  const settings = legacySettings({ ...config, publish: false, tls });
  return { server: new LegacyServer(url, systemClock(Date.now), settings), place: undefined };
}

function recheck(pending: PendingWrites, answer: Verdict['answer'], now: number, isPolled = true): void {
  for (const entry of pending.due(now, 10)) pending.recordRecheck(entry, { ...says(answer), isPolled }, now);
}

test('a register outlives lists without it for as long as the server that took it has it', () => {
  const pending = noWrites();
  pending.put(APP, ID, record, 100, T0, taker());
  let now = T0;
  for (; now < T0 + 3_600_000; now += 5_000) {
    assert.equal(poll(pending, undefined, now), false);
    recheck(pending, record, now);
  }
  const lastAskedBy = now + 60_000;
  for (; now <= lastAskedBy; now += 5_000) recheck(pending, 'none', now);
  assert.equal(pending.size, 0);
});

test('the polled server that took a register, and is silent of it for a minute, says nothing for it any more', () => {
  const pending = noWrites();
  pending.put(APP, ID, record, 100, T0, taker());
  for (let now = T0; now < T0 + 500_000; now += 5_000) {
    assert.equal(poll(pending, undefined, now), false);
    // One answer now and then is enough.
    recheck(pending, now % 50_000 === 0 ? record : 'no-answer', now);
  }
  // It is asked at least once a minute.
  for (let now = T0 + 500_000; now < T0 + 560_000; now += 5_000) recheck(pending, 'no-answer', now);
  assert.equal(poll(pending, undefined, T0 + 559_999), false);
  assert.equal(poll(pending, undefined, T0 + 620_000), true);
});

test('silence of another server than the polled one does not mean that what it took is gone', () => {
  const pending = noWrites();
  pending.put(APP, ID, record, 100, T0, taker());
  let asked = 0;
  for (let now = T0; now < T0 + 3_600_000; now += 5_000) {
    assert.equal(poll(pending, undefined, now), false);
    asked += pending.due(now, 10).length;
    recheck(pending, 'no-answer', now, false);
  }
  assert.ok(asked >= 60, `it was asked ${asked} times`);
  recheck(pending, 'none', T0 + 3_700_000, false);
  assert.equal(pending.size, 0);
});

test('a heartbeat that the server takes is as good as its answer; that of another one is none', () => {
  const pending = noWrites();
  const [b, c] = [taker(), taker('http://c.example/eureka')];
  pending.put(APP, ID, record, 100, T0, b);
  recheck(pending, 'no-answer', T0 + 10_000);
  pending.renewed(APP, ID, b.server, T0 + 15_000);
  assert.equal(poll(pending, undefined, T0 + 70_000), false);
  recheck(pending, 'no-answer', T0 + 70_000);
  pending.renewed(APP, ID, c.server, T0 + 75_000);
  assert.equal(poll(pending, undefined, T0 + 130_000), true);
});

test('what is told of it by who knows whom leaves the server that took a write; any server may have it then', () => {
  const pending = noWrites();
  const b = taker();
  const known = () => {
    const entry = pending.get(APP, ID);
    return [entry?.taker, entry?.isHearsay];
  };
  pending.put(APP, ID, record, 100, T0, b);
  pending.put(APP, ID, { ...record }, 100, T0 + 500);
  assert.deepEqual(known(), [b, false], 'it comes back from a peer');
  pending.put(APP, ID, { ...record, status: 'DOWN' }, 100, T0 + 500);
  assert.deepEqual(known(), [b, true]);
  pending.put(APP, ID, undefined, 100, T0 + 500);
  assert.deepEqual(known(), [b, true]);
  pending.put(APP, ID, record, 100, T0 + 500, b);
  assert.deepEqual(known(), [b, false]);
});

test('a cancel that lists have shown is one for the list of another server, until it was registered anew', () => {
  const { leaseInfo } = record;
  assert.ok(leaseInfo);
  const there = (registrationTimestamp: number): InstanceRecord => ({
    ...record,
    lastUpdatedTimestamp: 101,
    leaseInfo: { ...leaseInfo, durationInSecs: 90, registrationTimestamp },
  });
  for (const [seen, at, isServed] of [
    [there(T0 - 1), T0 + 200_000, false],
    [there(T0 - 1), T0 + 270_000, true],
    [there(T0 + 1), T0 + 5_000, true],
    [record, T0 + 5_000, false],
  ] as const) {
    const pending = noWrites();
    pending.put(APP, ID, undefined, 100, T0, taker());
    assert.equal(poll(pending, undefined, T0 + 1), true);
    assert.deepEqual([pending.size, pending.shown().length], [0, 1]);
    assert.equal(poll(pending, seen, at), isServed);
    if (!isServed) assert.equal(pending.due(at, 10).length, 1, 'who took it is asked at once');
    assert.equal(pending.shown().length, 0);
  }
  const pending = noWrites();
  pending.put(APP, ID, undefined, 100, T0);
  poll(pending, undefined, T0 + 1);
  poll(pending, undefined, T0 + 600_000);
  assert.equal(pending.shown().length, 0, 'it is forgotten');
  pending.put(APP, ID, undefined, 100, T0);
  poll(pending, undefined, T0 + 1);
  pending.put(APP, ID, record, 200, T0 + 2);
  assert.equal(pending.shown().length, 0, 'it was written again');
});

test('the number of rechecks per poll is bounded', () => {
  const pending = noWrites();
  for (let n = 0; n < 20; n++) pending.put(APP, instanceId(`o-${n}`), undefined, 100, T0);
  assert.equal(pending.due(T0 + 10_000, 5).length, 5);
});
