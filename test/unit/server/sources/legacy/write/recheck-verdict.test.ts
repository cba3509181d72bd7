import assert from 'node:assert/strict';
import { test } from 'node:test';
import { legacySettings } from '../../../../../../server/sources/legacy/settings.ts';
import { PendingWrites, type PendingWrite } from '../../../../../../server/sources/legacy/view/pending-writes.ts';
import { LegacyServer, type InstanceAnswer } from '../../../../../../server/sources/legacy/wire/legacy-server.ts';
import { verdictOf } from '../../../../../../server/sources/legacy/write/recheck-verdict.ts';
import { systemClock } from '../../../../../../server/system/clock.ts';
import type { InstanceRecord } from '../../../../../../shared/model/instance.ts';
import { appName, instanceId } from '../../../../../../shared/model/names.ts';
import { instance } from '../../../../../support/instances.ts';

const T = 1_750_000_000_000;
const APP = appName('ORDERS');
const ID = instanceId('o-1');
const tls = { ca: undefined, cert: undefined, key: undefined };
const polling = { urls: [], pollInterval: 5_000, fullInterval: 300_000 };
const settings = legacySettings({ ...polling, required: true, peerFeed: false, publish: false, tls });
const [a, b, c] = ['a', 'b', 'c'].map((name) => new LegacyServer(`http://${name}/`, systemClock(Date.now), settings));
assert.ok(a && b && c);

const record = (of: Partial<InstanceRecord> = {}): InstanceRecord =>
  instance('ORDERS', 'o-1', { lastDirtyTimestamp: T, lastUpdatedTimestamp: T, ...of });

function told(written: InstanceRecord | undefined): PendingWrite {
  const pending = new PendingWrites({ pendingRecheckAfter: 10_000, maxPendingAge: 60_000 });
  pending.put(APP, ID, written, T, T);
  const entry = pending.get(APP, ID);
  assert.ok(entry);
  return entry;
}

/** `a` is polled. */
function verdict(written: InstanceRecord | undefined, answers: ReadonlyMap<LegacyServer, InstanceAnswer>) {
  const all = Array.from(answers, ([server, answer]) => ({ taker: { server, place: undefined }, answer }));
  const { answer, taker, isPolled } = verdictOf(told(written), all, a ?? assert.fail());
  return [answer, taker?.server, isPolled];
}

const of = (...answers: readonly (readonly [LegacyServer, InstanceAnswer])[]) => new Map(answers);

test('of a register the first server counts that has it as it was written, or newer', () => {
  const old = record({ lastDirtyTimestamp: T - 1 });
  const newer = record({ lastDirtyTimestamp: T + 1, status: 'DOWN' });
  for (const found of [record(), newer])
    assert.deepEqual(verdict(record(), of([a, old], [b, 'no-answer'], [c, found])), [found, c, false]);
  assert.deepEqual(verdict(record(), of([a, record({ status: 'DOWN' })], [b, record()])), [record(), b, false]);
});

test('it is gone when all say so; one that is silent may have it, and one that is behind is better than none', () => {
  const old = record({ lastDirtyTimestamp: T - 1 });
  assert.deepEqual(verdict(record(), of([a, 'none'], [b, 'none'])), ['none', undefined, false]);
  assert.deepEqual(verdict(record(), of([a, 'none'], [b, 'no-answer'])), ['no-answer', undefined, false]);
  assert.deepEqual(verdict(record(), of([a, 'no-answer'], [b, 'none'])), ['no-answer', undefined, true]);
  assert.deepEqual(verdict(record(), of([a, old], [b, 'no-answer'])), ['no-answer', undefined, false]);
  assert.deepEqual(verdict(record(), of([a, old], [b, 'none'])), [old, undefined, false]);
});

test('a cancel stands while a server does not have the instance, unless another one has a new registration', () => {
  const leaseOf = (registrationTimestamp: number, lastUpdatedTimestamp: number): InstanceRecord => {
    const { leaseInfo } = record();
    assert.ok(leaseInfo);
    return record({ lastUpdatedTimestamp, leaseInfo: { ...leaseInfo, registrationTimestamp } });
  };
  const [before, after] = [leaseOf(T - 1, T + 1), leaseOf(T + 1, T + 1)];
  assert.deepEqual(verdict(undefined, of([a, before], [b, 'none'])), ['none', undefined, false]);
  assert.deepEqual(verdict(undefined, of([a, 'none'], [b, after])), [after, b, false]);
  assert.deepEqual(verdict(undefined, of([a, before], [b, 'no-answer'])), ['no-answer', undefined, false]);
  assert.deepEqual(verdict(undefined, of([a, before], [b, before])), [before, undefined, false]);
});
