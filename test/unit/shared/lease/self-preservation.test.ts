import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainPreservation } from '../../../../shared/lease/explain-preservation.ts';
import {
  SelfPreservation,
  type RenewalCounts,
  type SelfPreservationMode,
} from '../../../../shared/lease/self-preservation.ts';
import { NOW } from '../../../support/lease-world.ts';

const MINUTE = 60_000;
const ENOUGH: RenewalCounts = { expectedClients: 10, renewalsLastMinute: 20 };
const TOO_FEW: RenewalCounts = { expectedClients: 10, renewalsLastMinute: 5 };
const SILENCE: RenewalCounts = { expectedClients: 10, renewalsLastMinute: 0 };
const NOBODY: RenewalCounts = { expectedClients: 0, renewalsLastMinute: 0 };

test('it lasts since the first look that showed too few heartbeats, until one shows enough', () => {
  const preservation = new SelfPreservation('on');
  preservation.observe(TOO_FEW, NOW);
  preservation.observe(SILENCE, NOW + MINUTE);
  assert.equal(preservation.since, NOW);
  preservation.observe(ENOUGH, NOW + 2 * MINUTE);
  assert.equal(preservation.since, undefined);
});

test('a registry of nobody protects nobody', () => {
  const preservation = new SelfPreservation('on');
  assert.equal(preservation.observe(NOBODY, NOW), 'nothing');
  assert.equal(preservation.since, undefined);
});

test('silent instances are given up a quarter of an hour after the last time, and not at each look in between', () => {
  const preservation = new SelfPreservation('on');
  const outcomes = Array.from({ length: 32 }, (_, n) => preservation.observe(TOO_FEW, NOW + n * MINUTE));
  const due = outcomes.flatMap((outcome, n) => (outcome === 'reset-due' ? [n] : []));
  assert.deepEqual(due, [15, 30]);
});

test('without any heartbeat the time does not run: the fault may be ours', () => {
  const preservation = new SelfPreservation('on');
  preservation.observe(TOO_FEW, NOW);
  assert.equal(preservation.observe(SILENCE, NOW + 14 * MINUTE), 'nothing');
  assert.equal(preservation.resetAt, undefined);
  assert.equal(preservation.observe(TOO_FEW, NOW + 16 * MINUTE), 'nothing');
  assert.equal(preservation.resetAt, NOW + 31 * MINUTE);
});

test('people read whether instances expire, and why not', () => {
  for (const [mode, counts, running, state, cause, text] of [
    ['off', SILENCE, 10, 'off', 'disabled', /switched off/],
    ['on', ENOUGH, 10, 'off', 'inactive', /20 heartbeats .* more than 17 are needed .*: instances .* expire/],
    ['on', NOBODY, 10, 'off', 'idle', /No heartbeats are expected/],
    ['on', TOO_FEW, 0.5, 'on', 'starting', /first complete minute .* is not over/],
    ['on', SILENCE, 10, 'on', 'silence', /No heartbeat at all/],
    ['on', TOO_FEW, 1, 'on', 'too-few', /5 heartbeats .*Ends when enough arrive, or at 20.*Z, when .*\.$/],
  ] as const satisfies readonly (readonly [SelfPreservationMode, RenewalCounts, number, ...unknown[]])[]) {
    const preservation = new SelfPreservation(mode);
    const start = NOW - running * MINUTE;
    if (cause === 'too-few') preservation.observe(counts, NOW - 1);
    const report = explainPreservation(preservation, counts, start, NOW);
    assert.deepEqual([report.state, report.cause], [state, cause]);
    assert.match(report.text, text);
    assert.equal(report.since, state === 'off' ? undefined : cause === 'too-few' ? NOW - 1 : NOW);
    assert.equal(report.endsAt, cause === 'too-few' ? NOW - 1 + 15 * MINUTE : undefined);
  }
});

test('before an end is known none is told', () => {
  const { text, endsAt } = explainPreservation(new SelfPreservation('on'), TOO_FEW, NOW - 10 * MINUTE, NOW);
  assert.equal(endsAt, undefined);
  assert.match(text, /Ends when enough arrive\.$/);
});
