import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helpText, parseWish } from '../../../bench/arguments.ts';

const SECTIONS = ['reads', 'writes'];

test('without arguments everything is measured, in five rounds, and nothing is written', () => {
  assert.deepEqual(parseWish([], SECTIONS), {
    ok: true,
    value: { quick: false, only: [], sizes: [], rounds: 5, report: undefined, json: undefined, program: undefined },
  });
});

test('sections can be named in one list or in several', () => {
  const wish = parseWish(['--quick', '--only', 'reads,writes', '--only', 'reads'], SECTIONS);
  assert.ok(wish.ok && wish.value !== 'help');
  assert.deepEqual([wish.value.only, wish.value.rounds], [['reads', 'writes', 'reads'], 3]);
});

test('what makes no sense is refused with what would', () => {
  const refused = (...args: readonly string[]): string => {
    const wish = parseWish(args, SECTIONS);
    assert.ok(!wish.ok);
    return wish.error;
  };
  assert.match(refused('--only', 'speed'), /no such section: speed \(there are reads, writes\)/);
  assert.match(refused('--rounds', 'many'), /--rounds many/);
  assert.match(refused('--sizes', '7'), /600, 10000, 100000/);
  assert.match(refused('--fast'), /--fast/);
});

test('the report is of a whole run only', () => {
  for (const args of [['--quick'], ['--only', 'reads'], ['--sizes', '600']])
    assert.ok(!parseWish([...args, '--report', 'docs/benchmarks.md'], SECTIONS).ok, args.join(' '));
});

test('the help names every section', () => {
  assert.match(helpText([{ name: 'reads', title: 'What clients ask for' }]), /reads {2}What clients ask for/);
});
