import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FullHouse } from '../../../../server/observe/full-house.ts';
import { SILENT_LOG } from '../../../support/silent-log.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';

test('refused connections have one line a minute, which counts those before', () => {
  const clock = new SteppedClock();
  const lines: object[] = [];
  const full = new FullHouse({ ...SILENT_LOG, warn: (fields) => void lines.push(fields) }, clock, 10);
  for (let n = 0; n < 5; n++) full.note();
  assert.deepEqual(lines, [{ connections: 10, refusedBefore: 0 }]);
  clock.advance(60_000);
  full.note();
  assert.deepEqual(lines.at(-1), { connections: 10, refusedBefore: 4 });
});
