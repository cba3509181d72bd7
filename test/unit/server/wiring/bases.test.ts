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

test('a registry file belongs to a legacy whatever its password is, and does not have it', () => {
  const basesWith = (userInfo: string): unknown => [
    ...basesOf(
      configured({
        flags: { 'legacy.urls': [`http://${userInfo}eureka:8761/eureka`], 'overlay.cidrs': ['10.42.0.0/16'] },
      }),
    ),
  ];
  const bases = basesWith('user:hunter2@');
  assert.match(JSON.stringify(bases), /http:\/\/eureka:8761\/eureka/);
  assert.doesNotMatch(JSON.stringify(bases), /hunter2|user/);
  assert.deepEqual(basesWith('other:password@'), bases);
  assert.deepEqual(basesWith(''), bases);
});
