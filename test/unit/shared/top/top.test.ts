import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { placeColumns } from '../../../../shared/top/columns.ts';
import { readKeys } from '../../../../shared/top/key.ts';
import { fitted, justified, wrapped } from '../../../../shared/top/line.ts';
import { CLOSE_SCREEN, OPEN_SCREEN, paintLines, repaint } from '../../../../shared/top/paint.ts';
import { screen } from '../../../../shared/top/screen.ts';
import { initialState, lose, receive, receiveText, type TopState } from '../../../../shared/top/state.ts';
import {
  application,
  change,
  HOLD,
  NOW,
  shown,
  SIZE,
  source,
  sourcesReport,
  typed,
  withApplications,
} from '../../../support/top-scene.ts';

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
    assert.deepEqual(wrapped('one twofold', 6), ['one', '  twof', '  old']);
    assert.deepEqual(wrapped('abc', 0), ['a', 'b', 'c']);
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
      lose(state, 'away', 'http://x does not answer'),
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
    const report = sourcesReport([source('legacy', { holds: [HOLD] })]);
    const state = { ...withApplications(application('A')), sources: report };
    assert.match(shown(state)[0] ?? '', /^ eurek8s {2}http:\S+ +ready {2}sources: 1 synced {2}1 hold, see :sources $/);
    assert.match(shown(typed(state, '2'))[0] ?? '', / 1 hold $/);
    assert.match(shown(typed(state, '?')).join('\n'), / left out, HIDDEN first: a wider terminal has them all +\n/);
  });

  test('shows of a change the time beside the age, and of copies alike one row', () => {
    const cause = { source: 'legacy', reason: 'a copy' };
    const changes = [1, 2].map((n) => change('BOB', `eurek8s:copy_of:BOB:b-1:${n}`, { cause }));
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
    const modified = change(hostile, hostile, {
      kind: 'modified',
      status: hostile,
      fields: [hostile],
      values: [{ field: hostile, from: hostile, to: hostile }],
      cause: { source: hostile, reason: hostile },
    });
    const listed = receive(
      withApplications(application(hostile)),
      'changes',
      { changes: [modified], oldest: undefined },
      NOW,
    );
    const filtered = typed(listed, `3/A\u202E\u009Bx\r`);
    const opened = typed(typed(listed, '3'), '\r');
    const answered = receiveText(opened, opened.detail?.subject.path ?? '', `${hostile}\tend`);
    const lost = lose(listed, 'away', hostile);
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
    assert.match(shown(typed(state, '/  down   ord \r')).at(-1) ?? '', / 1 of 3 with/);
    assert.match(shown(typed(state, '/dblegacy\r')).at(-1) ?? '', / 0 of 3 with/);
    assert.match(shown(typed(state, '/zzz\r')).join('\n'), /nothing contains "zzz": esc shows all/);
    assert.match(shown(typed(state, '/ord\r/x\u001B')).at(-1) ?? '', / 2 of 3 with "ord"/);
    assert.match(shown(typed(state, '/ord\r\u001B')).at(-1) ?? '', /^ 3 /);
    assert.equal(typed(state, '/o\u007F\u007F').prompt, undefined);
  });

  test('says how old the view is from the first question without an answer on', () => {
    const lost = lose(withApplications(application('A')), 'away', 'connection refused');
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

  test('puts all that is new between marks, so that it is seen at once, and leaves no style behind', () => {
    assert.equal(repaint([], ['a', 'b']), '\u001B[?2026h\u001B[1;1Ha\u001B[2;1Hb\u001B[0m\u001B[?2026l');
    assert.equal(repaint(['a', 'b', 'c'], ['a', 'x', 'c']), '\u001B[?2026h\u001B[2;1Hx\u001B[0m\u001B[?2026l');
  });

  test('shows styles by the sixteen colours of the terminal, or without any where they are not wanted', () => {
    const styles = ['plain', 'strong', 'faint', 'bar', 'selected', 'warning', 'bad'] as const;
    const line = styles.map((style) => ({ text: style, style }));
    const codes = (colours: 'some' | 'none'): string =>
      paintLines([line], colours).join('\n').replaceAll('\u001B[', ' ').trim();
    const same = '0mplain 0;1mstrong 0;2mfaint 0;1;4mbar 0;7mselected';
    assert.equal(codes('some'), `${same} 0;33mwarning 0;31mbad`);
    assert.equal(codes('none'), `${same} 0mwarning 0;1mbad`);
  });

  test('takes another screen without a cursor and without wrapping, and gives all of it back', () => {
    const modes = (text: string, letter: string): readonly string[] =>
      Array.from(text.matchAll(new RegExp(`\\[\\?(\\d+)${letter}`, 'g')), ([, mode = '']) => mode);
    assert.deepEqual(modes(OPEN_SCREEN, 'h'), ['1049']);
    assert.deepEqual(modes(OPEN_SCREEN, 'l'), ['25', '7']);
    assert.deepEqual(modes(CLOSE_SCREEN, 'h'), ['7', '25']);
    assert.deepEqual(modes(CLOSE_SCREEN, 'l'), ['1049']);
  });
});
