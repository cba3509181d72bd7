import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration, parsePercent } from '../../../../server/config/quantities.ts';

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

test('percentages go from 0% to 100%', () => {
  assert.equal(parsePercent('0%'), 0);
  assert.equal(parsePercent('30%'), 30);
  assert.equal(parsePercent('12.5%'), 12.5);
  assert.equal(parsePercent('100%'), 100);
  for (const text of ['30', '101%', '100.5%', '-1%', '%', '0.3']) assert.equal(parsePercent(text), undefined, text);
});
