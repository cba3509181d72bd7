import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ApplicationReport } from '../../../../shared/api/apps.ts';
import type { ChangeReport } from '../../../../shared/api/changes.ts';
import type { HoldReport } from '../../../../shared/api/holds.ts';
import type { SourceReport, SourcesReport } from '../../../../shared/api/sources.ts';
import { placeColumns } from '../../../../shared/top/columns.ts';
import { readKeys } from '../../../../shared/top/key.ts';
import { fitted, justified, wrapped, type Size } from '../../../../shared/top/line.ts';
import { paintLines, repaint } from '../../../../shared/top/paint.ts';
import { press } from '../../../../shared/top/press.ts';
import { screen } from '../../../../shared/top/screen.ts';
import { initialState, lose, receive, receiveText, type TopState } from '../../../../shared/top/state.ts';

const SIZE: Size = { columns: 80, rows: 24 };
const NOW = Date.UTC(2026, 2, 1);
const HOLD: HoldReport = {
  id: 'legacy-1',
  source: 'legacy',
  what: 'the registry went from 4 instances to none',
  counted: 'instance',
  instances: 4,
  instancesBefore: 4,
  applications: 1,
  held: [],
  since: '2026-02-28T23:59:00Z',
  releasesAt: undefined,
  kept: true,
};

function application(name: string, changes: Partial<ApplicationReport> = {}): ApplicationReport {
  const counts = { legacy: 1, copies: 0, kubernetes: 0, up: 1, hidden: 0, refused: 0 };
  return { name, stage: 'legacy-only', status: 'UP', share: undefined, ...counts, ...changes };
}

function withApplications(...applications: readonly ApplicationReport[]): TopState {
  return receive(initialState('http://eurek8s:8761'), 'applications', { applications }, NOW);
}

function typed(state: TopState, keys: string, size = SIZE): TopState {
  const { keys: read, rest } = readKeys(keys);
  const all = rest === '' ? read : [...read, { kind: 'escape' } as const];
  return all.reduce((state, key) => press(state, key, size).state, state);
}

function shown(state: TopState, size = SIZE): readonly string[] {
  return screen(state, size, NOW).map((line) => line.map(({ text }) => text).join(''));
}

function chosen(state: TopState): string {
  const line = screen(state, SIZE, NOW)
    .slice(2)
    .flat()
    .find(({ style }) => style === 'selected');
  return line?.text.trim().split(' ')[0] ?? '';
}

describe('keys', () => {
  test('are told apart when they arrive together', () => {
    const { keys, rest } = readKeys('/a\u001B[A\u001BOB\u001B[5~\r\u007F\u0003é');
    assert.deepEqual(
      keys.map((key) => (key.kind === 'character' ? key.character : key.kind)),
      ['/', 'a', 'up', 'down', 'page-up', 'enter', 'backspace', 'interrupt', 'é'],
    );
    assert.equal(rest, '');
  });

  test('of a sequence in parts are read once it is whole; an escape before something else is a key', () => {
    for (const part of ['\u001B', '\u001B[', '\u001B[5', '\u001BO'])
      assert.deepEqual(readKeys(part), { keys: [], rest: part });
    assert.deepEqual(readKeys('\u001B:').keys, [{ kind: 'escape' }, { kind: 'character', character: ':' }]);
  });

  test('that nobody knows, such as those of a mouse or of function keys, do nothing', () => {
    assert.deepEqual(readKeys('\u001B[15~\u001B[<0;3;4M\u001B[200~\u0001'), { keys: [], rest: '' });
  });
});

describe('lines', () => {
  test('are exactly as wide as they shall be', () => {
    assert.equal(fitted('abc', 5), 'abc  ');
    assert.equal(fitted('abc', 5, 'right'), '  abc');
    assert.equal(fitted('abcdef', 4), 'abc…');
    assert.equal(fitted('abc', 0), '');
    assert.equal(justified('left', 'right', 12), 'left   right');
    assert.equal(justified('a long left', 'right', 12), 'a lon… right');
    assert.equal(justified('left', 'far too long a right', 6), 'left  ');
  });

  test('that are too long are wrapped at blanks, or anywhere where there are none', () => {
    assert.deepEqual(wrapped('one two three', 8), ['one two', '  three']);
    assert.deepEqual(wrapped('  abcdefghij', 8), ['  abcdef', '    ghij']);
    assert.deepEqual(wrapped('', 8), ['']);
    for (const line of wrapped('x'.repeat(500), 7)) assert.ok(line.length <= 7);
  });

  test('leave columns out that are spare, after those that can have shrunk', () => {
    const columns = [
      { head: 'NAME', least: 4 },
      { head: 'A', spare: 1 },
      { head: 'B', spare: 2 },
    ];
    const rows = [{ cells: ['a-long-name', '1', '2'] }];
    const widths = (room: number): readonly string[] =>
      placeColumns(columns, rows, room).map(({ index, width }) => `${columns[index]?.head} ${width}`);
    assert.deepEqual(widths(40), ['NAME 11', 'A 1', 'B 1']);
    assert.deepEqual(widths(12), ['NAME 6', 'A 1', 'B 1']);
    assert.deepEqual(widths(8), ['NAME 5', 'A 1']);
    assert.deepEqual(widths(3), ['NAME 4']);
  });
});

describe('the screen', () => {
  test('has as many lines as rows, each as wide as it, whatever is shown and however small it is', () => {
    const many = Array.from({ length: 50 }, (_, i) => application(`APP-${i}`, { stage: 'dual', refused: i % 3 }));
    const state = withApplications(...many);
    const explained = receiveText(typed(state, '\r'), '/eurek8s/explain/APP-0', 'a line\n'.repeat(99));
    for (const each of [
      initialState('http://x'),
      state,
      typed(state, '?'),
      typed(state, '/app-4'),
      typed(state, ':so'),
      typed(state, ':zzz\r'),
      lose(state, 'away', 'http://x does not answer', NOW),
      explained,
      typed(explained, 'G'),
    ])
      for (const size of [SIZE, { columns: 200, rows: 60 }, { columns: 41, rows: 7 }, { columns: 1, rows: 1 }]) {
        const lines = shown(each, size);
        assert.equal(lines.length, size.rows);
        for (const line of lines) assert.equal(line.length, size.columns, line);
      }
  });

  test('shows an application whole on 80 columns, and what is left out there on wider ones', () => {
    const share = { asked: '25%', achievedPercent: 33.3 };
    const state = withApplications(application('ORDERS-SERVICE', { stage: 'kubernetes-only', share, refused: 12 }));
    assert.match(shown(state)[3] ?? '', /^ ORDERS-SERVICE +kubernetes-only +UP +1 +0 +1 +12 +25%, is 33\.3%/);
    assert.match(shown(state, { columns: 100, rows: 24 })[2] ?? '', / HIDDEN /);
  });

  test('says of holds where they are, and in the help which columns are not there', () => {
    const source: SourceReport = {
      id: 'legacy',
      world: 'legacy',
      state: 'synced',
      required: true,
      ageMs: 1,
      lastSuccess: undefined,
      lastError: undefined,
      detail: {},
      holds: [HOLD],
      restored: undefined,
    };
    const report: SourcesReport = {
      ready: true,
      awaited: [],
      delta: undefined,
      sources: [source],
      files: [],
      registryFile: undefined,
    };
    const state = { ...withApplications(application('A')), sources: report };
    assert.match(shown(state)[0] ?? '', /^ eurek8s {2}http:\S+ +ready {2}sources: 1 synced {2}1 hold, see :sources $/);
    assert.match(shown(typed(state, '2'))[0] ?? '', / 1 hold $/);
    assert.match(shown(typed(state, '?')).join('\n'), / left out, HIDDEN first: a wider terminal has them all +\n/);
  });

  test('shows of a change the time beside the age, and of copies alike one row', () => {
    const change: ChangeReport = {
      at: '2026-02-28T23:59:00Z',
      version: 1,
      app: 'BOB',
      id: 'eurek8s:copy_of:BOB:b-1:1',
      kind: 'added',
      status: 'UP',
      fields: [],
      values: [],
      cause: { source: 'legacy', reason: 'a copy' },
    };
    const changes = [change, { ...change, id: 'eurek8s:copy_of:BOB:b-1:2' }];
    const state = typed(receive(withApplications(), 'changes', { changes, oldest: undefined }, NOW), '3');
    const rows = shown(state, { columns: 120, rows: 24 }).filter((line) => line.includes('BOB'));
    assert.equal(rows.length, 1);
    assert.match(
      rows[0] ?? '',
      /^ 23:59:00 +\S+ \S+ +BOB +added +2 copies, such as eurek8s:copy_of:BOB:b-1:1 +UP: a copy/,
    );
  });

  test('lets no text of somebody else control the terminal', () => {
    const hostile = 'A\u001B[2J\u009B31m\u202E\r\nB';
    const change: ChangeReport = {
      at: '2026-02-28T23:59:00Z',
      version: 1,
      app: hostile,
      id: hostile,
      kind: 'modified',
      status: hostile,
      fields: [hostile],
      values: [{ field: hostile, from: hostile, to: hostile }],
      cause: { source: hostile, reason: hostile },
    };
    const listed = receive(
      withApplications(application(hostile)),
      'changes',
      { changes: [change], oldest: undefined },
      NOW,
    );
    const filtered = typed(listed, `3/A\u202E\u009Bx\r`);
    const opened = typed(typed(listed, '3'), '\r');
    const answered = receiveText(opened, opened.detail?.subject.path ?? '', `${hostile}\tend`);
    const lost = lose(listed, 'away', hostile, NOW);
    for (const each of [listed, typed(listed, '3'), filtered, opened, answered, lost])
      for (const line of shown(each)) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
    assert.match(shown(answered).join('\n'), /A\?\[2J\?31m\?\?/);
  });

  test('keeps the choice on its row, and near it when the row is gone', () => {
    const names = ['A', 'B', 'C', 'D'].map((name) => application(name));
    const state = typed(withApplications(...names), 'jj');
    assert.equal(chosen(state), 'C');
    const came = receive(state, 'applications', { applications: [application('0'), ...names] }, NOW);
    assert.equal(chosen(came), 'C');
    const gone = receive(state, 'applications', { applications: names.slice(0, 2) }, NOW);
    assert.equal(chosen(gone), 'B');
    assert.equal(chosen(typed(gone, 'kkkk')), 'A');
    assert.equal(chosen(typed(receive(state, 'applications', { applications: [] }, NOW), 'j\r')), '');
  });

  test('scrolls so that the chosen row is always there', () => {
    const state = withApplications(...Array.from({ length: 100 }, (_, i) => application(`APP-${i}`)));
    for (const [keys, name] of [
      ['G', 'APP-99'],
      ['Gk', 'APP-98'],
      [' ', 'APP-20'],
      ['  \u0002', 'APP-20'],
      ['Gg', 'APP-0'],
      ['\u001B[F\u001B[H', 'APP-0'],
    ] as const)
      assert.equal(chosen(typed(state, keys)), name, keys);
  });

  test('filters by all words while they are typed; escape restores what it was', () => {
    const state = withApplications(
      application('ORDERS'),
      application('ORDERS-DB', { status: 'DOWN', up: 0 }),
      application('CAROL'),
    );
    assert.match(shown(typed(state, '/down ord'))[3] ?? '', /ORDERS-DB/);
    assert.match(shown(typed(state, '/down ord\r')).at(-1) ?? '', / 1 of 3 with "down ord"/);
    assert.match(shown(typed(state, '/zzz\r')).join('\n'), /nothing contains "zzz": esc shows all/);
    assert.match(shown(typed(state, '/ord\r/x\u001B')).at(-1) ?? '', / 2 of 3 with "ord"/);
    assert.match(shown(typed(state, '/ord\r\u001B')).at(-1) ?? '', /^ 3 /);
    assert.equal(typed(state, '/o\u007F\u007F').prompt, undefined);
  });

  test('says how old the view is from the first question without an answer on', () => {
    const lost = lose(withApplications(application('A')), 'away', 'connection refused', NOW + 2_000);
    const lines = screen(lost, SIZE, NOW + 9_000).map((line) => line.map(({ text }) => text).join(''));
    assert.match(lines[1] ?? '', /^ this is 9 s old: connection refused/);
    assert.match(lines[3] ?? '', /^ A /);
    assert.match(shown(typed(lost, '4'))[1] ?? '', /^ nothing to show yet: connection refused/);
  });
});

describe('painting', () => {
  test('writes the rows that are different, and nothing when none is', () => {
    const rows = paintLines([[{ text: 'one', style: 'plain' }], [{ text: 'two', style: 'bad' }]], 'some');
    assert.equal(repaint(rows, rows), '');
    const changed = repaint(rows, [rows[0] ?? '', 'other']);
    assert.match(changed, /\[2;1Hother/);
    assert.doesNotMatch(changed, /one/);
  });

  test('uses no colours where they are not wanted', () => {
    const [line = ''] = paintLines(
      [
        [
          { text: 'x', style: 'warning' },
          { text: 'y', style: 'bad' },
        ],
      ],
      'none',
    );
    assert.doesNotMatch(line, /;3[0-7]/);
  });
});
