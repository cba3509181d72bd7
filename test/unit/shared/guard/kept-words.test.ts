import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptBy, keptWords } from '../../../../shared/guard/kept-words.ts';

test('the hold that a reason was written with is read from it, and none from other reasons', () => {
  for (const id of ['cluster:main-0123abcd', 'manifests-0123abcd'])
    assert.equal(keptBy(keptWords('1 of 1 endpoints ready', id, 'the Ingress is gone: see')), id);
  for (const reason of [
    '',
    '1 of 1 endpoints ready',
    'kept by hold',
    '; kept by hold x: y',
    'not kept by hold a-0123abcd: y',
  ])
    assert.equal(keptBy(reason), undefined);
});
