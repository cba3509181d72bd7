import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { begin, until } from '../support/manifests-scene.ts';

/** The blocks of YAML below "A directory of manifests" in docs/kubernetes.md: a configuration, the manifests, a slice. */
function blocks(): readonly string[] {
  const document = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'kubernetes.md'), 'utf8');
  const section = /\n## A directory of manifests\n(.*?)\n## /s.exec(document)?.[1] ?? '';
  return [...section.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);
}

const [, manifests = '', slice = ''] = blocks();
const bySlice = `${manifests.replace(/^ *annotations: \{ eurek8s\.io\/ready-endpoints.*\n/m, '')}---\n${slice}`;

for (const [what, text, down] of [
  ['with the annotation', manifests, manifests.replace("ready-endpoints: '1'", "ready-endpoints: '0'")],
  ['with an EndpointSlice', bySlice, bySlice.replace('ready: true', 'ready: false')],
] as const)
  test(`the manifests of the document make an entry, ${what}, which follows them`, async (t) => {
    assert.notEqual(down, text);
    for (const [given, status] of [
      [text, 'UP'],
      [down, 'DOWN'],
    ] as const) {
      const { sink } = begin(t, { 'carol.yaml': given });
      await until(() => sink.publication('carol') !== undefined, 'the entry');
      const entry = sink.publication('carol');
      assert.deepEqual([entry?.host, entry?.address, entry?.status], ['carol.example.com', '10.0.0.7', status]);
    }
  });
