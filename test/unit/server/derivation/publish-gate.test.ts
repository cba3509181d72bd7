import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Derivation } from '../../../../server/derivation/derivation.ts';
import type { DefaultsConfig } from '../../../../shared/config/config.ts';
import type { StrippedObject } from '../../../../shared/ingress/stripped.ts';
import { endpointSlice, ingress, service, type IngressShape } from '../../../support/cluster-objects.ts';
import { ContributionRecorder } from '../../../support/contribution-recorder.ts';
import { derivationConfig, NO_PROBING } from '../../../support/derivation.ts';
import { HandProber } from '../../../support/hand-prober.ts';
import { nameTable } from '../../../support/name-table.ts';
import { SILENT_LOG } from '../../../support/silent-log.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';
import { endlessSlice } from '../../../support/time-slices.ts';

const INTERVAL = 30_000;
/** Longer than any first pause of an entry that is held back. */
const SOON = 1_000;

function begin(objects: readonly StrippedObject[], defaults: Partial<DefaultsConfig> = { probe: 'require' }) {
  const clock = new SteppedClock();
  const sink = new ContributionRecorder();
  const prober = new HandProber();
  const gauges = new Map<string, number>();
  const counts = new Map<string, number>();
  const derivation = new Derivation({
    ...derivationConfig({ defaults }),
    probing: { ...NO_PROBING, prober, interval: INTERVAL, random: () => 0.5, healthPath: () => '/health' },
    resolver: nameTable(),
    clock,
    log: SILENT_LOG,
    metrics: {
      count: (name, labels) =>
        void counts.set(`${name} ${labels?.['outcome']}`, (counts.get(`${name} ${labels?.['outcome']}`) ?? 0) + 1),
      gauge: (name, value, labels) => void gauges.set(`${name} ${labels?.['state']}`, value),
    },
    sink,
    newTimeSlice: endlessSlice,
  });
  for (const object of objects) derivation.set(object);
  derivation.allListed();
  const status = (): string | undefined => sink.publication('carol')?.status;
  return { clock, sink, prober, derivation, status, gauges, counts };
}

/** Made one minute after the clock of the test began. */
const YOUNG: IngressShape = { created: '2025-06-15T15:07:40Z' };

function carol(shape: IngressShape = YOUNG, ready = 1): readonly StrippedObject[] {
  return [ingress('carol', shape), service('carol'), endpointSlice('carol-1', 'carol', ready)];
}

test('a new entry is DOWN until the load balancer serves its host, and then UP', () => {
  const { clock, sink, prober, status, gauges, counts } = begin(carol());
  assert.equal(status(), 'DOWN');
  clock.advance(SOON);
  assert.deepEqual(prober.asked, [
    { scheme: 'http', host: 'carol.k8s.example.com', address: '10.20.0.80', port: 80, path: '/health' },
  ]);
  prober.answer(404);
  assert.equal(status(), 'DOWN');
  assert.match(sink.publication('carol')?.statusReason ?? '', /answered 404/);
  assert.equal(gauges.get('probed_publications waiting'), 1);
  clock.advance(SOON);
  prober.answer(200);
  assert.equal(status(), 'UP');
  assert.deepEqual([gauges.get('probed_publications waiting'), gauges.get('probed_publications passing')], [0, 1]);
  assert.deepEqual([counts.get('probes not-found'), counts.get('probes passed')], [1, 1]);
});

test('there is one probe of an entry at a time, however long it takes and whatever changes', () => {
  const { clock, prober, derivation } = begin(carol());
  clock.advance(SOON);
  for (const ready of [2, 3, 4]) derivation.set(endpointSlice('carol-1', 'carol', ready));
  clock.advance(20 * INTERVAL);
  assert.equal(prober.asked.length, 1);
  prober.answer(200);
  clock.advance(2 * INTERVAL);
  assert.equal(prober.asked.length, 2);
});

test('what has passed is taken down by Kubernetes alone, and comes back without another pass', () => {
  const { clock, prober, derivation, status } = begin(carol());
  clock.advance(SOON);
  prober.answer(200);
  clock.advance(INTERVAL);
  prober.answer(503);
  assert.equal(status(), 'UP');
  clock.advance(INTERVAL);
  derivation.set(endpointSlice('carol-1', 'carol', 0, 1));
  assert.equal(status(), 'DOWN');
  assert.deepEqual(prober.open, [], 'nothing is asked while it is DOWN');
  derivation.set(endpointSlice('carol-1', 'carol', 1));
  assert.equal(status(), 'UP');
});

test('an object that is refused for a while keeps its pass; one that is made anew needs another', () => {
  const { clock, prober, derivation, status } = begin(carol());
  clock.advance(SOON);
  prober.answer(200);
  derivation.remove('Service', 'shop', 'carol');
  derivation.set(ingress('carol', { ...YOUNG, annotations: { 'eurek8s.io/port': 'x' } }));
  derivation.set(service('carol'));
  assert.equal(status(), undefined);
  derivation.set(ingress('carol', YOUNG));
  assert.equal(status(), 'UP');
  derivation.remove('Ingress', 'shop', 'carol');
  derivation.set(ingress('carol', YOUNG));
  assert.equal(status(), 'DOWN');
});

test('another host needs a pass of its own, also within downDelay', () => {
  const { clock, prober, derivation, status } = begin(carol(), { probe: 'require', downDelay: 60_000 });
  clock.advance(SOON);
  prober.answer(200);
  derivation.set(ingress('carol', { ...YOUNG, host: 'new.example.com' }));
  assert.equal(status(), 'DOWN');
  clock.advance(SOON);
  assert.deepEqual(prober.open, ['new.example.com']);
  prober.answer(200);
  assert.equal(status(), 'UP');
});

test('turning the gate on takes nothing down', () => {
  const { derivation, status } = begin(carol(), { probe: 'none' });
  assert.equal(status(), 'UP');
  derivation.set(ingress('carol', { ...YOUNG, annotations: { 'eurek8s.io/probe': 'require' } }));
  assert.equal(status(), 'UP');
});

test('an object that was old at the start is UP at once', () => {
  const { status } = begin(carol({ created: '2025-06-01T10:00:00Z' }));
  assert.equal(status(), 'UP');
});

test('answers that say the same publish nothing, and none changes the time stamps of an entry', () => {
  const { clock, sink, prober } = begin(carol());
  clock.advance(SOON);
  prober.answer(200);
  const { changedAt } = sink.publication('carol') ?? {};
  const updates = sink.updates.length;
  clock.advance(2 * INTERVAL);
  prober.answer(200);
  assert.equal(sink.updates.length, updates);
  clock.advance(2 * INTERVAL);
  prober.answer(503);
  assert.equal(sink.updates.length, updates + 1);
  assert.equal(sink.publication('carol')?.changedAt, changedAt);
});

test('annotations choose the mode and the path of one object', () => {
  const shape = (annotations: Record<string, string>): IngressShape => ({ ...YOUNG, annotations });
  const asked = (annotations: Record<string, string>, probe: DefaultsConfig['probe']): readonly unknown[] => {
    const { clock, prober, status } = begin(carol(shape(annotations)), { probe });
    const first = status();
    clock.advance(INTERVAL);
    return [first, prober.asked[0]?.path];
  };
  assert.deepEqual(asked({}, 'none'), ['UP', undefined]);
  assert.deepEqual(asked({ 'eurek8s.io/probe': 'none' }, 'require'), ['UP', undefined]);
  assert.deepEqual(asked({ 'eurek8s.io/probe': 'require' }, 'none'), ['DOWN', '/health']);
  assert.deepEqual(asked({ 'eurek8s.io/probe': '/up' }, 'none'), ['UP', '/up']);
  assert.deepEqual(asked({ 'eurek8s.io/probe': '/up' }, 'require'), ['DOWN', '/up']);
  assert.deepEqual(asked({ 'eurek8s.io/health-path': '/h' }, 'require'), ['DOWN', '/h']);
});

test('a stop, and an object that goes, end what is being asked', () => {
  const { clock, prober, derivation, gauges } = begin(carol());
  clock.advance(SOON);
  assert.equal(prober.open.length, 1);
  derivation.remove('Ingress', 'shop', 'carol');
  assert.equal(prober.open.length, 0);
  assert.equal(gauges.get('probed_publications waiting'), 0);
  derivation.set(ingress('carol', YOUNG));
  clock.advance(SOON);
  derivation.stop();
  assert.equal(prober.open.length, 0);
  assert.equal(clock.pending, 0);
});

test('what is observed and UP stays UP when a pass is required from now on, whatever was answered', () => {
  const observed = { ...YOUNG, annotations: { 'eurek8s.io/probe': 'observe' } };
  const { clock, prober, derivation, status } = begin(carol(observed));
  clock.advance(INTERVAL);
  prober.answer(404);
  assert.equal(status(), 'UP');
  derivation.set(ingress('carol', { ...YOUNG, annotations: { 'eurek8s.io/probe': 'require' } }));
  assert.equal(status(), 'UP');
});

test('what waits is asked soon where it has moved to, and an answer from where it was is none', () => {
  const at = (port: string): StrippedObject => ingress('carol', { ...YOUNG, annotations: { 'eurek8s.io/port': port } });
  const { clock, prober, derivation, status } = begin([at('8081'), ...carol().slice(1)]);
  for (let probe = 0; probe < 7; probe++) {
    clock.advance(INTERVAL);
    prober.answer(404);
  }
  derivation.set(at('8082'));
  clock.advance(SOON);
  assert.equal(prober.asked.at(-1)?.port, 8082);
  derivation.set(at('8083'));
  assert.deepEqual(prober.open, [], 'nobody waits for the answer of 8082');
  clock.advance(SOON);
  assert.equal(prober.asked.at(-1)?.port, 8083);
  prober.answer(200);
  assert.equal(status(), 'UP');
});
