import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WritesUnderWay } from '../../../../server/writes/writes-under-way.ts';
import { appName, instanceId } from '../../../../shared/model/names.ts';
import { writes } from '../../../support/lease-writes.ts';

const ID = instanceId('i-1');

test('a write that sets an override is also that to the same id in other applications, until it ends', () => {
  for (const [write, elsewhere] of [
    [writes.setStatus('PAYMENTS', ID, 'DOWN'), 'set-status'],
    [writes.register('PAYMENTS', ID, { overriddenStatus: 'DOWN' }), 'set-status'],
    [writes.register('PAYMENTS', ID), undefined],
    [writes.cancel('PAYMENTS', ID), undefined],
  ] as const) {
    const underWay = new WritesUnderWay();
    const kinds = (): unknown => ['PAYMENTS', 'ORDERS'].map((app) => underWay.kindOf(appName(app), ID));
    const seen: unknown[] = [];
    const target = underWay.follow({
      apply: () => {
        seen.push(kinds(), underWay.kindOf(appName('ORDERS'), instanceId('i-2')));
        return { status: 200, reason: undefined };
      },
    });
    void target.apply(write);
    assert.deepEqual(seen, [[write.kind, elsewhere], undefined]);
    assert.deepEqual(kinds(), [undefined, undefined]);
  }
});
