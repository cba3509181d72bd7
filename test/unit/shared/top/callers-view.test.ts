import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { receive } from '../../../../shared/top/state.ts';
import { VIEWS } from '../../../../shared/top/views.ts';
import {
  caller,
  callersReport,
  lineStyles,
  middle,
  NO_READS,
  NOW,
  START,
  text,
  typed,
} from '../../../support/top-scene.ts';

const WIDE = { columns: 110, rows: 9 };
const TALL = { columns: 80, rows: 22 };

describe('the callers', () => {
  const report = callersReport(
    caller('10.0.0.1', {
      application: 'ORDERS',
      applications: ['ORDERS'],
      client: 'Java-EurekaClient/v2.0',
      identity: { name: 'DefaultClient', version: '1.4', id: '10.0.0.1' },
      credentials: ['orders', 'password'],
      reads: { ...NO_READS, full: 2, delta: 310 },
      lookups: [
        { kind: 'vip', name: 'billing', applications: ['BILLING', 'BILLING-OLD'], count: 1, lastSeen: undefined },
        { kind: 'app', name: 'NOBODY', applications: [], count: 3, lastSeen: undefined },
      ],
      registers: [
        { application: 'ORDERS', register: 1, renew: 20, cancel: 0, other: 0, lastSeen: '2026-02-28T23:55:00Z' },
        { application: 'STOCK', register: 0, renew: 4, cancel: 0, other: 0, lastSeen: undefined },
      ],
    }),
    caller('10.0.0.2', { applications: ['BILLING', 'SHIPPING'], lastSeen: undefined }),
    caller('10.0.0.3', {
      identity: { name: 'probe', version: undefined, id: undefined },
      lookups: [{ kind: 'app', name: 'ORDERS', applications: ['ORDERS'], count: 2, lastSeen: undefined }],
    }),
    caller('10.0.0.3', { ownCommand: true, client: 'eurek8s/1.0' }),
  );
  const state = typed(receive(START, 'callers', report, NOW), '4');

  test('say who asks, what for and when it was the last time', () => {
    assert.equal(VIEWS.callers.path, '/eurek8s/callers');
    assert.equal(
      middle(state, { columns: 120, rows: 9 }),
      text(
        ' APPLICATION          ADDRESS   CLIENT                  FULL  DELTA  LOOKS UP  REGISTERS      SEEN',
        ' ORDERS               10.0.0.1  Java-EurekaClient/v2.0     2    310  2 names   ORDERS STOCK  5 min',
        ' BILLING or SHIPPING  10.0.0.2  curl/8.1                   0      0  -         -                 -',
        ' -                    10.0.0.3  curl/8.1                   0      0  1 name    -             5 min',
        ' command of Eurek8s   10.0.0.3  eurek8s/1.0                0      0  -         -             5 min',
      ),
    );
    assert.deepEqual(lineStyles(state, WIDE).slice(3, 7), ['selected', 'plain', 'plain', 'plain']);
  });

  test('do without their counts, then without their client and what they register, where there is little room', () => {
    const heads = (columns: number): string => middle(state, { columns, rows: 8 }).split('\n')[0] ?? '';
    const names = (columns: number): string => heads(columns).trim().replaceAll(/ {2,}/g, ', ');
    assert.equal(heads(85), ' APPLICATION   ADDRESS   CLIENT              FULL  DELTA  LOOKS UP  REGISTERS   SEEN');
    assert.equal(names(84), 'APPLICATION, ADDRESS, CLIENT, DELTA, LOOKS UP, REGISTERS, SEEN');
    assert.equal(names(79), 'APPLICATION, ADDRESS, CLIENT, DELTA, LOOKS UP, REGISTERS, SEEN');
    assert.equal(names(78), 'APPLICATION, ADDRESS, CLIENT, LOOKS UP, REGISTERS, SEEN');
    assert.equal(names(71), 'APPLICATION, ADDRESS, LOOKS UP, REGISTERS, SEEN');
    assert.equal(names(52), 'APPLICATION, ADDRESS, LOOKS UP, REGISTERS, SEEN');
    assert.equal(names(51), 'APPLICATION, ADDRESS, LOOKS UP, SEEN');
  });

  test('are shown with all that each has said of itself and asked for', () => {
    assert.equal(
      middle(typed(state, '\r'), TALL),
      text(
        ' ORDERS',
        ' address      10.0.0.1',
        ' application  ORDERS',
        ' client       Java-EurekaClient/v2.0',
        ' says it is   DefaultClient 1.4 10.0.0.1',
        ' credentials  orders, password',
        ' first seen   2026-02-28T23:00:00Z',
        ' last seen    2026-02-28T23:55:00Z',
        ' seen by      eurek8s-0',
        ' reads        full 2, delta 310',
        '',
        ' looks up:',
        '   vip billing  1 time, finds BILLING, BILLING-OLD',
        '   app NOBODY   3 times, finds nothing',
        '',
        ' registers:',
        '   ORDERS  register 1, renew 20',
        '   STOCK   renew 4',
      ),
    );
  });

  test('are shown without what is not known of them, under their address', () => {
    assert.equal(
      middle(typed(state, 'j\r'), TALL),
      text(
        ' 10.0.0.2',
        ' address      10.0.0.2',
        ' application  BILLING or SHIPPING',
        ' client       curl/8.1',
        ' first seen   2026-02-28T23:00:00Z',
        ' seen by      eurek8s-0',
      ),
    );
    assert.match(
      middle(typed(state, 'jj\r'), TALL),
      /\n application {2}unknown\n client .*\n says it is {3}probe\n first seen .*\n last seen /,
    );
  });

  test('are rows of their own where several clients are at one address', () => {
    const fewer = { ...report, callers: report.callers.slice(1) };
    const came = receive(typed(state, 'jjj'), 'callers', fewer, NOW);
    assert.match(middle(typed(came, '\r'), TALL), /\n client {7}eurek8s\/1\.0\n/);
  });

  test('say that there are none', () => {
    const none = typed(receive(START, 'callers', callersReport(), NOW), '4');
    assert.match(middle(none, WIDE), /\n nobody has asked anything yet$/);
  });
});
