import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LegacyView } from '../../../../../../server/sources/legacy/view/legacy-view.ts';
import { PendingWrites } from '../../../../../../server/sources/legacy/view/pending-writes.ts';
import { PolledView } from '../../../../../../server/sources/legacy/view/polled-view.ts';
import { PushedChanges } from '../../../../../../server/sources/legacy/write/pushed-changes.ts';
import { WriteEffects } from '../../../../../../server/sources/legacy/write/write-effects.ts';
import { Brake } from '../../../../../../shared/guard/brake.ts';
import { appName, instanceId, SOURCE_MARKER, SYNTHETIC_ID_PREFIX } from '../../../../../../shared/model/names.ts';
import type { PeerItem } from '../../../../../../shared/model/peer-item.ts';
import { instance } from '../../../../../support/instances.ts';
import { NO_METRICS } from '../../../../../support/no-metrics.ts';
import { SILENT_LOG } from '../../../../../support/silent-log.ts';
import { SteppedClock } from '../../../../../support/stepped-clock.ts';

const APP = appName('CAROL');

test('what an Eurek8s registered at the legacy does not come back as a write that could be lost', () => {
  const view = new LegacyView({
    polled: new PolledView(),
    brake: new Brake('legacy', { maxRemoval: 30, minInstances: 3, grace: 60_000, window: 60_000 }),
    pending: new PendingWrites({ pendingRecheckAfter: 10_000, maxPendingAge: 60_000 }),
  });
  const effects = new WriteEffects({ view, clock: new SteppedClock(), publish: () => undefined });
  const pushed = new PushedChanges({ view, effects, log: SILENT_LOG, metrics: NO_METRICS });
  const id = instanceId(`${SYNTHETIC_ID_PREFIX}main:shop:carol:carol.example.com:0`);
  const marked = instance('CAROL', 'c-9', { metadata: new Map([[SOURCE_MARKER, 'main/shop/carol']]) });
  const own: readonly PeerItem[] = [
    { kind: 'register', app: APP, id, record: instance('CAROL', id) },
    { kind: 'register', app: APP, id: marked.id, record: marked },
    { kind: 'heartbeat', app: APP, id, lastDirtyTimestamp: 1, overriddenStatus: undefined },
    { kind: 'set-status', app: APP, id, status: 'DOWN', lastDirtyTimestamp: 1 },
    { kind: 'cancel', app: APP, id },
  ];
  assert.deepEqual(pushed.apply(own), [200, 200, 200, 200, 200]);
  assert.deepEqual([view.pendingSize, view.apps()], [0, []]);
  const record = instance('CAROL', 'c-1');
  assert.deepEqual(pushed.apply([{ kind: 'register', app: APP, id: record.id, record }]), [200]);
  assert.deepEqual([view.pendingSize, view.apps()], [1, ['CAROL']]);
});
