import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderHolds, renderReleased, reportHold } from '../../../../shared/api/holds.ts';

const NOW = 1_750_000_000_000;
const HOLD = reportHold('legacy', {
  id: 'legacy-c4db33c6',
  since: NOW,
  what: '31 of 100 instances are gone at once, more than 30 %',
  instances: 31,
  instancesBefore: 100,
  applications: 1,
  releasesAt: NOW + 300_000,
});

test('a hold as JSON has the documented fields, and its times are RFC 3339', () => {
  assert.deepEqual(HOLD, {
    id: 'legacy-c4db33c6',
    source: 'legacy',
    what: '31 of 100 instances are gone at once, more than 30 %',
    instances: 31,
    instancesBefore: 100,
    applications: 1,
    since: '2025-06-15T15:06:40.000Z',
    releasesAt: '2025-06-15T15:11:40.000Z',
  });
});

test('holds as text: what is held, since when, until when, and how to release it', () => {
  assert.equal(renderHolds({ holds: [] }), 'nothing is held\n');
  assert.equal(
    renderHolds({ holds: [HOLD] }),
    `\
ID               SOURCE  INSTANCES  APPLICATIONS  SINCE                     RELEASED AT
legacy-c4db33c6  legacy  31 of 100  1             2025-06-15T15:06:40.000Z  2025-06-15T15:11:40.000Z
  31 of 100 instances are gone at once, more than 30 %
  let through now by: eurek8s holds release legacy-c4db33c6
`,
  );
  assert.match(renderReleased(HOLD), /^legacy-c4db33c6 is released: 31 instances of 1 application are gone/);
});
