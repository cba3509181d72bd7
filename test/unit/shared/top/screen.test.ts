import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { screen } from '../../../../shared/top/screen.ts';
import { lose, receive, type TopState } from '../../../../shared/top/state.ts';
import { SMALL } from '../../../support/top-keys.ts';
import {
  HOLD,
  lineStyles,
  NOW,
  picture,
  source,
  sourcesReport,
  START,
  text,
  typed,
  several,
  namesOn,
  withSources,
  VIEWS_LINE,
} from '../../../support/top-scene.ts';

const HEAD_LINE = ' APPLICATION  STAGE        STATUS  REG  K8S  UP  HIDDEN  REFUSED  SHARE';
const KEYS = '/ filter  enter explain  : view  ? help  q quit';

function foot(state: TopState, columns = 80): string {
  return picture(state, { columns, rows: 8 }).split('\n').at(-1) ?? '';
}

function first(state: TopState, columns = 80): string {
  return picture(state, { columns, rows: 8 }).split('\n')[0] ?? '';
}

describe('the whole screen', () => {
  test('before the first answer says that the server is asked', () => {
    assert.equal(
      picture(START, SMALL),
      text(
        ' eurek8s  http://eurek8s:8761',
        VIEWS_LINE,
        ' APPLICATION  STAGE  STATUS  REG  K8S  UP  HIDDEN  REFUSED  SHARE',
        ' asking the server …',
        '',
        '',
        '',
        `${' '.repeat(32)}${KEYS}`,
      ),
    );
    assert.deepEqual(lineStyles(START, SMALL), [
      'strong',
      'selected faint faint faint',
      'bar',
      'faint',
      '',
      '',
      '',
      'faint',
    ]);
  });

  test('has a list with its number of rows, and is the same size with few and with many', () => {
    const state = withSources(several(2), sourcesReport([source('legacy')]));
    assert.equal(
      picture(state, SMALL),
      text(
        ` eurek8s  http://eurek8s:8761${' '.repeat(26)}ready  sources: 1 synced`,
        VIEWS_LINE,
        HEAD_LINE,
        ' A0           legacy-only  UP        1    0   1       0        0  -',
        ' A1           legacy-only  UP        1    0   1       0        0  -',
        '',
        '',
        ` 2${' '.repeat(30)}${KEYS}`,
      ),
    );
    assert.equal(namesOn(several(4), SMALL), 'A0 A1 A2 A3');
    assert.equal(namesOn(several(9), SMALL), 'A0 A1 A2 A3');
  });

  test('scrolls with the chosen row in the middle, and not beyond the ends', () => {
    const state = several(9);
    for (const [keys, names] of [
      ['jj', 'A0 A1 A2 A3'],
      ['jjj', 'A1 A2 A3 A4'],
      ['G', 'A5 A6 A7 A8'],
      ['Gk', 'A5 A6 A7 A8'],
      ['Gkk', 'A4 A5 A6 A7'],
    ] as const)
      assert.equal(namesOn(typed(state, keys), SMALL), names, keys);
    assert.equal(lineStyles(state, SMALL)[3], 'selected');
    assert.equal(lineStyles(typed(state, 'G'), SMALL)[6], 'selected');
    assert.equal(lineStyles(typed(state, 'jjj'), SMALL)[5], 'selected');
    assert.equal(lineStyles(typed(state, 'Gk'), SMALL)[5], 'selected');
  });

  test('is a sentence where there is no room for a list, and a list in 30 columns and 6 rows', () => {
    assert.equal(picture(several(9), { columns: 29, rows: 6 }), `too small for a list${'\n'.repeat(5)}`);
    assert.equal(picture(several(9), { columns: 80, rows: 5 }), `too small for a list${'\n'.repeat(4)}`);
    assert.equal(picture(several(9), { columns: 10, rows: 2 }), 'too small…\n');
    assert.equal(
      picture(several(9), { columns: 30, rows: 6 }),
      text(
        ' eurek8s  http://eurek8s:8761',
        ' applications',
        ' APPLICATION  STATUS  REG  K8…',
        ' A0           UP        1    …',
        ' A1           UP        1    …',
        ' 9',
      ),
    );
  });

  test('names the views in one line where there is room, otherwise the one that is shown', () => {
    const second = (columns: number): string => picture(typed(START, '3'), { columns, rows: 8 }).split('\n')[1] ?? '';
    assert.equal(second(57), VIEWS_LINE);
    assert.equal(second(56), ' changes');
    assert.equal(lineStyles(typed(START, '3'), SMALL)[1], 'faint faint selected faint');
  });

  test('explains every key in the help, which fits into 80×24', () => {
    const help = picture(typed(several(2), '?')).split('\n');
    assert.deepEqual(help.slice(2, 18), [
      ' keys',
      ' up, down, j, k       one row            page up, page down, space   one screen',
      ' home, end, g, G      first, last row    ctrl-l                      draw again',
      ' enter                what is known of the row: explains an application',
      ' esc                  back: to the list, without the filter, to the applications',
      ' /                    show only rows that contain each word',
      ' :                    another view, by its name or how it begins',
      ' 1 2 3 4, tab         the same by one key',
      ' q, ctrl-c            quit',
      '',
      ' REG      entries that are registered        K8S      entries from Kubernetes',
      ' HIDDEN   registered, and not served         REFUSED  what became no entry',
      ' SHARE    of the calls that Kubernetes shall get, and gets',
      ' columns without room are left out, HIDDEN first: a wider terminal has them all',
      '',
      '',
    ]);
    assert.equal(lineStyles(typed(START, '?'))[2], 'bar');
  });
});

describe('the first line', () => {
  test('says how the server and its sources are, and where holds are', () => {
    const one = (changes: Partial<Parameters<typeof source>[1]> = {}) => source('legacy', changes);
    const says = (...report: Parameters<typeof sourcesReport>): string =>
      first(withSources(START, sourcesReport(...report))).replace(/^ eurek8s {2}\S+ +/, '');
    assert.equal(says([]), 'ready  sources: none');
    assert.equal(says([one(), one({ state: 'stale' }), one()]), 'ready  sources: 2 synced, 1 stale');
    assert.equal(says([one({ holds: [HOLD] })]), 'ready  sources: 1 synced  1 hold, see :sources');
    const two = [one({ holds: [HOLD, HOLD] }), one({ holds: [HOLD] })];
    assert.equal(says(two), 'ready  sources: 2 synced  3 holds, see :sources');
    const waits = { ready: false, awaited: ['legacy', 'leases'] };
    assert.equal(says([one({ state: 'starting' })], waits), 'not ready: waits for legacy, leases  sources: 1 starting');
    assert.equal(lineStyles(withSources(START, sourcesReport([])))[0], 'strong');
  });

  test('gives up the address of the server before it is silent on what it waits for', () => {
    const names = ['legacy', 'leases', 'cluster:production-a', 'cluster:production-b'];
    const state = withSources(START, sourcesReport([source('legacy')], { ready: false, awaited: names }));
    const line = 'not ready: waits for legacy, leases, cluster:production-a, cluster:production-b  sources: 1 synced';
    assert.equal(first(state, 140), ` eurek8s  http://eurek8s:8761${' '.repeat(12)}${line}`);
    assert.equal(first(state, 101), `… ${line}`);
    assert.equal(first(state, 100), `… ${line.slice(0, -2)}…`);
    assert.equal(first(state, 80), `… ${line.slice(0, 76)}…`);
  });
});

describe('the second line', () => {
  test('says how old the view is where the server is away or refuses, and what was shown stays', () => {
    const state = several(2);
    const at = (state: TopState, now: number): string => picture(state, SMALL, now).split('\n')[1] ?? '';
    const away = lose(state, 'away', 'eurek8s:8761: connection refused');
    assert.equal(at(away, NOW + 9_000), ' this is 9 s old: eurek8s:8761: connection refused');
    assert.equal(at(lose(away, 'refused', 'no'), NOW + 300_000), ' this is 5 min old: no');
    assert.equal(at(lose(START, 'away', 'no'), NOW), ' nothing to show yet: no');
    assert.equal(namesOn(away, SMALL), 'A0 A1');
    assert.equal(lineStyles(away, SMALL)[1], 'bad');
    const back = receive(away, 'applications', { applications: [] }, NOW);
    assert.equal(at(back, NOW), VIEWS_LINE);
  });
});

describe('the last line', () => {
  test('counts the rows, and those that the filter lets through', () => {
    assert.equal(foot(several(12)), ` 12${' '.repeat(29)}${KEYS}`);
    assert.match(foot(typed(several(12), '/A1\r')), /^ 3 of 12 with "A1" +\/ filter/);
    assert.match(foot(typed(several(2), `/${'x'.repeat(30)}\r`), 120), /^ 0 of 2 with "x{19}…"/);
    assert.equal(lineStyles(several(2), SMALL).at(-1), 'faint');
    assert.equal(lineStyles(typed(several(2), '/A1\r'), SMALL).at(-1), 'plain');
    assert.equal(lineStyles(typed(several(2), '/A1\r\r'), SMALL).at(-1), 'faint');
    assert.equal(lineStyles(typed(several(2), '\r'), SMALL).at(-1), 'faint');
    assert.equal(foot(several(12), 50), `… ${KEYS}`);
    assert.equal(foot(several(12), 49), ' 12');
  });

  test('says what the filter has left nothing of, and how to see all', () => {
    const lines = picture(typed(several(2), '/zzz\r'), SMALL).split('\n');
    assert.equal(lines[3], ' nothing contains "zzz": esc shows all');
    assert.equal(picture(typed(START, '/zzz\r'), SMALL).split('\n')[3], ' asking the server …');
  });

  test('is what one types, of which the end is seen, with a cursor behind it', () => {
    assert.equal(foot(typed(several(2), '/or')), '/or');
    assert.equal(foot(typed(several(2), ':so')), ':so');
    assert.equal(foot(typed(several(2), '/or\r:so')), ':so');
    assert.equal(foot(typed(several(2), '/abcdefghijklmnopqrstuvwxyz0123456'), 30), '/ghijklmnopqrstuvwxyz0123456');
    const line = screen(typed(several(2), '/or'), SMALL, NOW).at(-1);
    assert.deepEqual(line?.slice(0, 2), [
      { text: '/or', style: 'plain' },
      { text: ' ', style: 'selected' },
    ]);
  });

  test('says that there is no such view', () => {
    const state = typed(several(2), ':nodes\r');
    assert.equal(foot(state), ' there is no view "nodes": applications, sources, changes, callers, help, quit');
    assert.equal(lineStyles(state, SMALL).at(-1), 'warning');
  });
});
