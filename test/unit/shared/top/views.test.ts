import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { receiveText } from '../../../../shared/top/state.ts';
import { VIEWS } from '../../../../shared/top/views.ts';
import {
  application,
  HOLD,
  lineStyles,
  middle,
  source,
  sourcesReport,
  START,
  text,
  typed,
  withApplications,
  withSources,
} from '../../../support/top-scene.ts';

const WIDE = { columns: 110, rows: 9 };
const TALL = { columns: 80, rows: 22 };

describe('the applications', () => {
  const state = withApplications(
    application('ORDERS', {
      stage: 'dual',
      legacy: 2,
      kubernetes: 1,
      up: 3,
      hidden: 4,
      share: { asked: '25%', achievedPercent: 33.3 },
    }),
    application('BILLING', { status: 'DOWN', up: 0 }),
    application('SHIPPING', { stage: 'kubernetes-only', legacy: 0, kubernetes: 12, up: 12, refused: 2 }),
    application('STOCK', { status: 'STARTING', up: 0 }),
    application('GONE', { stage: 'none', status: 'NONE', legacy: 0, up: 0 }),
  );

  test('say where each is on its way, how many entries it has, and what it gets', () => {
    assert.equal(
      middle(state, WIDE),
      text(
        ' APPLICATION  STAGE            STATUS    REG  K8S  UP  HIDDEN  REFUSED  SHARE',
        ' ORDERS       dual             UP          2    1   3       4        0  25%, is 33.3%',
        ' BILLING      legacy-only      DOWN        1    0   0       0        0  -',
        ' SHIPPING     kubernetes-only  UP          0   12  12       0        2  -',
        ' STOCK        legacy-only      STARTING    1    0   0       0        0  -',
        ' GONE         none             NONE        0    0   0       0        0  -',
      ),
    );
  });

  test('leave out HIDDEN first, then the stage, what was refused and the share; long names shrink before', () => {
    const long = withApplications(application('ORDERS-OF-THE-WHOLE-COMPANY', { stage: 'kubernetes-only' }));
    const heads = (columns: number): string => middle(long, { columns, rows: 8 }).split('\n')[0] ?? '';
    const all = 'STAGE            STATUS  REG  K8S  UP  HIDDEN  REFUSED  SHARE';
    assert.equal(heads(92), ` APPLICATION                  ${all}`);
    assert.equal(heads(81), ` APPLICATION       ${all}`);
    assert.equal(heads(80), ' APPLICATION              STAGE            STATUS  REG  K8S  UP  REFUSED  SHARE');
    assert.equal(heads(73), ' APPLICATION       STAGE            STATUS  REG  K8S  UP  REFUSED  SHARE');
    assert.equal(heads(72), ' APPLICATION                  STATUS  REG  K8S  UP  REFUSED  SHARE');
    assert.equal(heads(56), ' APPLICATION       STATUS  REG  K8S  UP  REFUSED  SHARE');
    assert.equal(heads(55), ' APPLICATION               STATUS  REG  K8S  UP  SHARE');
    assert.equal(heads(46), ' APPLICATION             STATUS  REG  K8S  UP');
  });

  test('stand out where nothing is up, and where something is refused or not up', () => {
    assert.deepEqual(lineStyles(typed(state, ''), WIDE).slice(3, 8), ['selected', 'bad', 'warning', 'warning', 'bad']);
    assert.equal(lineStyles(typed(state, 'j'), WIDE)[3], 'plain');
  });

  test('are explained by the server, of a name with any characters', () => {
    assert.equal(VIEWS.applications.path, '/eurek8s/apps');
    const opened = typed(withApplications(application('A/B C')), '\r');
    assert.equal(opened.detail?.subject.path, '/eurek8s/explain/A%2FB%20C');
    assert.equal(middle(opened, TALL), text(' A/B C', ' asking the server …'));
    const answered = receiveText(opened, '/eurek8s/explain/A%2FB%20C', 'A/B C is UP\n\n  one entry\n');
    assert.equal(middle(answered, TALL), text(' A/B C', ' A/B C is UP', '', '   one entry'));
  });

  test('say that there are none', () => {
    assert.match(middle(withApplications(), WIDE), /\n no application is known$/);
  });
});

describe('the sources', () => {
  const report = sourcesReport(
    [
      source('legacy', { ageMs: 300, holds: [HOLD], detail: { servers: 2 } }),
      source('cluster:main', { state: 'stale', ageMs: 125_400, required: false, lastError: 'connection refused' }),
      source('leases', { state: 'starting', ageMs: undefined, restored: true }),
      source('cluster:b', { ageMs: 61_900 }),
    ],
    { ready: false, awaited: ['leases'], delta: { instances: 2, bytes: 900, applications: [] } },
  );
  const state = typed(withSources(START, report), '2');

  test('say how each is, how old what it has is in whole seconds, and what is wrong', () => {
    assert.equal(VIEWS.sources.path, '/eurek8s/sources');
    assert.equal(
      middle(state, WIDE),
      text(
        ' SOURCE        STATE                 AGE  REQUIRED  HOLDS  LAST ERROR',
        ' legacy        synced                1 s  yes           1  -',
        ' cluster:main  stale               2 min  no            0  connection refused',
        ' leases        starting, restored      -  yes           0  -',
        ' cluster:b     synced               61 s  yes           0  -',
      ),
    );
    const styles = lineStyles(typed(state, 'G'), WIDE).slice(3, 7);
    assert.deepEqual(styles, ['warning', 'bad', 'warning', 'selected']);
    assert.equal(lineStyles(state, WIDE)[6], 'plain');
  });

  test('shrink their names and errors, and then do without REQUIRED, where there is little room', () => {
    const long = source('cluster:a-long-name', { lastError: 'the connection was refused by the other side' });
    const narrow = typed(withSources(START, sourcesReport([long])), '2');
    const lines = (columns: number): readonly string[] => middle(narrow, { columns, rows: 8 }).split('\n');
    assert.deepEqual(lines(62), [
      ' SOURCE          STATE   AGE  REQUIRED  HOLDS  LAST ERROR',
      ' cluster:a-lon…  synced  1 s  yes           0  the connectio…',
    ]);
    assert.deepEqual(lines(56), [
      ' SOURCE        STATE   AGE  REQUIRED  HOLDS  LAST ERROR',
      ' cluster:a-l…  synced  1 s  yes           0  the conne…',
    ]);
    assert.deepEqual(lines(55), [
      ' SOURCE           STATE   AGE  HOLDS  LAST ERROR',
      ' cluster:a-long…  synced  1 s      0  the connection …',
    ]);
  });

  test('are shown with their holds and details: of one what is of that one', () => {
    assert.equal(
      middle(typed(state, '\r'), TALL),
      text(
        ' legacy',
        ' SOURCE  STATE   AGE     REQUIRED',
        ' legacy  synced  300 ms  yes',
        '   4 of 4 legacy instances held: the registry went from 4 instances to none',
        '   of ORDERS; each of them: eurek8s holds',
        '   kept until released by: eurek8s holds release legacy-1',
        '   servers  2',
      ),
    );
    assert.match(middle(typed(state, 'jj\r'), TALL), /^ leases\n.*\n.*\n {3}restored from the registry file/);
    assert.equal(typed(state, '\r').detail?.subject.path, undefined);
  });

  test('say that there are none', () => {
    assert.match(middle(typed(withSources(START, sourcesReport([])), '2'), WIDE), /\n no source is configured$/);
  });
});
