import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { receive } from '../../../../shared/top/state.ts';
import { VIEWS } from '../../../../shared/top/views.ts';
import { change, lineStyles, middle, NOW, START, text, typed } from '../../../support/top-scene.ts';

const WIDE = { columns: 110, rows: 9 };
const TALL = { columns: 80, rows: 22 };

describe('the changes', () => {
  const cause = {
    source: 'legacy',
    object: 'main/shop/orders',
    write: 'set-status',
    guard: 'legacy-3',
    reason: 'its status was set through this server',
  } as const;
  const values = [{ field: 'status', from: 'UP', to: 'DOWN' }];
  const changes = [
    change('ORDERS', 'orders-1', { version: 7, at: '2026-02-28T20:00:00Z' }),
    change('ORDERS', 'orders-1', { version: 8, kind: 'modified', values, cause }),
    change('BILLING', 'billing-9', { version: 9, at: undefined, kind: 'deleted', status: 'DOWN' }),
  ];
  const state = typed(receive(START, 'changes', { changes, oldest: undefined }, NOW), '3');

  test('have the newest first, with the time, what it was and why', () => {
    assert.equal(VIEWS.changes.path, '/eurek8s/changes?limit=1000');
    assert.equal(
      middle(state, WIDE),
      text(
        ' UTC        AGO  APPLICATION  CHANGE    ENTRY      WHAT',
        ' -            -  BILLING      deleted   billing-9  DOWN: legacy lists it now',
        ' 23:59:00  60 s  ORDERS       modified  orders-1   status UP → DOWN: its status was set through this server',
        ' 20:00:00   4 h  ORDERS       added     orders-1   UP: legacy lists it now',
      ),
    );
    assert.deepEqual(lineStyles(typed(state, 'j'), WIDE).slice(3, 6), ['warning', 'selected', 'plain']);
  });

  test('do without the entry on 80 columns', () => {
    assert.equal(
      middle(state, { columns: 80, rows: 6 }),
      text(
        ' UTC        AGO  APPLICATION  CHANGE    WHAT',
        ' -            -  BILLING      deleted   DOWN: legacy lists it now',
        ' 23:59:00  60 s  ORDERS       modified  status UP → DOWN: its status was set t…',
      ),
    );
  });

  test('are shown with all that is known of the cause, and the application as it is now', () => {
    const opened = typed(state, 'j\r');
    assert.equal(opened.detail?.subject.path, '/eurek8s/explain/ORDERS');
    assert.equal(
      middle(opened, TALL),
      text(
        ' ORDERS, version 8',
        ' change  modified orders-1',
        ' at      2026-02-28T23:59:00Z',
        ' what    status UP → DOWN',
        ' why     its status was set through this server',
        ' source  legacy',
        ' object  main/shop/orders',
        ' write   set-status',
        ' hold    legacy-3',
        '',
        ' ORDERS as it is now:',
        ' asking the server …',
      ),
    );
    assert.match(
      middle(typed(state, '\r'), TALL),
      /\n change {2}deleted billing-9\n what {4}DOWN\n why .*\n source .*\n\n/,
    );
  });

  test('are rows of their own: the chosen one stays chosen when newer ones of the same entry come', () => {
    const newer = [...changes, change('ORDERS', 'orders-1', { version: 10, at: '2026-02-28T23:59:30Z' })];
    const came = receive(typed(state, 'j'), 'changes', { changes: newer, oldest: undefined }, NOW);
    assert.equal(typed(came, '\r').detail?.subject.title, 'ORDERS, version 8');
    // A server that starts anew counts its versions from the beginning.
    const again = [...changes, change('ORDERS', 'orders-1', { version: 8, at: '2026-02-28T23:59:30Z' })];
    const chosen = typed(receive(typed(state, 'j'), 'changes', { changes: again, oldest: undefined }, NOW), '\r');
    assert.match(middle(chosen, TALL), /\n at {6}2026-02-28T23:59:00Z\n/);
  });

  test('say that there are none', () => {
    const none = receive(START, 'changes', { changes: [], oldest: undefined }, NOW);
    assert.match(middle(typed(none, '3'), WIDE), /\n no change is known$/);
  });
});
