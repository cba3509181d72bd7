import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  heldNames,
  heldNotice,
  holdLines,
  renderHolds,
  renderKept,
  renderReleased,
  reportHold,
} from '../../../../shared/api/holds.ts';
import { appName } from '../../../../shared/model/names.ts';

const NOW = 1_750_000_000_000;
const FACTS = {
  id: 'legacy-c4db33c6',
  since: NOW,
  what: '31 of 100 instances are gone at once, more than 30 %',
  counted: 'instance',
  instances: 31,
  instancesBefore: 100,
  applications: 1,
  held: [{ name: appName('ORDERS'), count: 31, first: ['o-1', 'o-2'] }],
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
    held: [{ name: 'ORDERS', count: 31, first: ['o-1', 'o-2'] }],
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
ID               SOURCE  HELD       APPLICATIONS  SINCE                     REMOVED AT
legacy-c4db33c6  legacy  31 of 100  1             2025-06-15T15:06:40.000Z  2025-06-15T15:11:40.000Z
  31 of 100 instances are gone at once, more than 30 %
  ORDERS: o-1, o-2 and 29 more
  every entry that it keeps: eurek8s diff; one application: eurek8s explain NAME
  removed now by: eurek8s holds release legacy-c4db33c6
  kept, however long it lasts, by: eurek8s holds keep legacy-c4db33c6
`,
  );
  assert.match(renderReleased(HOLD), /^legacy-c4db33c6 is released: 31 instances of 1 application \(ORDERS\) are gone/);
});

test('a kept hold is marked wherever it is shown, with what it counts', () => {
  const listed = renderHolds({ holds: [KEPT] });
  assert.match(listed, /Z {2}kept$/m);
  assert.doesNotMatch(listed, /holds keep/);
  assert.deepEqual(holdLines(KEPT), [
    '31 of 100 cluster:main Ingresses held: 31 of 100 instances are gone at once, more than 30 %',
    'of ORDERS; each of them: eurek8s holds',
    'kept until released by: eurek8s holds release cluster:main-1',
  ]);
  assert.match(
    renderKept(KEPT),
    /^cluster:main-1 is kept: 31 Ingresses of 1 application \(ORDERS\) stay until they are back, or by/,
  );
  assert.equal(
    heldNotice('cluster:main', { holdId: 'cluster:main-1', since: NOW, releasesAt: undefined }, 'main/shop/orders'),
    'held: cluster:main no longer has main/shop/orders with all that it needs since 2025-06-15T15:06:40.000Z; ' +
      'kept until released by: eurek8s holds release cluster:main-1',
  );
});

test('a hold that nothing can confirm for now is told from a kept one, and tells no time', () => {
  const waiting = reportHold('legacy', { ...FACTS, releasesAt: undefined, waits: true });
  assert.deepEqual([waiting.kept, waiting.releasesAt], [false, undefined]);
  assert.match(renderHolds({ holds: [waiting] }), /Z {2}waits$[^]* {2}kept, however long it lasts, by:/m);
  const until = 'removed when complete lists have confirmed it, or now by: eurek8s holds release legacy-c4db33c6';
  assert.equal(holdLines(waiting)[2], until);
  const held = { holdId: waiting.id, since: NOW, releasesAt: undefined, waits: true } as const;
  assert.ok(heldNotice('legacy', held, undefined).endsWith(`; ${until}`));
});

test('a hold of many applications names the first, and says how many more there are', () => {
  const held = ['ALICE', 'BOB', 'CAROL'].map((name) => ({ name: appName(name), count: 1, first: [`${name}-1`] }));
  const many = reportHold('legacy', { ...FACTS, applications: 10, held });
  assert.equal(heldNames(many), 'ALICE, BOB, CAROL and 7 more');
  assert.equal(heldNames(many, 1), 'ALICE and 9 more');
  assert.match(renderHolds({ holds: [many] }), /^ {2}CAROL: CAROL-1\n {2}and 7 more applications$/m);
});
