import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CancelledVersions } from '../../../../../../server/sources/legacy/view/cancelled-versions.ts';
import { appName, instanceId } from '../../../../../../shared/model/names.ts';

test('the latest 10,000 cancels are remembered, each with its greatest version', () => {
  const cancelled = new CancelledVersions();
  const [app, first] = [appName('ORDERS'), instanceId('o-0')];
  for (let n = 0; n < 10_000; n++) cancelled.note(app, instanceId(`o-${n}`), 1_000 + n);
  cancelled.note(app, first, 7);
  assert.equal(cancelled.of(app, first), 1_000);
  cancelled.note(appName('CAROL'), first, 9);
  assert.equal(cancelled.of(app, instanceId('o-1')), undefined, 'the oldest one is forgotten');
  assert.deepEqual([cancelled.of(app, first), cancelled.of(app, instanceId('o-2'))], [1_000, 1_002]);
  assert.equal(cancelled.of(appName('CAROL'), first), 9);
});
