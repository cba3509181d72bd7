import assert from 'node:assert/strict';
import { test } from 'node:test';
import { legacySettings } from '../../../../../../server/sources/legacy/settings.ts';
import {
  agrees,
  isAnew,
  lacked,
  mayBeAnew,
  withGone,
  type Cancelled,
} from '../../../../../../server/sources/legacy/view/write-evidence.ts';
import { LegacyServer } from '../../../../../../server/sources/legacy/wire/legacy-server.ts';
import { systemClock } from '../../../../../../server/system/clock.ts';
import type { InstanceRecord } from '../../../../../../shared/model/instance.ts';
import { instance } from '../../../../../support/instances.ts';

const T = 1_750_000_000_000;
const MINUTE = 60_000;
const tls = { ca: undefined, cert: undefined, key: undefined };
const polling = { urls: [], pollInterval: 5_000, fullInterval: 300_000 };
const settings = legacySettings({ ...polling, required: true, peerFeed: false, publish: false, tls });
const [a, b] = ['a', 'b'].map((name) => new LegacyServer(`http://${name}/`, systemClock(Date.now), settings));
assert.ok(a && b);
const SERVERS: readonly (LegacyServer | undefined)[] = [a, b, undefined];
const AHEAD: readonly number[] = [-90 * MINUTE, 0, 90 * MINUTE];

/** As a server has it that registered it at this time, by its own clock. */
function listed(registeredAt: number, lastDirtyTimestamp = T): InstanceRecord {
  const record = instance('ORDERS', 'o-1', { lastDirtyTimestamp, lastUpdatedTimestamp: registeredAt });
  assert.ok(record.leaseInfo);
  return { ...record, leaseInfo: { ...record.leaseInfo, registrationTimestamp: registeredAt } };
}

/** What was registered an hour ago is cancelled at `T`. `ahead`: the clock of the server, in milliseconds. */
function cancel(ahead: number): Cancelled {
  return {
    record: undefined,
    version: T + ahead - 60 * MINUTE,
    dirtyAt: T,
    listedAt: undefined,
    taker: undefined,
    isHearsay: true,
    confirmedAt: T,
    gone: undefined,
    lackedBy: [],
  };
}

test('the time of the client tells a new registration, whatever the clocks of the servers say', () => {
  for (const ahead of AHEAD)
    for (const by of SERVERS) {
      assert.equal(isAnew(cancel(ahead), listed(T - 30 * MINUTE, T + 1), by), true);
      assert.equal(mayBeAnew(cancel(ahead), listed(T - 90 * MINUTE, T + 1)), true);
      assert.equal(isAnew({ ...cancel(ahead), gone: { by: a, at: T + ahead } }, listed(T, T + 1), by), true);
    }
});

test('the time of the client tells nothing where a server that has not heard of the cancel has it from before that', () => {
  const before = { ...cancel(0), dirtyAt: T - 30 * MINUTE };
  const seen = listed(T - 10 * MINUTE, T - 10 * MINUTE);
  const knowing: readonly Cancelled[] = [
    { ...before, taker: { server: a } },
    { ...before, gone: { by: a, at: T } },
  ];
  for (const each of [before, ...knowing]) assert.equal(isAnew(each, seen, b), false);
  // Its own clock may be behind. A server whose list has lacked it has heard of the cancel.
  for (const each of [...knowing, lacked(before, a)]) assert.equal(isAnew(each, seen, a), true);
  assert.equal(isAnew(lacked(lacked(before, a), b), seen, b), true);
  assert.equal(isAnew(lacked(before, undefined), seen, undefined), false);
  for (const each of [before, ...knowing]) assert.equal(isAnew(each, listed(T - 10 * MINUTE, T), b), true);
});

test('the time of the same server tells it, where it has said when the instance was cancelled', () => {
  for (const ahead of AHEAD) {
    const gone: Cancelled = withGone(cancel(ahead), a, T + ahead);
    assert.equal(isAnew(gone, listed(T + ahead + 1), a), true);
    // As another server behind the same URL has it, which heard of the same registration a little later.
    assert.equal(isAnew(gone, listed(T + ahead - 59 * MINUTE), a), false);
    assert.equal(isAnew(gone, { ...listed(T + ahead + 1), leaseInfo: undefined }, a), true);
  }
});

test('the time of another server is compared with our own clock, for want of a better one', () => {
  const cancels: readonly Cancelled[] = [cancel(0), withGone(cancel(0), a, T)];
  for (const gone of cancels)
    for (const [at, isNew] of [
      [T - 1, false],
      [T + 1, true],
    ] as const)
      assert.equal(isAnew(gone, listed(at), b), isNew);
});

test('what a server says of the cancel of an earlier registration is no news of this one', () => {
  const before = cancel(0);
  assert.equal(withGone(before, a, T - 60 * MINUTE), before);
  const gone = withGone(before, a, T);
  assert.deepEqual(gone.gone, { by: a, at: T });
  assert.equal(withGone(gone, a, T - 1), gone);
  assert.deepEqual(withGone(gone, b, T - 1).gone, { by: b, at: T - 1 });
});

test('what another server took is shown by a list with the same content, whatever the clocks say', () => {
  const record = listed(T);
  const write = { record, version: T, listedAt: undefined, taker: { server: a }, isHearsay: false };
  const behind = listed(T - MINUTE);
  assert.equal(agrees(write, behind, b), true);
  assert.equal(agrees(write, { ...behind, status: 'OUT_OF_SERVICE' }, b), false);
  assert.equal(agrees(write, behind, a), false, 'its own list is as it was before');
  assert.equal(agrees({ ...write, isHearsay: true }, behind, b), false);
});
