import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FailedWrites } from '../../../../server/observe/failed-writes.ts';
import { appName, instanceId } from '../../../../shared/model/names.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';

test('an outage in which every heartbeat fails is a line every ten seconds, not one a heartbeat', () => {
  const lines: object[] = [];
  const quiet = (): void => undefined;
  const clock = new SteppedClock();
  const failed = new FailedWrites(
    { debug: quiet, info: quiet, error: quiet, warn: (fields) => void lines.push(fields) },
    clock,
  );
  const raw = { method: 'PUT', path: '', query: '', contentType: undefined, body: undefined, headers: {} } as const;
  for (let second = 0; second < 25; second++) {
    for (let i = 0; i < 10; i++)
      failed.note(
        { kind: 'cancel', app: appName('ALICE'), id: instanceId(`a-${second}-${i}`), raw },
        { status: 503, reason: 'out of reach' },
      );
    clock.advance(1000);
  }
  const common = { write: 'cancel', app: 'ALICE', status: 503, reason: 'out of reach' };
  assert.deepEqual(lines, [
    { ...common, id: 'a-0-0', failedBefore: 0 },
    { ...common, id: 'a-10-0', failedBefore: 99 },
    { ...common, id: 'a-20-0', failedBefore: 99 },
  ]);
});
