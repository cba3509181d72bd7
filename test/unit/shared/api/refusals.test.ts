import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countRefusals, renderRefusals, reportRefusals } from '../../../../shared/api/refusals.ts';
import type { Refusal } from '../../../../shared/contribution/refusal.ts';
import { NO_CONTRIBUTION } from '../../../../shared/contribution/contribution.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import { mergeApplication } from '../../../../shared/registry/merge.ts';
import { advance, emptySnapshot, type RegistrySnapshot } from '../../../../shared/registry/snapshot.ts';
import { DELTA_WINDOW } from '../../../../shared/registry/delta-window.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';

const NOW = 1_750_000_000_000;

function refusing(given: Readonly<Record<string, readonly Refusal[]>>): RegistrySnapshot {
  const merged = Object.entries(given).map(([name, refusals]) => {
    const contribution = { ...NO_CONTRIBUTION, refusals };
    const app = appName(name);
    return [
      app,
      mergeApplication(app, [{ source: sourceId('cluster:main'), contribution }], OPEN_RULES, undefined, NOW),
    ] as const;
  });
  return advance(emptySnapshot(1, NOW), new Map(merged), NOW, DELTA_WINDOW).snapshot;
}

const SNAPSHOT = refusing({
  ALICE: [
    { object: 'main/shop/alice', code: 'wildcard-host', reason: 'name one with eurek8s.io/host' },
    { object: 'main/shop/alice-old', code: 'path-not-root', reason: 'add a path /' },
  ],
  BOB: [{ object: 'main/bank/bob', code: 'path-not-root', reason: 'add a path /' }],
});

test('every refusal of every application is listed, with its object, code and reason', () => {
  const since = new Date(NOW).toISOString();
  assert.deepEqual(reportRefusals(SNAPSHOT).refusals, [
    { object: 'main/shop/alice', app: 'ALICE', code: 'wildcard-host', reason: 'name one with eurek8s.io/host', since },
    { object: 'main/shop/alice-old', app: 'ALICE', code: 'path-not-root', reason: 'add a path /', since },
    { object: 'main/bank/bob', app: 'BOB', code: 'path-not-root', reason: 'add a path /', since },
  ]);
});

test('refusals are counted by their code', () => {
  assert.deepEqual(Object.fromEntries(countRefusals(SNAPSHOT)), { 'path-not-root': 2, 'wildcard-host': 1 });
});

test('for people each refusal has a line and its reason below', () => {
  assert.equal(
    renderRefusals(reportRefusals(SNAPSHOT), NOW + 60_000),
    `\
3 candidates are not served
OBJECT               APPLICATION  CODE           SINCE
main/shop/alice      ALICE        wildcard-host  60 s
    name one with eurek8s.io/host
main/shop/alice-old  ALICE        path-not-root  60 s
    add a path /
main/bank/bob        BOB          path-not-root  60 s
    add a path /
`,
  );
  assert.equal(renderRefusals({ refusals: [] }, NOW), 'nothing is refused\n');
  const undated = { object: 'a', app: 'ALICE', code: 'no-host', reason: 'no host', since: undefined };
  assert.equal(
    renderRefusals({ refusals: [undated] }, NOW),
    `\
1 candidate is not served
OBJECT  APPLICATION  CODE     SINCE
a       ALICE        no-host  unknown
    no host
`,
  );
});
