import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Probe, ProbeAnswer } from '../../../../shared/contribution/probe.ts';
import type { PublicationContent } from '../../../../shared/derivation/derive.ts';
import {
  afterAnswer,
  firstPause,
  gated,
  nextPause,
  openingState,
  probeState,
  targetOf,
  type GateState,
} from '../../../../shared/derivation/publish-gate.ts';
import { publication } from '../../../support/publications.ts';

const STARTED = Date.parse('2026-03-01T10:00:00Z');
const MINUTE = 60_000;

function content(changes: Partial<PublicationContent> = {}): PublicationContent {
  const { changedAt: _changedAt, ...rest } = publication('CAROL', {
    host: 'carol.example.com',
    address: '10.20.0.80',
    probe: { mode: 'require' },
    createdAt: STARTED,
    ...changes,
  });
  return rest;
}

const OBSERVED: Probe = { mode: 'observe' };
const TARGET = targetOf(content(), undefined);
const answered = (status: number): ProbeAnswer => ({ kind: 'answered', status });
const REFUSED: ProbeAnswer = { kind: 'unanswered', why: 'refused', text: 'refused the connection' };

/** A young entry that has had these answers. */
function after(...answers: readonly ProbeAnswer[]): GateState {
  return answers.reduce(
    (state, answer) => afterAnswer(state, TARGET, answer),
    openingState(content(), undefined, true, STARTED),
  );
}

test('any answer below 500 except 404 passes', () => {
  const passed = (...answers: readonly ProbeAnswer[]): boolean => after(...answers).passed;
  for (const status of [101, 200, 204, 301, 308, 400, 401, 403, 405, 429, 499])
    assert.ok(passed(answered(status)), `${status}`);
  for (const status of [404, 500, 502, 503, 504, 599]) assert.ok(!passed(answered(status)), `${status}`);
  assert.ok(!passed(REFUSED));
});

test('require holds an entry back, with the reason, until it has passed once', () => {
  const { status, statusReason } = gated(content(), after(answered(404)));
  assert.equal(status, 'DOWN');
  assert.equal(
    statusReason,
    '2 of 2 endpoints ready; DOWN until the load balancer serves the host once (probe: require): ' +
      'http://carol.example.com/actuator/health at 10.20.0.80 answered 404, as for a host that it does not know',
  );
  assert.match(gated(content(), after()).statusReason, /not asked yet/);
  assert.equal(gated(content(), after(answered(404), answered(200))).status, 'UP');
});

test('what has passed stays UP whatever is answered later, and a notice says so', () => {
  for (const later of [answered(404), answered(503), REFUSED]) {
    const { status, notices, probe } = gated(content(), after(answered(200), later));
    assert.deepEqual([status, probe?.passed, notices.length], ['UP', true, 1]);
    assert.match(notices[0] ?? '', /may not serve the host, the entry stays UP/);
  }
});

test('observe never changes a status', () => {
  const observed = content({ probe: OBSERVED });
  for (const state of [after(), after(REFUSED), after(answered(404)), after(answered(200))])
    assert.equal(gated(observed, state).status, 'UP');
  assert.match(gated(observed, after(answered(200))).statusReason, /; probe: .* answered 200$/);
  assert.deepEqual(gated(observed, after(answered(200))).notices, []);
});

test('a status that Kubernetes or somebody gave is left alone', () => {
  for (const status of ['DOWN', 'OUT_OF_SERVICE'] as const) {
    const shown = gated(content({ status }), after(answered(404)));
    assert.deepEqual([shown.status, shown.statusReason], [status, '2 of 2 endpoints ready']);
    assert.equal(probeState(content({ status }), after()), undefined);
  }
});

test('nothing that is UP goes DOWN because the gate is turned on, or because the process starts anew', () => {
  const passed = (before: PublicationContent | undefined, createdAt = STARTED, isNew = true): boolean =>
    openingState(content({ createdAt }), before, isNew, STARTED).passed;
  assert.ok(passed(content({ probe: OBSERVED })), 'it was UP');
  assert.ok(passed(content({ status: 'DOWN', probe: { mode: 'require', passed: true } })), 'it had passed');
  assert.ok(!passed(content({ status: 'DOWN' })), 'it was held back');
  assert.ok(passed(undefined, STARTED - 15 * MINUTE), 'an old object');
  assert.ok(!passed(undefined, STARTED - 15 * MINUTE + 1), 'a young one');
  assert.ok(!passed(undefined, STARTED + MINUTE), 'one that came after the start');
  assert.ok(!passed(content({ host: 'other.example.com' }), STARTED - 60 * MINUTE, false), 'another host');
});

test('the states that metrics count', () => {
  const state = (...answers: readonly ProbeAnswer[]) => probeState(content(), after(...answers));
  const observed = (...answers: readonly ProbeAnswer[]) => probeState(content({ probe: OBSERVED }), after(...answers));
  assert.deepEqual([state(), state(REFUSED)], ['waiting', 'waiting']);
  assert.deepEqual([state(answered(200)), state(answered(200), REFUSED)], ['passing', 'failing']);
  assert.deepEqual([observed(), observed(REFUSED), observed(answered(200))], ['unasked', 'failing', 'passing']);
});

test('the target is what a caller of the entry would ask', () => {
  const target = (changes: Partial<PublicationContent>, inherited?: string) => targetOf(content(changes), inherited);
  assert.deepEqual(target({}), {
    scheme: 'http',
    host: 'carol.example.com',
    address: '10.20.0.80',
    port: 80,
    path: '/actuator/health',
  });
  const secure = target({ scheme: 'https', securePort: 8443 });
  assert.deepEqual([secure.scheme, secure.port], ['https', 8443]);
  assert.deepEqual([target({ scheme: 'both' }).scheme, target({ scheme: 'both' }).port], ['http', 80]);
  assert.equal(target({}, '/health?full').path, '/health?full');
  assert.equal(target({}, '/a b\r\nx: y').path, '/actuator/health');
  assert.equal(target({ probe: { mode: 'observe', path: '/up' } }, '/health').path, '/up');
});

test('a held-back entry is asked soon and then ever more rarely, any other once an interval', () => {
  const next = (state: GateState, random: number): number => nextPause(content(), state, 30_000, random);
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 50].map((count) => next(after(...Array.from({ length: count }, () => REFUSED)), 0.5)),
    [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000],
  );
  assert.equal(next(after(answered(200)), 0), 24_000);
  assert.equal(next(after(answered(200)), 0.999_999), 36_000 - 0.012);
  assert.equal(nextPause(content(), after(REFUSED), 500, 0.5), 500);
  assert.equal(firstPause(content(), after(), 30_000, 0.5), 500);
  assert.equal(firstPause(content({ probe: OBSERVED }), after(), 30_000, 0.5), 15_000);
});
