import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_CONTRIBUTION } from '../../../../shared/contribution/contribution.ts';
import { DEFAULT_LEASE, type InstanceRecord } from '../../../../shared/model/instance.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import { DELTA_WINDOW } from '../../../../shared/registry/delta-window.ts';
import { instanceById, instanceOf } from '../../../../shared/registry/lookup.ts';
import { mergeApplication } from '../../../../shared/registry/merge.ts';
import { advance, application, emptySnapshot, type RegistrySnapshot } from '../../../../shared/registry/snapshot.ts';
import { instance } from '../../../support/instances.ts';
import { JavaClient, served } from '../../../support/java-client.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';

const NOW = 1_760_000_000_000;
const ORDERS = appName('ORDERS');

/** The snapshot after the legacy lists this, some seconds later. */
function list(before: RegistrySnapshot, instances: readonly InstanceRecord[], seconds = 1): RegistrySnapshot {
  const now = before.publishedAt + seconds * 1000;
  const contributions = [{ source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, instances } }];
  const merged = mergeApplication(ORDERS, contributions, OPEN_RULES, application(before, ORDERS), now);
  return advance(before, new Map([[ORDERS, merged]]), now, DELTA_WINDOW).snapshot;
}

const colored = (color: string): InstanceRecord =>
  instance('ORDERS', 'orders-1', { metadata: new Map([['color', color]]) });

/** As a server lists it that was written to at this time, or that was started then. */
function restamped(record: InstanceRecord, at = NOW): InstanceRecord {
  const stamps = { registrationTimestamp: at, lastRenewalTimestamp: at, serviceUpTimestamp: at };
  const leaseInfo = { ...DEFAULT_LEASE, ...stamps };
  return { ...record, leaseInfo, lastUpdatedTimestamp: at, lastDirtyTimestamp: at };
}

const named = (count: number): readonly InstanceRecord[] =>
  Array.from({ length: count }, (_, n) => instance('ORDERS', `orders-${String(n).padStart(3, '0')}`));

const told = ({ log }: RegistrySnapshot): readonly string[] =>
  log.applications.flatMap(({ changes }) => changes.map(({ kind, record }) => `${kind} ${record.id}`));

test('after a fail-over of the legacy nothing is told: the lists stay, a single instance has its new time stamps', () => {
  const records = named(DELTA_WINDOW.maxRestamped + 1);
  const before = list(list(emptySnapshot(1, NOW), records), records, 400);
  assert.deepEqual(told(before), []);
  const after = list(
    before,
    records.map((record) => restamped(record)),
  );
  assert.deepEqual([told(after), after.version], [[], before.version]);
  assert.equal(application(after, ORDERS)?.served, application(before, ORDERS)?.served);
  assert.deepEqual(instanceOf(after, 'ORDERS', 'orders-000'), restamped(records[0]!));
  assert.deepEqual(instanceById(after, 'orders-001'), restamped(records[1]!));
});

test('an instance that was written to between two polls is told once, though its content is what it was', () => {
  const [first, ...others] = named(3);
  const before = list(list(emptySnapshot(1, NOW), [first!, ...others]), [first!, ...others], 400);
  const after = list(before, [restamped(first!), ...others]);
  assert.deepEqual(told(after), ['modified orders-000']);
  assert.deepEqual(application(after, ORDERS)?.served, [restamped(first!), ...others]);
  assert.equal(application(after, ORDERS)?.restamped.size, 0);
  assert.equal(list(after, [restamped(first!), ...others]).version, after.version);
});

test('other time stamps than that of the last write are never told', () => {
  const [record] = named(1);
  const before = list(emptySnapshot(1, NOW), [record!]);
  const renewed = { ...restamped(record!), lastUpdatedTimestamp: record!.lastUpdatedTimestamp };
  assert.equal(list(before, [renewed]).version, before.version);
});

test('an instance that a poll met before its server had noted it to be up is told again when it has', () => {
  const [record] = named(1);
  const leaseInfo = { ...record!.leaseInfo!, serviceUpTimestamp: 0 };
  const before = list(emptySnapshot(1, NOW), [{ ...record!, leaseInfo }]);
  const after = list(before, [record!]);
  assert.deepEqual(told(after), ['modified orders-000']);
  assert.deepEqual(application(after, ORDERS)?.served, [record]);
});

// Two replicas poll the legacy at different moments, and a client polls now the one, now the other.
for (const [what, between] of [
  ['had other content', [colored('blue')]],
  ['was away', []],
] as const)
  test(`what one replica has seen of an instance that ${what} for a moment, the delta of another takes back`, () => {
    const red = list(emptySnapshot(1, NOW), [colored('red')], 1);
    const quiet = list(red, [colored('red')], 400);
    const client = new JavaClient();
    client.fetchFull(quiet);
    client.fetchDelta(list(quiet, between));
    assert.notDeepEqual(client.held(), served(quiet));
    const other = list(quiet, [restamped(colored('red'))], 3);
    assert.ok(client.fetchDelta(other));
    assert.deepEqual(client.held(), served(other));
  });

test('of instances that are registered anew all the time a delta has a limited number', () => {
  const records = named(DELTA_WINDOW.maxRestamped + 20);
  const anew = (count: number): readonly InstanceRecord[] =>
    records.map((record, i) => (i < count ? restamped(record) : record));
  let snapshot = list(list(emptySnapshot(1, NOW), records), records, 400);
  for (let n = 1; n < records.length; n++) snapshot = list(snapshot, anew(n));
  assert.equal(told(snapshot).length, DELTA_WINDOW.maxRestamped);
  const later = list(snapshot, anew(records.length - 1), 400);
  assert.deepEqual(told(later), []);
  assert.equal(told(list(later, anew(records.length))).length, 1, 'there is room again');
});

test('an instance that the delta has anyway is told again, and counts for no limit', () => {
  const records = named(DELTA_WINDOW.maxRestamped + 1);
  const before = list(list(emptySnapshot(1, NOW), records), records, 400);
  const changed = (count: number): readonly InstanceRecord[] =>
    records.map((record, i) => (i < count ? { ...record, metadata: new Map([['color', 'blue']]) } : record));
  // A push tells the content first, and the poll behind it the time stamps.
  let snapshot = before;
  for (let n = 1; n < records.length; n++) {
    snapshot = list(snapshot, [...changed(n)]);
    snapshot = list(
      snapshot,
      changed(n).map((record, i) => (i < n ? restamped(record) : record)),
    );
  }
  const last = records.at(-1)!;
  const flipped = list(snapshot, [...application(snapshot, ORDERS)!.served.slice(0, -1), restamped(last)]);
  assert.deepEqual(application(flipped, ORDERS)?.served.at(-1), restamped(last));
});

test('with a change of content the new time stamps are told too', () => {
  const before = list(list(emptySnapshot(1, NOW), [colored('red')]), [restamped(colored('red'))]);
  const after = list(before, [restamped(colored('blue'))]);
  assert.deepEqual(application(after, ORDERS)?.served, [restamped(colored('blue'))]);
  assert.equal(application(after, ORDERS)?.restamped.size, 0);
});

test('what is back to what it was is told for as long as a client may hold what it was in between', () => {
  const red = list(emptySnapshot(1, NOW), [colored('red')]);
  const blue = list(red, [colored('blue')], 400);
  const client = new JavaClient();
  client.fetchFull(blue);
  const back = list(blue, [colored('red')]);
  const later = list(back, [colored('red')], 179);
  assert.deepEqual(told(later), ['modified orders-1']);
  assert.ok(client.fetchDelta(later));
  assert.deepEqual(client.held(), served(later));
});
