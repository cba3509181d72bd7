import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { METRICS } from '../../server/observe/metric-table.ts';
import { exposedName } from '../../server/observe/metrics.ts';
import { optionKeys } from '../../server/config/options.ts';
import { POLICIES } from '../../shared/contribution/policy.ts';

const document = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'operations.md'), 'utf8');

/** First cells of the table below a heading, without their code marks. */
function rows(heading: string): readonly string[] {
  const section = new RegExp(`^## ${heading}\\n([^]*?)(?=^## |(?![^]))`, 'm').exec(document)?.[1] ?? '';
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, cell = '']) => cell);
}

test('every policy has its row', () => {
  assert.deepEqual(rows('Policies').toSorted(), POLICIES.toSorted());
});

test('every metric that is told of is there', () => {
  const names = new Set(METRICS.map(exposedName));
  const told = [...document.matchAll(/\beurek8s_[a-z_]+/g)].map(([name]) => name);
  assert.deepEqual(
    told.filter((name) => !names.has(name)),
    [],
  );
});

test('every option that is told of is there', () => {
  const sections = new Set(optionKeys.flatMap((key) => (key.includes('.') ? [key.split('.')[0]] : [])));
  const told = [...document.matchAll(/`([a-z]+)\.([A-Za-z]+)(?=[`:])/g)].filter(([, section]) => sections.has(section));
  assert.ok(told.length > 10);
  for (const [, section, key] of told)
    assert.ok(
      optionKeys.some((option) => option === `${section}.${key}`),
      `${section}.${key}`,
    );
});
