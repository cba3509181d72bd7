import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recentChanges } from '../../../../shared/dashboard/recent.ts';
import type { Moment } from '../../../../shared/history/moment.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import { instance } from '../../../support/instances.ts';
import { finished } from '../../../support/time-slices.ts';

/** One change of each application at one version. */
function moment(version: number, ...apps: readonly string[]): Moment {
  return {
    at: version * 1000,
    version,
    patches: [],
    weight: 1,
    changes: apps.map((name) => {
      const record = instance(name, `${name}-1`);
      const origin = { kind: 'registration', source: sourceId('legacy') } as const;
      return {
        at: version * 1000,
        version,
        app: appName(name),
        entry: { kind: 'added', id: record.id, origin, status: record.status },
        cause: { source: 'legacy', reason: 'legacy lists it now' },
      };
    }),
  };
}

const NEWEST_FIRST = [moment(4, 'bob'), moment(3, 'alice', 'bob'), moment(2, 'carol'), moment(1, 'alice')];

function versions(app: string | undefined, before: number | undefined, limit = 10): readonly number[] {
  return finished(recentChanges(NEWEST_FIRST, { limit, app, before })).changes.map(({ version }) => version);
}

test('the newest change comes first', () => {
  assert.deepEqual(versions(undefined, undefined), [4, 3, 3, 2, 1]);
  assert.equal(
    finished(recentChanges(NEWEST_FIRST, { limit: 10, app: undefined, before: undefined })).older,
    undefined,
  );
});

test('a version is never cut in two, and older changes go on where the last ones end', () => {
  const first = finished(recentChanges(NEWEST_FIRST, { limit: 2, app: undefined, before: undefined }));
  assert.deepEqual(
    first.changes.map(({ version }) => version),
    [4, 3, 3],
  );
  assert.equal(first.older, 3);
  assert.deepEqual(versions(undefined, first.older), [2, 1]);
});

test('a page of long changes ends early, between versions', () => {
  const question = { limit: 10, app: undefined, before: undefined };
  const { changes, older } = finished(recentChanges(NEWEST_FIRST, question, 400));
  assert.deepEqual([...changes.map(({ version }) => version), older], [4, 3, 3, 3]);
});

test('what comes or goes between two steps does not count', () => {
  const past = [...NEWEST_FIRST];
  const question = { limit: 10, app: undefined, before: undefined };
  const { changes } = finished(recentChanges(past, question), () => void past.shift());
  assert.equal(changes.length, 5);
});

test('the changes of one application alone', () => {
  assert.deepEqual(versions('ALICE', undefined), [3, 1]);
  assert.deepEqual(versions('NOBODY', undefined), []);
});
