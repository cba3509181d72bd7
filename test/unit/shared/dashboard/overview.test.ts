import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overviewOf, totalsOf } from '../../../../shared/dashboard/overview.ts';
import { rowOf, rowsOf } from '../../../../shared/dashboard/row.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import { DELTA_WINDOW } from '../../../../shared/registry/delta-window.ts';
import { emptyApplication, type MergedApplication } from '../../../../shared/registry/application.ts';
import { countStatuses } from '../../../../shared/registry/hashcode.ts';
import { advance, emptySnapshot } from '../../../../shared/registry/snapshot.ts';
import { instance } from '../../../support/instances.ts';

function served(name: string, status: 'UP' | 'DOWN'): MergedApplication {
  const record = instance(name, `${name}-1`, { status });
  return {
    ...emptyApplication(appName(name)),
    served: [record],
    origins: new Map([[record.id, { kind: 'registration', source: sourceId('legacy') }]]),
    counts: countStatuses([record]),
  };
}

const SOURCES = { ready: true, awaited: [], sources: [], files: [], registryFile: undefined, delta: undefined };

test('totals count applications by stage, and name the first that need attention', () => {
  const applications = [served('ALICE', 'UP'), served('BOB', 'DOWN'), emptyApplication(appName('CAROL'))];
  const merged = new Map(applications.map((each) => [each.name, each] as const));
  const { snapshot } = advance(emptySnapshot(1, 1000), merged, 2000, DELTA_WINDOW);
  const totals = totalsOf(snapshot);
  assert.deepEqual([totals.applications, totals.entries, totals.up, totals.attention], [2, 2, 1, 1]);
  assert.equal(totals.stages['legacy-only'], 2);
  assert.deepEqual(
    totals.first.map(({ name }) => name),
    ['BOB'],
  );
  assert.equal(totalsOf(snapshot), totals, 'a snapshot is counted once');
  assert.equal(overviewOf(snapshot, SOURCES, [], 2000).totals, totals);
});

test('before the first snapshot there are no totals', () => {
  assert.equal(overviewOf(undefined, SOURCES, [], 1000).totals, undefined);
});

test('an application that did not change keeps its row; one of which nothing is known has none', () => {
  const alice = served('ALICE', 'UP');
  assert.equal(rowOf(alice), rowOf(alice));
  assert.deepEqual(rowOf(alice)?.sources, ['legacy']);
  assert.deepEqual(rowsOf([emptyApplication(appName('CAROL'))]), []);
});
