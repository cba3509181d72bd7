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

/** As a server lists it that was started later. */
function restamped(record: InstanceRecord): InstanceRecord {
  const leaseInfo = { ...DEFAULT_LEASE, registrationTimestamp: NOW, lastRenewalTimestamp: NOW };
  return { ...record, leaseInfo, lastUpdatedTimestamp: NOW, lastDirtyTimestamp: NOW };
}

const told = ({ log }: RegistrySnapshot): readonly string[] =>
  log.applications.flatMap(({ changes }) => changes.map(({ kind, record }) => `${kind} ${record.id}`));

test('after a fail-over of the legacy nothing is told: the lists stay, a single instance has its new time stamps', () => {
  const records = ['orders-1', 'orders-2'].map((id) => instance('ORDERS', id));
  const before = list(list(emptySnapshot(1, NOW), records), records, 400);
  assert.deepEqual(told(before), []);
  const after = list(before, records.map(restamped));
  assert.deepEqual([told(after), after.version], [[], before.version]);
  assert.equal(application(after, ORDERS)?.served, application(before, ORDERS)?.served);
  assert.deepEqual(instanceOf(after, 'ORDERS', 'orders-1'), restamped(records[0]!));
  assert.deepEqual(instanceById(after, 'orders-2'), restamped(records[1]!));
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
