import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LeasesSource } from '../../../../../server/sources/leases/leases-source.ts';
import type { ExpiryOptions } from '../../../../../shared/lease/expiry.ts';
import { LeaseSink, NOW } from '../../../../support/lease-world.ts';
import { writes } from '../../../../support/lease-writes.ts';
import { endlessSlice, stepByStep } from '../../../../support/time-slices.ts';
import { SteppedClock } from '../../../../support/stepped-clock.ts';
import { NO_METRICS } from '../../../../support/no-metrics.ts';
import { SILENT_LOG } from '../../../../support/silent-log.ts';

const UNPROTECTED: ExpiryOptions = { selfPreservation: 'off', evictionIntervalMs: 60_000 };

function started(expiry?: ExpiryOptions) {
  const clock = new SteppedClock(NOW);
  const sink = new LeaseSink();
  const parts = { clock, random: () => 0, log: SILENT_LOG, metrics: NO_METRICS, newTimeSlice: endlessSlice };
  const source = new LeasesSource(expiry === undefined ? parts : { ...parts, expiry });
  source.start(sink);
  return { clock, sink, source };
}

test('it is in sync at once, with nothing in it', () => {
  const { sink, source } = started();
  assert.deepEqual(sink.calls, ['synced']);
  assert.equal(source.health().state, 'synced');
  assert.deepEqual([source.id, source.world, source.required], ['leases', 'legacy', true]);
});

test('the effect of a write is contributed at once, before its verdict is given', () => {
  const { sink, source } = started();
  void source.apply(writes.register('orders', 'node1'));
  assert.equal(sink.record('orders', 'node1')?.status, 'UP');
  assert.equal(sink.calls.at(-1), 'update ORDERS now');
});

test('each write is answered with the code of the protocol', async () => {
  const { source } = started();
  const codes: number[] = [];
  for (const write of [
    writes.renew('orders', 'node1'),
    writes.register('orders', 'node1'),
    writes.register('orders', 'node1'),
    writes.renew('orders', 'node1', NOW - 100),
    writes.renew('orders', 'node1', NOW),
    writes.setStatus('orders', 'node1', 'OUT_OF_SERVICE'),
    writes.metadata('orders', 'node1', { color: 'blue' }),
    writes.removeStatus('orders', 'node1', 'UNKNOWN'),
    writes.renew('orders', 'node1'),
    writes.cancel('orders', 'node1'),
    writes.cancel('orders', 'node1'),
    writes.setStatus('orders', 'node1', 'UP'),
  ]) {
    codes.push(source.apply(write).status);
  }
  assert.deepEqual(codes, [404, 204, 204, 200, 404, 200, 200, 200, 404, 200, 404, 404]);
});

test('a refused write has a reason of one line', async () => {
  const { source } = started();
  const { reason } = source.apply(writes.renew('orders', 'node1'));
  assert.equal(reason, 'no lease for this instance');
});

test('heartbeats and writes without effect are not contributed', async () => {
  const { sink, source, clock } = started();
  source.apply(writes.register('orders', 'node1'));
  const { updates } = sink;
  for (let i = 0; i < 20; i++) {
    clock.advance(30_000);
    source.apply(writes.renew('orders', 'node1', NOW - 100));
    source.apply(writes.setStatus('orders', 'node1', 'UP'));
    source.apply(writes.cancel('orders', 'nope'));
  }
  assert.equal(sink.updates, updates);
});

test('an application without instances is contributed as gone', async () => {
  const { sink, source } = started();
  source.apply(writes.register('orders', 'node1'));
  source.apply(writes.cancel('orders', 'node1'));
  assert.equal(sink.view.size, 0);
});

test('DOWN and cancel in quick succession leave no ghost', () => {
  const { sink, source } = started();
  source.apply(writes.register('orders', 'node1'));
  const both = [
    source.apply(writes.register('orders', 'node1', { status: 'DOWN', lastDirtyTimestamp: NOW })),
    source.apply(writes.cancel('orders', 'node1')),
  ];
  assert.deepEqual(
    both.map(({ status }) => status),
    [204, 200],
  );
  assert.equal(sink.view.size, 0);
});

test('expired instances leave at the next run of the evictor, the records of others stay untouched', async () => {
  const { sink, source, clock } = started(UNPROTECTED);
  source.apply(writes.register('orders', 'silent'));
  source.apply(writes.register('orders', 'alive'));
  const alive = sink.record('orders', 'alive');
  for (let i = 0; i < 3; i++) {
    clock.advance(30_000);
    source.apply(writes.renew('orders', 'alive'));
  }
  assert.ok(sink.record('orders', 'silent'), 'not before a run of the evictor');
  clock.advance(30_000);
  assert.equal(sink.record('orders', 'silent'), undefined);
  assert.equal(sink.record('orders', 'alive'), alive);
  assert.equal(sink.calls.at(-1), 'update ORDERS coalesced');
});

test('a run that ends many leases gives way to heartbeats, and what they renew meanwhile stays', async () => {
  const clock = new SteppedClock(NOW);
  const sink = new LeaseSink();
  const source = new LeasesSource({
    clock,
    random: () => 0,
    log: SILENT_LOG,
    metrics: NO_METRICS,
    newTimeSlice: stepByStep,
    expiry: UNPROTECTED,
  });
  source.start(sink);
  for (let i = 0; i < 400; i++) source.apply(writes.register('orders', `node${i}`));
  clock.advance(120_000);
  assert.equal(sink.instances.length, 350, 'the first step, of sixty that end in all');
  const left = sink.instances.map(({ id }) => id);
  for (const id of left) source.apply(writes.renew('orders', id));
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(
    sink.instances.map(({ id }) => id),
    left,
  );
  await source.stop();
});

test('health reports the counts and explains self-preservation', async () => {
  const { source, clock } = started();
  for (let i = 0; i < 10; i++) source.apply(writes.register('orders', `node${i}`));
  for (let half = 0; half < 2; half++) {
    for (let i = 0; i < 5; i++) source.apply(writes.renew('orders', `node${i}`));
    clock.advance(30_000);
  }
  const { detail, lastSuccessAt } = source.health();
  assert.equal(lastSuccessAt, NOW + 30_000);
  assert.deepEqual(detail, {
    instances: 10,
    applications: 1,
    statusOverrides: 0,
    expectedClients: 10,
    expectedRenewalsPerMinute: 20,
    renewalsLastMinute: 10,
    renewalThreshold: 17,
    selfPreservation: 'on',
    selfPreservationReason:
      '10 heartbeats arrived in the last minute, more than 17 are needed (85 % of 2 from each of 10 instances): nothing expires meanwhile. ' +
      `Ends when enough arrive, or at ${new Date(NOW + 960_000).toISOString()}, when instances that stayed silent are no longer expected.`,
    selfPreservationSince: NOW + 60_000,
    selfPreservationEndsAt: NOW + 960_000,
  });
});

test('before its start and after its stop it refuses writes, and no timer is left', async () => {
  const idle = new LeasesSource({
    clock: new SteppedClock(NOW),
    random: () => 0,
    log: SILENT_LOG,
    metrics: NO_METRICS,
    newTimeSlice: endlessSlice,
  });
  assert.equal(idle.apply(writes.register('orders', 'node1')).status, 503);
  assert.equal(idle.health().state, 'starting');
  const { source, clock, sink } = started();
  clock.advance(180_000);
  await source.stop();
  assert.equal(clock.pending, 0);
  assert.equal(source.apply(writes.register('orders', 'node1')).status, 503);
  assert.equal(sink.updates, 0);
});

test('an eviction run that throws ends nothing: it is counted, and the next run goes on', async () => {
  const clock = new SteppedClock(NOW);
  const sink = new LeaseSink();
  const faults: string[] = [];
  let random = (): number => {
    throw new Error('planted');
  };
  const source = new LeasesSource({
    clock,
    random: () => random(),
    log: SILENT_LOG,
    metrics: { count: (name, labels) => void faults.push(`${name} ${labels?.['stage']}`) },
    newTimeSlice: endlessSlice,
    expiry: UNPROTECTED,
  });
  source.start(sink);
  for (let i = 0; i < 40; i++) source.apply(writes.register('orders', `node${i}`));
  clock.advance(120_000);
  assert.deepEqual(faults, ['application_faults evict']);
  assert.equal(sink.instances.length, 40);
  random = () => 0;
  clock.advance(60_000);
  assert.ok(sink.instances.length < 40);
  await source.stop();
});
