import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appName } from '../../../../shared/model/names.ts';
import {
  append,
  changedSince,
  DELTA_WINDOW_MS,
  emptyLog,
  leftSince,
  prune,
} from '../../../../shared/registry/delta.ts';
import type { Change, ChangeKind } from '../../../../shared/registry/diff.ts';
import { instance } from '../../../support/instances.ts';

function change(kind: ChangeKind, app: string, id: string, version: number, at = version): Change {
  return { kind, app: appName(app), record: instance(app, id), at, version };
}

function deltaOf(log: ReturnType<typeof emptyLog>): readonly string[] {
  return log.applications.flatMap(({ name, changes }) =>
    changes.map(({ kind, record }) => `${kind} ${name}/${record.id}`),
  );
}

test('of several changes the delta has the last, deletions after the others', () => {
  let log = append(emptyLog(1), [change('added', 'B', 'b1', 2), change('added', 'A', 'a2', 2)]);
  log = append(log, [change('deleted', 'A', 'a1', 3), change('modified', 'B', 'b1', 3)]);
  assert.deepEqual(deltaOf(log), ['added A/a2', 'deleted A/a1', 'modified B/b1']);
  log = append(log, [change('added', 'A', 'a1', 4)]);
  assert.deepEqual(deltaOf(log), ['added A/a1', 'added A/a2', 'modified B/b1']);
});

test('a change that has left the window is not in the delta, unless the instance changed again', () => {
  let log = append(emptyLog(1), [
    change('added', 'A', 'a1', 2),
    change('added', 'A', 'a2', 2),
    change('added', 'B', 'b1', 2),
  ]);
  log = append(log, [change('modified', 'A', 'a1', 3, 1000)]);
  assert.equal(prune(log, DELTA_WINDOW_MS), log, 'nothing is too old');
  log = prune(log, DELTA_WINDOW_MS + 500);
  assert.deepEqual(deltaOf(log), ['modified A/a1']);
  log = prune(log, DELTA_WINDOW_MS + 1000);
  assert.deepEqual([deltaOf(log), log.recent], [[], []]);
});

test('changes since a version are exactly those, or unknown when the log does not go back that far', () => {
  let log = emptyLog(5);
  assert.equal(changedSince(log, 4), undefined, 'before the log began');
  assert.deepEqual(changedSince(log, 5), new Set());
  log = append(log, [change('added', 'A', 'a1', 6)]);
  log = append(log, [change('added', 'B', 'b1', 7, DELTA_WINDOW_MS)]);
  assert.deepEqual(changedSince(log, 5), new Set(['A', 'B']));
  assert.deepEqual(changedSince(log, 6), new Set(['B']));
  log = prune(log, DELTA_WINDOW_MS + 10);
  assert.equal(changedSince(log, 5), undefined);
  assert.deepEqual(changedSince(log, 6), new Set(['B']));
});

test('the applications whose changes have left the log since an earlier log', () => {
  const before = append(emptyLog(1), [
    change('added', 'A', 'a1', 2),
    change('added', 'B', 'b1', 2),
    change('added', 'C', 'c1', 3, DELTA_WINDOW_MS),
  ]);
  assert.deepEqual(leftSince(before, before), new Set());
  const now = prune(append(before, [change('added', 'D', 'd1', 4, DELTA_WINDOW_MS)]), DELTA_WINDOW_MS + 10);
  assert.deepEqual(leftSince(before, now), new Set(['A', 'B']));
});
