import { describe, test } from 'node:test';
import {
  BACKSPACE,
  checkKeys,
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
  TAB,
  UP,
} from '../../../support/top-keys.ts';

const MOVES = [UP, DOWN, HOME, END, PAGE_UP, PAGE_DOWN];
const WORDS = 'applications, sources, changes, callers, help, quit';

describe('a key while one types', () => {
  test('a filter: it counts at once; escape brings back what was, enter keeps it', () => {
    checkKeys(scene(), [
      ['jj', '/', 'applications A2, types /'],
      ['/', 'a', 'applications A0, with "a", types /'],
      ['/a', '9', 'applications A9, with "a9", types /'],
      ['/a', ' ', 'applications A0, with "a ", types /'],
      ['/a9', BACKSPACE, 'applications A0, with "a", types /'],
      ['/😀', '\b', 'applications A0, types /'],
      ['/a9', CTRL_U, 'applications A0, types /'],
      ['/', BACKSPACE, 'applications A0'],
      ['/a9', ENTER, 'applications A9, with "a9"'],
      ['/a9\r/', '9', 'applications nothing, with "a99", types /'],
      ['/a9\r/9', ESC, 'applications A9, with "a9"'],
      ['/a9', ESC, 'applications A0'],
      ['/a9', TAB, 'applications A9, with "a9", types /'],
      ['/so', TAB, 'applications nothing, with "so", types /'],
      ['/a😀b', BACKSPACE, 'applications nothing, with "a😀", types /'],
    ]);
    for (const key of MOVES) checkKeys(scene(), [['/a', key, 'applications A0, with "a", types /']]);
  });

  test('the name of a view: its beginning is enough, where it is the only one that begins so', () => {
    checkKeys(scene(), [
      ['j', ':', 'applications A1, types :'],
      [':s', 'o', 'applications A0, types :so'],
      [':so', ENTER, 'sources legacy', 'ask'],
      [': SOURCES ', ENTER, 'sources legacy', 'ask'],
      [':ch', ENTER, 'changes 23:59:00', 'ask'],
      [':ca', ENTER, 'callers -', 'ask'],
      ['2:a', ENTER, 'applications A0', 'ask'],
      ['2:apps', ENTER, 'applications A0', 'ask'],
      [':h', ENTER, 'applications A0, help'],
      [':q', ENTER, 'applications A0', 'quit'],
      [`${ENTER}:so`, ENTER, 'sources legacy', 'ask'],
      [':c', ENTER, `applications A0, there is no view "c": ${WORDS}`],
      ['2: nodes ', ENTER, `sources legacy, there is no view "nodes": ${WORDS}`],
      [':', ENTER, 'applications A0'],
      [':  ', ENTER, 'applications A0'],
    ]);
  });

  test('the name of a view: it is completed, shortened, and given up', () => {
    checkKeys(scene(), [
      [':so', TAB, 'applications A0, types :sources'],
      [':apps', TAB, 'applications A0, types :applications'],
      [':c', TAB, 'applications A0, types :c'],
      [':', TAB, 'applications A0, types :'],
      [':so', BACKSPACE, 'applications A0, types :s'],
      [':', BACKSPACE, 'applications A0'],
      [':so', CTRL_U, 'applications A0, types :'],
      ['j:so', ESC, 'applications A1'],
      ['/a9\r:so', ESC, 'applications A9, with "a9"'],
    ]);
    for (const key of MOVES) checkKeys(scene(), [['j:so', key, 'applications A1, types :so']]);
  });

  test('the message about the last one is gone with the next', () => {
    checkKeys(scene(), [
      [':x\r', 'j', 'applications A1'],
      [':x\r', CTRL_L, 'applications A0', 'repaint'],
    ]);
  });
});
