import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePercent } from '../../../../server/config/quantities.ts';

test('percentages go from 0% to 100%', () => {
  assert.equal(parsePercent('0%'), 0);
  assert.equal(parsePercent('30%'), 30);
  assert.equal(parsePercent('12.5%'), 12.5);
  assert.equal(parsePercent('100%'), 100);
  for (const text of ['30', '101%', '100.5%', '-1%', '%', '0.3']) assert.equal(parsePercent(text), undefined, text);
});
