import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { receive, receiveText, type TopState } from '../../../../shared/top/state.ts';
import { SMALL } from '../../../support/top-keys.ts';
import {
  application,
  lineStyles,
  namesOn,
  NOW,
  picture,
  several,
  shown,
  source,
  sourcesReport,
  text,
  typed,
  withSources,
  VIEWS_LINE,
} from '../../../support/top-scene.ts';

describe('what is known of a row', () => {
  const opened = typed(several(3), 'j\r', SMALL);
  const answered = receiveText(opened, '/eurek8s/explain/A1', text('a', '\tb', 'c', 'd', 'e', 'f', ''));

  test('is a text below its name, with how much of it is below, and other keys', () => {
    const back = `${' '.repeat(47)}esc back  : view  ? help  q quit`;
    const place = (state: TopState): string => shown(state, SMALL)[2]?.trim().replaceAll(/ +/g, ' ') ?? '';
    assert.equal(
      picture(answered, SMALL),
      text(
        ' eurek8s  http://eurek8s:8761',
        VIEWS_LINE,
        ` A1${' '.repeat(64)}2 more below`,
        ' a',
        '   b',
        ' c',
        ' d',
        back,
      ),
    );
    assert.equal(namesOn(typed(answered, 'j', SMALL), SMALL), 'b c d e');
    assert.equal(place(typed(answered, 'j', SMALL)), 'A1 1 more below');
    assert.equal(namesOn(typed(answered, 'G', SMALL), SMALL), 'c d e f');
    assert.equal(place(typed(answered, 'G', SMALL)), 'A1 the end');
    assert.equal(place(receiveText(opened, '/eurek8s/explain/A1', 'a\nb\nc\nd')), 'A1');
    assert.equal(lineStyles(answered, SMALL)[2], 'bar');
  });

  test('stays at its end when it becomes shorter, or the screen taller', () => {
    const end = typed(answered, 'G', SMALL);
    assert.equal(namesOn(end, { columns: 80, rows: 9 }), 'b c d e f');
    assert.equal(namesOn(receiveText(end, '/eurek8s/explain/A1', 'a\nb\nc\nd\ne'), SMALL), 'b c d e');
    assert.equal(namesOn(receiveText(end, '/eurek8s/explain/A1', 'a\nb'), SMALL), 'a b');
  });

  test('is wrapped so that a blank is left at both sides', () => {
    const wide = receiveText(opened, '/eurek8s/explain/A1', 'x'.repeat(79));
    assert.deepEqual(shown(wide, SMALL).slice(3, 5), [` ${'x'.repeat(78)} `, `   x${' '.repeat(76)}`]);
  });

  test('takes only the answer to its own question', () => {
    assert.equal(receiveText(opened, '/eurek8s/explain/A2', 'of another one'), opened);
    assert.equal(receiveText(several(1), '/eurek8s/explain/A0', 'too late').detail, undefined);
  });

  test('follows what the row says, and stays when the row is gone or another view is answered', () => {
    const state = typed(withSources(several(1), sourcesReport([source('a'), source('b')])), '2j\r');
    const lines = (after: TopState): string => picture(after, SMALL).split('\n')[4] ?? '';
    assert.match(lines(state), /^ b {7}synced/);
    const stale = sourcesReport([source('a'), source('b', { state: 'stale' })]);
    assert.match(lines(withSources(state, stale)), /^ b {7}stale/);
    assert.match(lines(withSources(state, sourcesReport([source('a')]))), /^ b {7}synced/);
    assert.match(lines(receive(state, 'applications', { applications: [application('b')] }, NOW)), /^ b {7}synced/);
  });
});
