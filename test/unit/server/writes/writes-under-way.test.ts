import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Write, WriteOutcome } from '../../../../server/ports/writes.ts';
import { WritesUnderWay } from '../../../../server/writes/writes-under-way.ts';
import { appName, instanceId } from '../../../../shared/model/names.ts';
import type { PeerItem } from '../../../../shared/model/peer-item.ts';
import { instance } from '../../../support/instances.ts';
import { writes } from '../../../support/lease-writes.ts';

const DONE: WriteOutcome = { status: 200, reason: undefined };
const APP = appName('ORDERS');
const ID = instanceId('o-1');

test('writes to one instance that are under way at once end each by itself', async () => {
  const underWay = new WritesUnderWay();
  const ends: ((outcome: WriteOutcome) => void)[] = [];
  const target = underWay.follow({
    apply: () =>
      new Promise<WriteOutcome>((resolve) => {
        ends.push(resolve);
      }),
  });
  const given = [
    writes.setStatus('ORDERS', 'o-1', 'DOWN'),
    writes.cancel('ORDERS', 'o-1'),
    writes.setStatus('ORDERS', 'o-1', 'UP'),
    writes.renew('ORDERS', 'o-1'),
  ] satisfies readonly Write[];
  const answers = given.map((write) => target.apply(write));
  const left = [['set-status', 'cancel', 'set-status'], ['cancel', 'set-status'], ['set-status'], []];
  for (const [place, kinds] of left.entries()) {
    assert.deepEqual(underWay.kindsOf(APP, ID), kinds);
    ends[place]?.(DONE);
    await answers[place];
  }
  assert.deepEqual(underWay.kindsOf(APP, instanceId('o-2')), []);
});

test('a write that fails has ended, at once or later', async () => {
  const underWay = new WritesUnderWay();
  const fault = (): never => {
    throw new Error('a fault');
  };
  assert.throws(() => void underWay.follow({ apply: fault }).apply(writes.cancel('ORDERS', 'o-1')));
  const later = underWay.follow({ apply: () => Promise.reject(new Error('a fault')) });
  await assert.rejects(async () => later.apply(writes.cancel('ORDERS', 'o-1')));
  assert.throws(() => underWay.followBatches({ apply: fault }).apply([{ kind: 'cancel', app: APP, id: ID }]));
  assert.deepEqual(underWay.kindsOf(APP, ID), []);
});

test('the items of a batch are under way together, but for those that change nothing', () => {
  const underWay = new WritesUnderWay();
  const seen: (readonly string[])[] = [];
  const items: readonly PeerItem[] = [
    { kind: 'register', app: APP, id: ID, record: instance('ORDERS', 'o-1') },
    { kind: 'heartbeat', app: APP, id: ID, lastDirtyTimestamp: undefined, overriddenStatus: undefined },
    { kind: 'unreadable', status: 200, reason: 'no id' },
    { kind: 'cancel', app: APP, id: ID },
  ];
  const target = underWay.followBatches({
    apply: (all) => {
      seen.push(underWay.kindsOf(APP, ID));
      return all.map(() => DONE);
    },
  });
  assert.equal(target.apply(items).length, 4);
  assert.deepEqual(seen, [['register', 'cancel']]);
  assert.deepEqual(underWay.kindsOf(APP, ID), []);
});

test('a write that sets an override is also that to the same id in other applications, until it ends', () => {
  for (const [write, elsewhere] of [
    [writes.setStatus('PAYMENTS', ID, 'DOWN'), ['set-status']],
    [writes.register('PAYMENTS', ID, { overriddenStatus: 'DOWN' }), ['set-status']],
    [writes.register('PAYMENTS', ID), []],
    [writes.cancel('PAYMENTS', ID), []],
  ] as const) {
    const underWay = new WritesUnderWay();
    const kinds = (): unknown => ['PAYMENTS', 'ORDERS'].map((app) => underWay.kindsOf(appName(app), ID));
    const seen: unknown[] = [];
    const target = underWay.follow({
      apply: () => {
        seen.push(kinds(), underWay.kindsOf(appName('ORDERS'), instanceId('o-2')));
        return { status: 200, reason: undefined };
      },
    });
    void target.apply(write);
    assert.deepEqual(seen, [[[write.kind], elsewhere], []]);
    assert.deepEqual(kinds(), [[], []]);
  }
});
