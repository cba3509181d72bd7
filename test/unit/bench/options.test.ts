import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helpText, parseOptions } from '../../../bench/options.ts';

const SECTIONS = ['reads', 'writes'];

function refused(...args: readonly string[]): string {
  const parsed = parseOptions(args, SECTIONS);
  assert.ok(!parsed.ok, args.join(' '));
  return parsed.error;
}

test('without arguments everything is measured, in five rounds, and nothing is written', () => {
  const value = { quick: false, only: [], rounds: 5, report: undefined, program: undefined, against: undefined };
  assert.deepEqual(parseOptions([], SECTIONS), { ok: true, value });
});

test('sections can be named in one list or in several', () => {
  const parsed = parseOptions(['--quick', '--only', 'reads,writes', '--only', 'reads'], SECTIONS);
  assert.ok(parsed.ok && parsed.value !== 'help');
  assert.deepEqual([parsed.value.only, parsed.value.rounds], [['reads', 'writes', 'reads'], 3]);
});

test('two builds can be compared, also in a hurry', () => {
  const parsed = parseOptions(['--against', '../before', '--program', 'dist/eurek8s.cjs', '--quick'], SECTIONS);
  assert.ok(parsed.ok && parsed.value !== 'help');
  assert.deepEqual([parsed.value.against, parsed.value.program], ['../before', 'dist/eurek8s.cjs']);
});

test('what makes no sense is refused with what would', () => {
  assert.match(refused('--only', 'speed'), /no such section: speed \(there are reads, writes\)/);
  assert.match(refused('--rounds', 'many'), /--rounds many/);
  assert.match(refused('--fast'), /--fast/);
  assert.match(refused('--against', '../before', '--only', 'reads'), /not with --only/);
});

test('the report is of a whole run only', () => {
  for (const args of [['--quick'], ['--only', 'reads'], ['--against', '../before']])
    assert.match(refused(...args, '--report', 'docs/benchmarks.md'), /whole runs/);
});

test('the help names every section and says how two builds are compared', () => {
  const help = helpText([{ name: 'reads', title: 'What clients ask for' }]);
  assert.match(help, /reads {2}What clients ask for/);
  assert.match(help, /--against BUILD/);
});
