import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { press } from '../../../../shared/top/press.ts';
import { receive, receiveText, type TopState } from '../../../../shared/top/state.ts';
import {
  BACKSPACE,
  checkKeys,
  CTRL_C,
  CTRL_L,
  CTRL_U,
  DOWN,
  END,
  ENTER,
  ESC,
  HOME,
  PAGE_DOWN,
  PAGE_UP,
  scene,
  SMALL,
  TAB,
  UP,
  where,
} from '../../../support/top-keys.ts';
import { application, NOW, typed, withApplications } from '../../../support/top-scene.ts';

describe('a key in a list', () => {
  test('moves one row, one screen or to an end, and never beyond', () => {
    for (const [before, keys, after] of [
      ['', [DOWN, 'j'], 'A1'],
      ['jj', [UP, 'k'], 'A1'],
      ['', [UP, 'k', PAGE_UP, '\u0002', HOME, 'g', '\u001BOH', '\u001B[1~', '\u001B[7~'], 'A0'],
      ['jjjjj', [HOME, 'g', '\u001BOH', '\u001B[1~', '\u001B[7~'], 'A0'],
      ['j', [PAGE_DOWN, ' ', '\u0006'], 'A5'],
      ['jjjjj', [PAGE_UP, '\u0002'], 'A1'],
      ['jj', [END, 'G', '\u001BOF', '\u001B[4~', '\u001B[8~'], 'A9'],
      ['G', [DOWN, 'j', PAGE_DOWN, ' ', END, 'G', '\u001BOB'], 'A9'],
      ['jj', ['\u001BOA'], 'A1'],
    ] as const)
      for (const key of keys) checkKeys(scene(), [[before, key, `applications ${after}`]]);
  });

  test('moves among the rows that the filter lets through', () => {
    const some = withApplications(...['OX', 'B', 'OXEN'].map((each) => application(each)));
    checkKeys(some, [
      ['/ox\r', 'j', 'applications OXEN, with "ox"'],
      ['/ox\rG', 'k', 'applications OX, with "ox"'],
      ['/ox\rj', 'j', 'applications OXEN, with "ox"'],
    ]);
  });

  test('that means nothing there changes nothing', () => {
    for (const key of ['x', 'Q', '0', '5', 'J', BACKSPACE, CTRL_U, '\u001B[2~'])
      checkKeys(scene(), [['jj', key, 'applications A2']]);
    checkKeys(withApplications(), [
      ['', 'j', 'applications nothing'],
      ['', ENTER, 'applications nothing'],
      ['', 'G', 'applications nothing'],
    ]);
  });

  test('goes to another view: by its number, or to the next one, each with its own place', () => {
    checkKeys(scene(), [
      ['j', '2', 'sources legacy', 'ask'],
      ['', '3', 'changes 23:59:00', 'ask'],
      ['', '4', 'callers -', 'ask'],
      ['j24', '1', 'applications A1', 'ask'],
      ['', TAB, 'sources legacy', 'ask'],
      ['2', TAB, 'changes 23:59:00', 'ask'],
      ['3', TAB, 'callers -', 'ask'],
      ['j4', TAB, 'applications A1', 'ask'],
      [`/a3\r2`, '1', 'applications A3, with "a3"', 'ask'],
    ]);
  });

  test('enter shows what is known of the row, and the row stays chosen when others come', () => {
    checkKeys(scene(), [
      ['jj', ENTER, 'applications A2, reads A2 from 0', 'ask'],
      ['2j', ENTER, 'sources leases, reads leases from 0', 'ask'],
      ['3', '\n', 'changes 23:59:00, reads ORDERS, version 2 from 0', 'ask'],
      ['4', '\u001BOM', 'callers -, reads 10.0.0.1 from 0', 'ask'],
      [`/a7\r`, ENTER, 'applications A7, with "a7", reads A7 from 0', 'ask'],
    ]);
    const opened = typed(withApplications(application('B')), ENTER);
    const came = receive(opened, 'applications', { applications: ['A', 'B'].map((each) => application(each)) }, NOW);
    assert.equal(where(typed(came, ESC)), 'applications B');
  });

  test('escape takes the filter away, then goes to the applications', () => {
    checkKeys(scene(), [
      [`/a3\r`, ESC, 'applications A0'],
      ['jj', ESC, 'applications A2'],
      ['2/le\r', ESC, 'sources legacy'],
      ['2j', ESC, 'applications A0', 'ask'],
    ]);
  });

  test('opens the help, which any key closes and nothing else', () => {
    checkKeys(scene(), [
      ['j', '?', 'applications A1, help'],
      ['j?', 'x', 'applications A1'],
      ['j?', '?', 'applications A1'],
      ['j?', '2', 'applications A1'],
      ['j?', ESC, 'applications A1'],
      ['j?', 'q', 'applications A1, help', 'quit'],
      ['j\r', '?', 'applications A1, help, reads A1 from 0'],
    ]);
  });

  test('quits and draws again wherever one is', () => {
    for (const [before, place] of [
      ['', ''],
      ['/A', ', with "A", types /'],
      [':so', ', types :so'],
      ['?', ', help'],
      [ENTER, ', reads A0 from 0'],
    ] as const)
      checkKeys(scene(), [
        [before, CTRL_C, `applications A0${place}`, 'quit'],
        [before, CTRL_L, `applications A0${place}`, 'repaint'],
      ]);
    checkKeys(scene(), [
      ['', 'q', 'applications A0', 'quit'],
      [ENTER, 'q', 'applications A0, reads A0 from 0', 'quit'],
      ['/', 'q', 'applications nothing, with "q", types /'],
    ]);
  });
});

describe('a key in what is known of a row', () => {
  /** Ten lines, of which four are on the screen. */
  function opened(): TopState {
    return receiveText(typed(scene(), `j${ENTER}`, SMALL), '/eurek8s/explain/A1', 'a line\n'.repeat(10));
  }

  test('moves in the text, so that its end stays at the end of the screen', () => {
    const reads = (line: number): string => `applications A1, reads A1 from ${line}`;
    checkKeys(opened(), [
      ['', 'j', reads(1)],
      ['jj', 'k', reads(1)],
      ['', 'k', reads(0)],
      ['', ' ', reads(4)],
      ['', 'G', reads(6)],
      ['G', 'j', reads(6)],
      ['G', PAGE_UP, reads(2)],
      ['G', 'g', reads(0)],
      ['jj', 'x', reads(2)],
      ['jj', '/', reads(2)],
      ['jj', ENTER, reads(2)],
    ]);
    const shorter = receiveText(typed(opened(), 'G', SMALL), '/eurek8s/explain/A1', 'a line\n'.repeat(6));
    checkKeys(shorter, [['', 'k', reads(1)]]);
    checkKeys(receiveText(opened(), '/eurek8s/explain/A1', 'one line'), [['', 'G', reads(0)]]);
  });

  test('leads back to the list, or to another view', () => {
    checkKeys(opened(), [
      ['j', ESC, 'applications A1'],
      ['', '2', 'sources legacy', 'ask'],
      ['', '1', 'applications A1', 'ask'],
      ['', TAB, 'sources legacy', 'ask'],
      ['', ':', 'applications A1, types :, reads A1 from 0'],
    ]);
    checkKeys(typed(scene(), `2j${ENTER}`), [['', ESC, 'sources leases']]);
  });

  test('ends its work also where the terminal is too small for a text', () => {
    for (const columns of [1, 2, 3])
      assert.equal(press(opened(), { kind: 'down' }, { columns, rows: 8 }).state.detail?.first, 1);
  });
});
