import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LeasesSource } from '../../../../server/sources/leases/leases-source.ts';
import { absorbOverlay } from '../../../../server/writes/absorb.ts';
import { ABSORBED, overlayRules } from '../../../../shared/registry/overlay.ts';
import { NO_METRICS } from '../../../support/no-metrics.ts';
import { SILENT_LOG } from '../../../support/silent-log.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';
import { endlessSlice } from '../../../support/time-slices.ts';
import { ViewSink, writes } from '../../../support/legacy-scene.ts';
import type { ForwardingTarget, Write } from '../../../../server/ports/writes.ts';

const pod = (id: string): Write => writes.register('CAROL', id, {}, { ipAddr: '10.42.0.7' });

/** What was forwarded is recorded, and accepted as a legacy that knows nothing of it. */
function scene(given: { readonly legacy: boolean }) {
  const clock = new SteppedClock(1_760_000_000_000);
  const expiry = { selfPreservation: 'off', evictionIntervalMs: 60_000 } as const;
  const parts = { clock, random: () => 0.5, log: SILENT_LOG, metrics: NO_METRICS, newTimeSlice: endlessSlice };
  const absorbed = new LeasesSource({ ...parts, expiry, id: ABSORBED });
  const sink = new ViewSink();
  absorbed.start(sink);
  const forwarded: Write[] = [];
  const legacy: ForwardingTarget = {
    known: () => undefined,
    apply: (write) => {
      forwarded.push(write);
      return { status: write.kind === 'register' ? 204 : 404, reason: undefined };
    },
  };
  const overlay = overlayRules({ cidrs: ['10.42.0.0/16'], action: 'absorb' });
  const target = absorbOverlay({ overlay, absorbed, legacy: given.legacy ? legacy : undefined, clock });
  return { clock, absorbed, sink, forwarded, apply: async (write: Write) => (await target.apply(write)).status };
}

test('an absorbed lease without heartbeats ends, though it is the only one and no other heartbeat comes', async () => {
  const { clock, absorbed, sink, apply } = scene({ legacy: true });
  await apply(pod('silent'));
  await apply(pod('renewing'));
  for (let minute = 0; minute < 4; minute++) {
    assert.equal(await apply(writes.renew('CAROL', 'renewing')), 200);
    clock.advance(60_000);
  }
  assert.deepEqual(sink.ids(), ['CAROL/renewing']);
  for (let minute = 0; minute < 5; minute++) clock.advance(60_000);
  assert.deepEqual(sink.ids(), []);
  assert.equal(absorbed.size, 0);
  assert.equal(await apply(writes.renew('CAROL', 'renewing')), 404, 'the legacy has none either');
});

test('all writes to an absorbed instance stay here, and those to others do not', async () => {
  const { forwarded, apply } = scene({ legacy: true });
  const all = (id: string): readonly Write[] => [
    writes.renew('CAROL', id),
    writes.setStatus('CAROL', id, 'DOWN'),
    writes.removeStatus('CAROL', id, 'UP'),
    writes.metadata('CAROL', id, 'colour', 'green'),
    writes.cancel('CAROL', id),
  ];
  assert.equal(await apply(pod('pod-1')), 204);
  for (const write of all('pod-1')) assert.equal(await apply(write), 200, write.kind);
  assert.deepEqual(forwarded, []);
  for (const write of all('vm-1')) await apply(write);
  assert.equal(forwarded.length, 5);
  // An id is case-sensitive and belongs to one application.
  await apply(pod('pod-2'));
  await apply(writes.renew('CAROL', 'POD-2'));
  await apply(writes.renew('BOB', 'pod-2'));
  assert.equal(forwarded.length, 7);
});

test('without a legacy a lease that is not known is 404, so that a client of another replica registers here', async () => {
  const { apply } = scene({ legacy: false });
  assert.equal(await apply(writes.renew('CAROL', 'pod-1')), 404);
  assert.equal(await apply(pod('pod-1')), 204);
  assert.equal(await apply(writes.renew('CAROL', 'pod-1')), 200);
  assert.equal(await apply(writes.register('CAROL', 'vm-1', {}, { ipAddr: '172.16.0.1' })), 503);
});
