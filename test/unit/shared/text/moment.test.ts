import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMoment } from '../../../../shared/text/moment.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');

test('a time as somebody says it: of the calendar, of the day, or how long ago', () => {
  for (const [text, meant] of [
    ['2026-03-01T09:58:00Z', '2026-03-01T09:58:00Z'],
    ['2026-03-01T09:58:00 01:00', '2026-03-01T08:58:00Z'],
    ['-5m', '2026-03-01T09:55:00Z'],
    ['09:58', '2026-03-01T09:58:00Z'],
    ['09:58:30', '2026-03-01T09:58:30Z'],
    ['10:00', '2026-03-01T10:00:00Z'],
    // Later today is not what anybody asks for who looks back.
    ['14:03', '2026-02-28T14:03:00Z'],
    ['14:03Z', '2026-02-28T14:03:00Z'],
  ] as const)
    assert.equal(parseMoment(text, NOW), Date.parse(meant), text);
  for (const text of ['', 'noon', '9:58', '24:00', '09:60', '09:58:60', '5m'])
    assert.equal(parseMoment(text, NOW), undefined, text);
});
