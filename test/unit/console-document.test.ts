import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOutput, readConsoleDocument } from '../support/console-document.ts';

test('commands have their section, their line and the output below them; files their content', () => {
  const document = [
    '# A',
    '## One',
    '```console',
    '$ a b',
    'x',
    '',
    'y',
    '$ c',
    '```',
    '```yaml file=f.yaml',
    'k: v',
    '```',
  ];
  assert.deepEqual(readConsoleDocument(document.join('\n')), {
    commands: [
      { section: 'One', line: 4, command: 'a b', expected: 'x\n\ny\n' },
      { section: 'One', line: 8, command: 'c', expected: '' },
    ],
    files: new Map([['f.yaml', 'k: v\n']]),
  });
  assert.throws(() => readConsoleDocument('```console\nx\n```'), /line 2: /);
});

test('output is compared as a whole, except for what … stands for', () => {
  for (const [actual, expected, same] of [
    ['a\n', 'a', true],
    ['a (b)\n', 'a (b)\n', true],
    ['a\nb\n', 'a\n', false],
    ['b\na\n', 'a\n', false],
    ['a 12 s b', 'a … b', true],
    ['a 12\ns b', 'a … b', false],
    ['a\n1\n2\nb', 'a\n…\nb', true],
    ['a\n\nb', 'a\n…\nb', true],
    ['a\nb', 'a\n…\nb', true],
    ['b', '…\nb', true],
    ['a\nb', 'a\n…', true],
    ['a', 'a\n…\nb', false],
    ['aXb', 'a.b', false],
    ['', '', true],
  ] as const)
    assert.equal(isOutput(actual, expected), same, `${actual} | ${expected}`);
});
