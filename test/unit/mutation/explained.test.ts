import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import explanations from '../../mutation/explained.json' with { type: 'json' };
import { brief, idle, type Explanation } from '../../mutation/explained.ts';
import type { Mutant } from '../../mutation/instrument.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

test('every mutant that is explained is one of a line that the sources have, with a reason', () => {
  for (const { file, line, original, reason } of explanations as readonly Explanation[]) {
    const path = join(ROOT, file);
    assert.ok(existsSync(path), file);
    const text = readFileSync(path, 'utf8');
    assert.ok(
      text.split('\n').some((each) => each.trim() === line),
      `${file}: ${line}`,
    );
    assert.ok(brief(text).length > 0 && text.replaceAll(/\s+/g, ' ').includes(original.replace(/…$/, '')), original);
    assert.ok(reason.length > 20, `${file}: ${line}: says why`);
  }
});

test('an explanation that fits no survivor is told', () => {
  const mutant: Mutant = {
    id: 0,
    file: 'shared/a.ts',
    line: 7,
    column: 9,
    mutator: 'EqualityOperator',
    original: 'a <\n  b',
    replacement: 'a <= b',
  };
  const placed = { mutant, line: 'return a <' };
  const fits: Explanation = {
    file: 'shared/a.ts',
    line: 'return a <',
    original: 'a < b',
    replacement: 'a <= b',
    reason: '',
  };
  const others = [
    { ...fits, file: 'shared/b.ts' },
    { ...fits, line: 'if (a <' },
    { ...fits, replacement: 'a >= b' },
  ];
  assert.deepEqual(idle([fits, ...others], [placed]), others);
  assert.deepEqual(idle([fits], []), [fits]);
});
