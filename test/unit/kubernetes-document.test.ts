import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { REFUSAL_CODES } from '../../shared/contribution/refusal.ts';
import { ANNOTATION_KEYS, annotation, METADATA_PREFIX, READY_ENDPOINTS } from '../../shared/ingress/annotation-keys.ts';
import { SOURCE_MARKER } from '../../shared/model/names.ts';

const document = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'kubernetes.md'), 'utf8');

/** First cells of the table below a heading, without their code marks. */
function rows(heading: string): readonly string[] {
  const section = new RegExp(`^## ${heading}\\n([^]*?)(?=^## |(?![^]))`, 'm').exec(document)?.[1] ?? '';
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, cell = '']) => cell);
}

test('every annotation has its row, and no other is told of', () => {
  const keys = [...ANNOTATION_KEYS.map(annotation), `${METADATA_PREFIX}<key>`];
  assert.deepEqual(rows('Annotations').toSorted(), keys.toSorted());
  const known = new Set([...keys, READY_ENDPOINTS, SOURCE_MARKER]);
  for (const [name] of document.matchAll(/eurek8s\.io\/[a-z.-]+(<key>)?/g))
    assert.ok(known.has(name), `${name} is no annotation`);
});

test('every refusal code has its row, and no other is told of', () => {
  assert.deepEqual(rows('Why something is not served').toSorted(), REFUSAL_CODES.toSorted());
});
