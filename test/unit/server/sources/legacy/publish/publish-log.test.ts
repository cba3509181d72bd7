import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PublishLog } from '../../../../../../server/sources/legacy/publish/publish-log.ts';
import { appName, instanceId } from '../../../../../../shared/model/names.ts';
import type { PublishEvent } from '../../../../../../shared/publish/exchange.ts';
import { SteppedClock } from '../../../../../support/stepped-clock.ts';

interface Line {
  readonly level: 'info' | 'warn';
  readonly message: string;
  readonly fields: object;
}

function begin() {
  const clock = new SteppedClock();
  const lines: Line[] = [];
  const at =
    (level: Line['level']) =>
    (fields: object, message: string): void =>
      void lines.push({ level, message, fields });
  const quiet = (): void => undefined;
  const trouble = { failing: 0 };
  const log = { debug: quiet, error: quiet, info: at('info'), warn: at('warn') };
  const written = new PublishLog(clock, log, () => trouble.failing);
  const note = (event: PublishEvent, app: string): void =>
    written.note(
      event,
      { kind: 'renew', app: appName(app), id: instanceId('x') },
      event === 'failed' ? { kind: 'failed', reason: 'no answer' } : { kind: 'done' },
    );
  return { clock, lines, note, trouble, written };
}

test('what happens in a second is one line, which names some applications and counts the others', () => {
  const { clock, lines, note } = begin();
  for (let i = 0; i < 100; i++) for (let entry = 0; entry < 3; entry++) note('published', `svc${i}`);
  note('withdrawn', 'carol');
  assert.deepEqual(lines, []);
  clock.advance(1000);
  const apps = Array.from({ length: 20 }, (_, i) => `SVC${i}`);
  assert.deepEqual(
    lines.map(({ fields }) => fields),
    [
      { apps, more: 80, entries: 300 },
      { apps: ['CAROL'], entries: 1 },
    ],
  );
  clock.advance(60_000);
  assert.equal(lines.length, 2);
});

test('an outage is told when it begins and when it is over, however many requests fail', () => {
  const { clock, lines, note, trouble } = begin();
  trouble.failing = 7;
  for (let second = 0; second < 300; second++) {
    note('failed', 'carol');
    clock.advance(1000);
  }
  trouble.failing = 0;
  clock.advance(20_000);
  assert.deepEqual(
    lines.map(({ level, message }) => `${level} ${message}`),
    [
      'warn entries could not be published in the legacy registry',
      'info the legacy registry takes published entries again',
    ],
  );
  note('failed', 'carol');
  clock.advance(1000);
  assert.equal(lines.length, 3, 'the next outage is told again');
});

test('a stop loses no line and leaves no timer', () => {
  const { clock, lines, note, written } = begin();
  note('published', 'carol');
  note('failed', 'dave');
  written.stop();
  assert.equal(lines.length, 2);
  assert.equal(clock.pending, 0);
});
