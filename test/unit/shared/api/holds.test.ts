import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  heldNotice,
  holdLines,
  renderHolds,
  renderKept,
  renderReleased,
  reportHold,
} from '../../../../shared/api/holds.ts';

const NOW = 1_750_000_000_000;
const FACTS = {
  id: 'legacy-c4db33c6',
  since: NOW,
  what: '31 of 100 instances are gone at once, more than 30 %',
  counted: 'instance',
  instances: 31,
  instancesBefore: 100,
  applications: 1,
  releasesAt: NOW + 300_000,
} as const;
const HOLD = reportHold('legacy', FACTS);
const KEPT = reportHold('cluster:main', { ...FACTS, id: 'cluster:main-1', counted: 'Ingress', releasesAt: undefined });

test('a hold as JSON has the documented fields, and its times are RFC 3339', () => {
  assert.deepEqual(HOLD, {
    id: 'legacy-c4db33c6',
    source: 'legacy',
    what: '31 of 100 instances are gone at once, more than 30 %',
    counted: 'instance',
    instances: 31,
    instancesBefore: 100,
    applications: 1,
    since: '2025-06-15T15:06:40.000Z',
    releasesAt: '2025-06-15T15:11:40.000Z',
    kept: false,
  });
  assert.deepEqual([KEPT.kept, KEPT.releasesAt], [true, undefined]);
});

test('holds as text: what is held, since when, until when, and how to release it', () => {
  assert.equal(renderHolds({ holds: [] }), 'nothing is held\n');
  assert.equal(
    renderHolds({ holds: [HOLD] }),
    `\
ID               SOURCE  HELD       APPLICATIONS  SINCE                     RELEASED AT
legacy-c4db33c6  legacy  31 of 100  1             2025-06-15T15:06:40.000Z  2025-06-15T15:11:40.000Z
  31 of 100 instances are gone at once, more than 30 %
  let through now by: eurek8s holds release legacy-c4db33c6
  kept, however long it lasts, by: eurek8s holds keep legacy-c4db33c6
`,
  );
  assert.match(renderReleased(HOLD), /^legacy-c4db33c6 is released: 31 instances of 1 application are gone/);
});

test('a kept hold is marked wherever it is shown, with what it counts', () => {
  const listed = renderHolds({ holds: [KEPT] });
  assert.match(listed, /Z {2}kept$/m);
  assert.doesNotMatch(listed, /holds keep/);
  assert.deepEqual(holdLines(KEPT), [
    '31 of 100 cluster:main Ingresses held: 31 of 100 instances are gone at once, more than 30 %',
    'kept until released by: eurek8s holds release cluster:main-1',
  ]);
  assert.match(
    renderKept(KEPT),
    /^cluster:main-1 is kept: 31 Ingresses of 1 application stay until they are back, or by/,
  );
  assert.equal(
    heldNotice('cluster:main', { holdId: 'cluster:main-1', since: NOW, releasesAt: undefined }, 'main/shop/orders'),
    'held: cluster:main no longer has main/shop/orders with all that it needs since 2025-06-15T15:06:40.000Z; ' +
      'kept until released by: eurek8s holds release cluster:main-1',
  );
});
