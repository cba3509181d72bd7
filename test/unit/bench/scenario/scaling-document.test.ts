import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withMeasured, type Results } from '../../../../bench/scenario/scaling-document.ts';

const DOCUMENT = join(import.meta.dirname, '../../../../docs/scaling.md');

function results(...names: readonly string[]): Results {
  return {
    measuredAt: '2026-11-21T10:00:00.000Z',
    machine: [{ name: 'CPU', value: 'one' }],
    sections: names.map((name) => ({
      name,
      title: name,
      about: '',
      result: { tables: [{ title: `table of ${name}`, columns: ['a'], rows: [['1']] }], verdicts: [] },
    })),
  };
}

test('the measured part is replaced as a whole, what people wrote stays', () => {
  const document = readFileSync(DOCUMENT, 'utf8');
  const once = withMeasured(document, results('pollers', 'memory', 'herd', 'reads'));
  assert.ok(once.includes('### table of pollers') && once.includes('Measured on 2026-11-21'));
  assert.ok(!once.includes('table of reads'));
  assert.equal(withMeasured(once, results('pollers', 'memory', 'herd')), once);
  const [before = ''] = document.split('<!-- measured:begin');
  const [, after = ''] = document.split('<!-- measured:end -->');
  assert.ok(once.startsWith(before) && once.endsWith(after));
});

test('a run that left a section out does not make a document with a hole', () => {
  const document = readFileSync(DOCUMENT, 'utf8');
  assert.throws(() => withMeasured(document, results('pollers', 'memory')), /no section herd/);
});
