import assert from 'node:assert/strict';
import { test } from 'node:test';
import { basesOf } from '../../../../server/wiring/bases.ts';
import { configured } from '../../../support/config.ts';

const basisOf = (cluster: string): unknown => [...basesOf(configured({ flags: { clusters: [cluster] } }))];

test('a registry file goes on to hold for a cluster when it is decided anew for how long it is served', () => {
  const before = basisOf('{ name: main, inCluster: true }');
  assert.deepEqual(basisOf('{ name: main, inCluster: true, maxAge: 1h }'), before);
  assert.deepEqual(basisOf('{ name: main, inCluster: true, required: false }'), before);
  assert.notDeepEqual(basisOf('{ name: main, kubeconfig: /etc/other }'), before);
});
