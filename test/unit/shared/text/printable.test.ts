import assert from 'node:assert/strict';
import { test } from 'node:test';
import { age, clockTime, counted, indent, printable, table, time } from '../../../../shared/text/printable.ts';

test('columns are as wide as their widest cell and lines end where their text ends', () => {
  assert.equal(
    table(
      ['ID', 'STATUS', 'ZONE'],
      [
        ['a-long-id', 'UP', ''],
        ['b', 'OUT_OF_SERVICE', 'z'],
      ],
    ),
    ['ID         STATUS          ZONE', 'a-long-id  UP', 'b          OUT_OF_SERVICE  z'].join('\n'),
  );
});

test('the time of day of a moment, and of none', () => {
  assert.deepEqual(
    [clockTime('2026-03-01T14:03:27.123Z'), clockTime(undefined), clockTime('soon')],
    ['14:03:27', '-', '-'],
  );
});

test('ages are in the largest unit that is precise enough', () => {
  const ages: readonly (readonly [number, string])[] = [
    [-5, '0 ms'],
    [999, '999 ms'],
    [1000, '1 s'],
    [1499, '1 s'],
    [1500, '2 s'],
    [119_000, '119 s'],
    [119_999, '120 s'],
    [120_000, '2 min'],
    [7_199_999, '120 min'],
    [7_200_000, '2 h'],
    [172_799_999, '48 h'],
    [172_800_000, '2 d'],
    [864_000_000, '10 d'],
  ];
  for (const [ms, text] of ages) assert.equal(age(ms), text);
});

test('blocks move to the right as a whole, empty lines stay empty', () => {
  assert.equal(indent('a\n\nb'), '  a\n\n  b');
  assert.equal(counted(1, 'entry', 'entries'), '1 entry');
  assert.equal(counted(0, 'instance'), '0 instances');
});

test('lines below a row stand between it and the next one', () => {
  assert.equal(table(['A'], [['1'], ['2'], ['3']], [['  x', '  y'], []]), 'A\n1\n  x\n  y\n2\n3');
});

test('a text of the greatest length is whole, and a longer one ends in a sign of that', () => {
  assert.equal(printable('abc', 3), 'abc');
  assert.equal(printable('abcd', 3), 'ab…');
  assert.equal(printable('x'.repeat(1000)), 'x'.repeat(1000));
  assert.equal(printable('x'.repeat(1001)), `${'x'.repeat(999)}…`);
  assert.equal(table(['A'], [['x'.repeat(100)]]), `A\n${'x'.repeat(100)}`);
});

test("other people's text cannot control the reader's terminal", () => {
  assert.equal(printable('\u001b[2Jgone\u009b31m\u0007\ttab\nnext é'), '?[2Jgone?31m??tab?next é');
});

test('text without width, or that runs backwards, is seen; letters of other scripts stay', () => {
  assert.equal(printable('a\u200bb\u202ec\u2066d\ufeffe\u2028f\ud800g\u2029h\ue000i'), 'a?b?c?d?e?f?g?h?i');
  assert.equal(printable('bücher 東京 🙂'), 'bücher 東京 🙂');
});

test('one huge cell neither widens the other rows nor forges one', () => {
  const text = table(
    ['ID', 'STATUS'],
    [
      ['x'.repeat(450_000), 'UP'],
      ['a\nb  DOWN', 'UP'],
    ],
  );
  const lines = text.split('\n');
  assert.equal(lines.length, 3);
  assert.ok(text.length < 500, String(text.length));
  assert.match(lines[1] ?? '', /^x{99}…  UP$/);
  assert.match(lines[2] ?? '', /^a\?b  DOWN +UP$/);
});

test('what is no moment has no time', () => {
  assert.equal(time(1_750_000_000_000), '2025-06-15T15:06:40.000Z');
  assert.equal(time(1), '1970-01-01T00:00:00.001Z');
  assert.equal(time(8.64e15), '+275760-09-13T00:00:00.000Z');
  for (const ms of [0, -1, 8.64e15 + 1, 2 ** 63, Number.NaN, Number.POSITIVE_INFINITY])
    assert.equal(time(ms), undefined);
});

test('a table may have more rows than a call may have arguments', () => {
  const rows = Array.from({ length: 300_000 }, () => ['x']);
  assert.equal(table(['A'], rows).length, 2 * 300_001 - 1);
});
