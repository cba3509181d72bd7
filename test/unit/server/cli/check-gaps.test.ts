import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkGaps } from '../../../../server/cli/check-gaps.ts';
import { configured, type GivenConfig } from '../../../support/config.ts';

const LEGACY = { 'legacy.urls': ['http://eureka-1/eureka'] };
const CLUSTER = { clusters: ['{ name: main, inCluster: true }'] };
const OWNED = { applications: ['{ bob: { namespaces: [shop] } }'] };

test('what is allowed and mostly forgotten is a note, with what follows from it', () => {
  const cases: readonly (readonly [flags: GivenConfig['flags'], subjects: readonly string[], words: RegExp])[] = [
    [CLUSTER, ['legacy'], /no legacy\.urls.*503/],
    [{ manifests: ['{ name: m, directory: d }'] }, ['legacy'], /leases\.enabled/],
    [LEGACY, ['clusters'], /nothing of Kubernetes is served/],
    [{ ...LEGACY, ...CLUSTER }, ['applications'], /can claim any name/],
    [{ ...LEGACY, ...CLUSTER, ...OWNED }, [], /^$/],
    [{ ...LEGACY, ...CLUSTER, 'selection.namespaces': ['shop'] }, [], /^$/],
    [{ ...LEGACY, ...CLUSTER, ...OWNED, 'legacy.required': ['false'] }, ['legacy.required'], /callers drop all/],
    [{ 'leases.enabled': ['true'], readOnly: ['true'] }, ['clusters', 'readOnly'], /stays empty/],
  ];
  for (const [flags, subjects, words] of cases) {
    const found = checkGaps(configured({ ...(flags && { flags }) }));
    assert.deepEqual(
      found.map(({ subject }) => subject),
      subjects,
    );
    assert.ok(found.every(({ verdict }) => verdict === 'note'));
    assert.match(found.map(({ text }) => text).join(), words);
  }
});
