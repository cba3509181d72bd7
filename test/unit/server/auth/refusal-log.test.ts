import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RefusalLog } from '../../../../server/auth/refusal-log.ts';
import { SILENT_LOG } from '../../../support/silent-log.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';

interface Line {
  readonly peer: string;
  readonly refusedBefore: number;
  readonly othersUntold?: number;
  readonly userAgent?: string;
  readonly certificate?: string;
}

function scene() {
  const lines: Line[] = [];
  const counts = new Map<string, number>();
  const clock = new SteppedClock();
  const log = new RefusalLog({ ...SILENT_LOG, warn: (fields) => void lines.push(fields as Line) }, clock, {
    count: (_name, labels = {}) =>
      void counts.set(labels['reason'] ?? '', (counts.get(labels['reason'] ?? '') ?? 0) + 1),
    gauge: () => undefined,
  });
  const refuse = (peer: string, code: 'no-credentials' | 'no-right' = 'no-credentials', url = '/eureka/apps'): void =>
    log.note(code, 'because', { peer, method: 'GET', url, credentials: [] });
  const note: RefusalLog['note'] = (...refused) => log.note(...refused);
  return { lines, counts, clock, refuse, note };
}

describe('refused requests in the log', () => {
  test('each peer and reason once a minute, with how many there were since', () => {
    const { lines, counts, clock, refuse } = scene();
    for (let i = 0; i < 100; i++) refuse('10.0.0.1');
    refuse('10.0.0.2');
    refuse('10.0.0.1', 'no-right');
    assert.deepEqual(
      lines.map(({ peer, refusedBefore }) => [peer, refusedBefore]),
      [
        ['10.0.0.1', 0],
        ['10.0.0.2', 0],
        ['10.0.0.1', 0],
      ],
    );
    clock.advance(59_999);
    refuse('10.0.0.1');
    assert.equal(lines.length, 3);
    clock.advance(1);
    refuse('10.0.0.1');
    assert.equal(lines.at(-1)?.refusedBefore, 100);
    assert.deepEqual([...counts], [['no-credentials', 103], ['no-right', 1]]); // prettier-ignore
  });

  test('a flood from many addresses is bounded, and what was not logged is counted', () => {
    const { lines, clock, refuse } = scene();
    for (let i = 0; i < 10_000; i++) refuse(`fd00::${i.toString(16)}`);
    assert.equal(lines.length, 200);
    clock.advance(60_000);
    refuse('10.0.0.1');
    assert.equal(lines.at(-1)?.othersUntold, 9800);
    refuse('10.0.0.2');
    assert.equal(lines.at(-1)?.othersUntold, undefined);
  });

  test('the sender is named by what it calls itself, bounded and in one line, and by its certificate', () => {
    const { lines, note } = scene();
    const request = { peer: '10.0.0.1', method: 'GET', url: '/eureka/apps', credentials: [] };
    note('no-credentials', 'because', {
      ...request,
      userAgent: `old\n\u001b[2J${'a'.repeat(9000)}`,
      certificate: 'CN=a',
    });
    const [line] = lines;
    assert.match(line?.userAgent ?? '', /^old\?\?\[2Ja{190,}…$/);
    assert.equal(line?.userAgent?.length, 200);
    assert.equal(line?.certificate, 'CN=a');
  });

  test('queries are not logged, and a path can neither control a terminal nor fill the log', () => {
    const { lines, refuse } = scene();
    refuse('10.0.0.1', 'no-right', `/a\u001b[2J${'b'.repeat(10_000)}?password=geheim`);
    const line = JSON.stringify(lines);
    assert.doesNotMatch(line, /geheim|u001b/);
    assert.ok(line.length < 500);
  });
});
