import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idOf, leaseWithDefaults, recordOf, type InstanceDraft } from '../../../../shared/codec/draft.ts';
import { escapeName, unescapeName, unescapeText } from '../../../../shared/codec/escape.ts';
import { appName, instanceId } from '../../../../shared/model/names.ts';

const NOW = 1_750_000_000_000;

test('an instance is known by its id, else by that of Amazon, else by its host name; empty ones are none', () => {
  const amazon: InstanceDraft['dataCenterInfo'] = { name: 'Amazon', metadata: new Map([['instance-id', 'i-0a']]) };
  assert.equal(idOf({ instanceId: 'orders:1', dataCenterInfo: amazon, hostName: 'node1' }), 'orders:1');
  assert.equal(idOf({ instanceId: '', dataCenterInfo: amazon, hostName: 'node1' }), 'i-0a');
  assert.equal(idOf({ dataCenterInfo: { name: 'MyOwn' }, hostName: 'node1' }), 'node1');
  assert.equal(idOf({ instanceId: '', hostName: '' }), undefined);
  assert.equal(idOf({}), undefined);
});

test('what a registration leaves out is what the Java decoder assumes', () => {
  const { status, overriddenStatus, port, securePort, countryId, dataCenterInfo, lastDirtyTimestamp, metadata } =
    recordOf({}, instanceId('i-1'), appName('orders'), NOW);
  assert.deepEqual([status, overriddenStatus, countryId, dataCenterInfo], ['UP', 'UNKNOWN', 1, { name: 'MyOwn' }]);
  assert.deepEqual(
    [port, securePort],
    [
      { number: 7001, enabled: true },
      { number: 7002, enabled: false },
    ],
  );
  assert.deepEqual([lastDirtyTimestamp, metadata], [NOW, new Map()]);
});

test('durations of a lease that are not positive are the usual ones, and others stay', () => {
  const lease = { registrationTimestamp: 1, lastRenewalTimestamp: 2, evictionTimestamp: 3, serviceUpTimestamp: 4 };
  for (const bad of [0, -5])
    assert.deepEqual(leaseWithDefaults({ ...lease, renewalIntervalInSecs: bad, durationInSecs: bad }), {
      ...lease,
      renewalIntervalInSecs: 30,
      durationInSecs: 90,
    });
  const good = { ...lease, renewalIntervalInSecs: 1, durationInSecs: 1 };
  assert.deepEqual(leaseWithDefaults(good), good);
});

test('a reference to the last character there is is read, and one beyond it is refused', () => {
  assert.equal(unescapeText('&#1114111;'), '\u{10ffff}');
  assert.equal(unescapeText('&#x10FFFF;'), '\u{10ffff}');
  assert.equal(unescapeText('&#1114112;'), undefined);
  assert.equal(unescapeText('a & b'), undefined);
});

test('a name begins with a letter: what may only follow is escaped at its beginning', () => {
  assert.equal(escapeName('1a'), '_.0031a');
  assert.equal(escapeName('-a$'), '_.002da_-');
  assert.equal(escapeName('a1-b.c'), 'a1-b.c');
  assert.equal(escapeName('ä1_'), 'ä1__');
  for (const key of ['1a', '-a$', 'ä1_', '_', '$', 'a b', '_.0041']) assert.equal(unescapeName(escapeName(key)), key);
  assert.equal(unescapeName('a_b'), 'a_b');
});
