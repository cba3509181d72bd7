import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compensationMs, evictionLimit, pickAtRandom } from '../../../../shared/lease/eviction.ts';
import { LeaseRegistry } from '../../../../shared/lease/lease-registry.ts';
import { leaseExpirationEnabled } from '../../../../shared/lease/self-preservation.ts';
import { instanceId } from '../../../../shared/model/names.ts';
import { APP, ID, NOW, registration } from '../../../support/lease-world.ts';

const MINUTE = 60_000;
const never = (): number => 0;

/** A fleet of `count` instances; `alive` of them keep sending two heartbeats a minute. */
class Fleet {
  readonly registry = new LeaseRegistry(NOW);
  now = NOW;

  constructor(count: number) {
    for (let i = 0; i < count; i++) this.registry.register(registration(APP, `node${i}`), NOW);
  }

  /** Ends with a run of the evictor. Returns the evicted ids. */
  minute(alive: number): readonly string[] {
    for (let half = 0; half < 2; half++) {
      for (let i = 0; i < alive; i++) this.registry.renew(APP, instanceId(`node${i}`), undefined, this.now);
      this.now += MINUTE / 2;
    }
    return [...this.registry.evict(this.now, never)].map(({ record }) => record.id);
  }

  minutes(count: number, alive: number): readonly string[] {
    return Array.from({ length: count }, () => this.minute(alive)).flat();
  }
}

test('at most 15 percent of the registry goes in one run, rounded up', () => {
  assert.deepEqual([0, 1, 2, 6, 7, 10, 100].map(evictionLimit), [0, 1, 1, 1, 2, 2, 15]);
});

test('evicted leases are picked at random, all of them when there is room', () => {
  const draws = [0.9, 0.1, 0.5];
  assert.deepEqual(
    pickAtRandom(['a', 'b', 'c'], 2, () => draws.shift() ?? 0),
    ['c', 'b'],
  );
  assert.deepEqual(pickAtRandom(['a', 'b'], 5, never), ['a', 'b']);
  assert.deepEqual(pickAtRandom([], 5, never), []);
  const last = pickAtRandom(['a', 'b', 'c', 'd'], 4, () => 0.999);
  assert.deepEqual(last.toSorted(), ['a', 'b', 'c', 'd'], 'each once, however the numbers fall');
});

test('a late run is compensated, an early or first one is not', () => {
  assert.equal(compensationMs(undefined, NOW, MINUTE), 0);
  assert.equal(compensationMs(NOW, NOW + 61_000, MINUTE), 1_000);
  assert.equal(compensationMs(NOW, NOW + 59_000, MINUTE), 0);
});

test('a silent instance of a healthy fleet is evicted two durations after its last heartbeat', () => {
  const fleet = new Fleet(20);
  assert.deepEqual(fleet.minutes(2, 20), []);
  // The last heartbeat was half a minute ago; 180 s after it is 150 s from here.
  assert.deepEqual(fleet.minutes(2, 19), []);
  assert.deepEqual(fleet.minute(19), ['node19']);
  assert.equal(fleet.registry.size, 19);
  assert.equal(fleet.registry.preservation(fleet.now).expectedClients, 19);
});

test('nothing is evicted while more than 15 percent of the heartbeats are missing', () => {
  const fleet = new Fleet(20);
  fleet.minutes(2, 20);
  assert.deepEqual(fleet.minutes(10, 17), [], '34 heartbeats are not more than the threshold of 34');
  const report = fleet.registry.preservation(fleet.now);
  assert.equal(report.state, 'on');
  assert.equal(report.cause, 'too-few');
  assert.equal(report.threshold, 34);
  assert.equal(report.renewalsLastMinute, 34);
  assert.equal(fleet.registry.size, 20);
});

test('protection ends at once when the heartbeats return', () => {
  const fleet = new Fleet(20);
  fleet.minutes(2, 20);
  fleet.minutes(6, 10);
  assert.equal(fleet.registry.preservation(fleet.now).state, 'on');
  fleet.minute(20);
  assert.equal(fleet.registry.preservation(fleet.now).state, 'off');
  assert.equal(fleet.registry.size, 20);
});

test('protection ends by itself after a quarter of an hour, and silent instances go in several runs', () => {
  const fleet = new Fleet(20);
  fleet.minutes(2, 20);
  assert.deepEqual(fleet.minute(10), []);
  const report = fleet.registry.preservation(fleet.now);
  assert.equal(report.endsAt, fleet.now + 15 * MINUTE);
  assert.match(report.text, /20 heartbeats arrived in the last minute, more than 34 are needed/);
  assert.match(report.text, new RegExp(`or at ${new Date(fleet.now + 15 * MINUTE).toISOString()}`));
  assert.deepEqual(fleet.minutes(14, 10), []);
  const perRun = Array.from({ length: 5 }, () => fleet.minute(10).length);
  assert.deepEqual(perRun, [3, 3, 3, 1, 0]);
  assert.equal(fleet.registry.size, 10);
  assert.equal(fleet.registry.preservation(fleet.now).expectedClients, 10);
});

test('an instance that was written off and comes back is expected again', () => {
  const fleet = new Fleet(20);
  fleet.minutes(2, 20);
  fleet.minutes(16, 10);
  assert.equal(fleet.registry.preservation(fleet.now).expectedClients, 10);
  const left = fleet.registry.records(APP)?.at(-1)?.id ?? instanceId('none');
  fleet.registry.renew(APP, left, undefined, fleet.now);
  assert.equal(fleet.registry.preservation(fleet.now).expectedClients, 11);
});

test('total silence never evicts: the fault may be on our side', () => {
  const fleet = new Fleet(20);
  fleet.minutes(2, 20);
  assert.deepEqual(fleet.minutes(60, 0), []);
  const report = fleet.registry.preservation(fleet.now);
  assert.equal(report.cause, 'silence');
  assert.equal(report.endsAt, undefined);
  assert.match(report.text, /No heartbeat at all arrived/);
  assert.equal(report.expectedClients, 20);
});

test('after a total silence nobody is evicted before 85 percent of the clients are back', () => {
  const fleet = new Fleet(20);
  fleet.minutes(2, 20);
  fleet.minutes(60, 0);
  for (let back = 2; back <= 17; back += 3) assert.deepEqual(fleet.minute(back), []);
  assert.equal(fleet.registry.size, 20);
});

test('a process that was paused for an hour evicts nobody when it continues', () => {
  const fleet = new Fleet(20);
  fleet.minutes(2, 20);
  fleet.now += 60 * MINUTE;
  assert.deepEqual([...fleet.registry.evict(fleet.now, never)], []);
  assert.deepEqual(fleet.minutes(3, 20), []);
});

test('after a late run of the evictor leases live longer by the delay', () => {
  const registry = new LeaseRegistry(NOW, { selfPreservation: 'off', evictionIntervalMs: MINUTE });
  assert.deepEqual([...registry.evict(NOW, never)], []);
  registry.register(registration(APP, ID), NOW);
  assert.deepEqual([...registry.evict(NOW + 95_000, never)], [], '35 s late, so it may live until 125 s');
  assert.equal([...registry.evict(NOW + 155_000, never)].length, 1);
});

test('heartbeats of clients that have left say nothing about the others', () => {
  assert.equal(leaseExpirationEnabled('on', { expectedClients: 0, renewalsLastMinute: 5 }), false);
});

test('with self-preservation switched off silent instances expire in any case', () => {
  const registry = new LeaseRegistry(NOW, { selfPreservation: 'off', evictionIntervalMs: 1_000 });
  registry.register(registration(APP, ID), NOW);
  assert.deepEqual([...registry.evict(NOW + 90_000, never)], []);
  assert.equal([...registry.evict(NOW + 91_000, never)].length, 1);
  assert.equal(registry.records(APP), undefined);
  const report = registry.preservation(NOW + 91_000);
  assert.equal(report.cause, 'disabled');
  assert.equal(report.state, 'off');
  assert.match(report.text, /switched off/);
});

test('an eviction forgets the override, as cancelling does', () => {
  const registry = new LeaseRegistry(NOW, { selfPreservation: 'off', evictionIntervalMs: MINUTE });
  registry.register(registration(APP, ID), NOW);
  registry.setStatus(APP, ID, 'OUT_OF_SERVICE', undefined, NOW);
  assert.equal([...registry.evict(NOW + 181_000, never)].length, 1);
  registry.register(registration(APP, ID), NOW + 182_000);
  assert.equal(registry.records(APP)?.[0]?.status, 'UP');
});

test('status and metadata calls do not find an expired instance before its eviction, and a heartbeat revives it', () => {
  const registry = new LeaseRegistry(NOW, { selfPreservation: 'off', evictionIntervalMs: MINUTE });
  registry.register(registration(APP, ID), NOW);
  const late = NOW + 90_001;
  assert.equal(registry.setStatus(APP, ID, 'DOWN', undefined, late).outcome, 'not-found');
  assert.equal(registry.removeStatus(APP, ID, 'UP', undefined, late).outcome, 'not-found');
  assert.equal(registry.mergeMetadata(APP, ID, new Map(), late).outcome, 'not-found');
  assert.equal(registry.renew(APP, ID, undefined, late).outcome, 'done');
  assert.equal(registry.setStatus(APP, ID, 'DOWN', undefined, late).outcome, 'done');
});

test('the report at the start, without registrations, and in good health', () => {
  assert.equal(new LeaseRegistry(NOW).preservation(NOW).cause, 'idle');
  const fleet = new Fleet(3);
  const starting = fleet.registry.preservation(NOW + 1);
  assert.deepEqual([starting.cause, starting.state, starting.since], ['starting', 'on', NOW + 1]);
  fleet.minute(3);
  const healthy = fleet.registry.preservation(fleet.now);
  assert.deepEqual([healthy.cause, healthy.state, healthy.since], ['inactive', 'off', undefined]);
  assert.equal(healthy.expectedRenewals, 6);
  assert.match(healthy.text, /instances without heartbeats expire/);
});
