import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { describeDuration, parseDuration } from '../../../../shared/text/duration.ts';

test('durations are read in all their units', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['250ms', 250],
    ['0s', 0],
    ['5s', 5000],
    ['1.5s', 1500],
    ['10m', 600_000],
    ['1h', 3_600_000],
    ['2d', 172_800_000],
  ];
  for (const [text, ms] of cases) assert.equal(parseDuration(text), ms, text);
});

test('a duration without unit, sign or with several units is refused rather than guessed', () => {
  for (const text of ['5', '', 's', '-5s', '+5s', '5 s', '5S', '1m30s', '1w', '.5s', '1e3s', 'Infinitys'])
    assert.equal(parseDuration(text), undefined, text);
});

test('a duration is written in the largest unit without a fraction, and reads as it was', () => {
  assert.equal(describeDuration(90_000), '90s');
  assert.equal(describeDuration(86_400_000), '1d');
  assert.equal(describeDuration(1500), '1500ms');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 * 86_400_000 }), (ms) => {
      assert.equal(parseDuration(describeDuration(ms)), ms);
    }),
  );
});
