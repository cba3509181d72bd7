import assert from 'node:assert/strict';
import { test } from 'node:test';
import { age, counted, indent, printable, table } from '../../../../shared/text/printable.ts';

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

test('ages are in the largest unit that says enough', () => {
  const ages: readonly (readonly [number, string])[] = [
    [-5, '0 ms'],
    [999, '999 ms'],
    [1000, '1 s'],
    [119_000, '119 s'],
    [120_000, '2 min'],
    [7_200_000, '2 h'],
    [172_800_000, '2 d'],
  ];
  for (const [ms, text] of ages) assert.equal(age(ms), text);
});

test('blocks move to the right as a whole, empty lines stay empty', () => {
  assert.equal(indent('a\n\nb'), '  a\n\n  b');
  assert.equal(counted(1, 'entry', 'entries'), '1 entry');
  assert.equal(counted(0, 'instance'), '0 instances');
});

test("other people's words cannot steer the reader's terminal", () => {
  assert.equal(printable('\u001b[2Jgone\u009b31m\u0007\ttab\nnext é'), '?[2Jgone?31m??tab\nnext é');
});
