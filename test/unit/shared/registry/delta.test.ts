import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appName } from '../../../../shared/model/names.ts';
import { append, changedSince, emptyLog, leftSince, prune } from '../../../../shared/registry/delta.ts';
import type { DeltaWindow } from '../../../../shared/registry/delta-window.ts';
import type { Change, ChangeKind } from '../../../../shared/registry/diff.ts';
import { instance } from '../../../support/instances.ts';

const HOUR = 3_600_000;
/** As long for a small delta as for a large one. */
const FIXED: DeltaWindow = { leastMs: HOUR, mostMs: HOUR, maxSmallDelta: 0, maxRestamped: 0 };

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
  assert.equal(prune(log, HOUR, FIXED), log, 'nothing is too old');
  log = prune(log, HOUR + 500, FIXED);
  assert.deepEqual(deltaOf(log), ['modified A/a1']);
  log = prune(log, HOUR + 1000, FIXED);
  assert.deepEqual([deltaOf(log), log.recent], [[], []]);
});

test('changes since a version are exactly those, or unknown when the log does not go back that far', () => {
  let log = emptyLog(5);
  assert.equal(changedSince(log, 4), undefined, 'before the log began');
  assert.deepEqual(changedSince(log, 5), new Set());
  log = append(log, [change('added', 'A', 'a1', 6)]);
  log = append(log, [change('added', 'B', 'b1', 7, HOUR)]);
  assert.deepEqual(changedSince(log, 5), new Set(['A', 'B']));
  assert.deepEqual(changedSince(log, 6), new Set(['B']));
  log = prune(log, HOUR + 10, FIXED);
  assert.equal(changedSince(log, 5), undefined);
  assert.deepEqual(changedSince(log, 6), new Set(['B']));
});

test('the applications whose changes have left the log since an earlier log', () => {
  const before = append(emptyLog(1), [
    change('added', 'A', 'a1', 2),
    change('added', 'B', 'b1', 2),
    change('added', 'C', 'c1', 3, HOUR),
  ]);
  assert.deepEqual(leftSince(before, before), new Set());
  const now = prune(append(before, [change('added', 'D', 'd1', 4, HOUR)]), HOUR + 10, FIXED);
  assert.deepEqual(leftSince(before, now), new Set(['A', 'B']));
});

test('a small delta keeps changes for the longer time, a large one only as many', () => {
  const window: DeltaWindow = { leastMs: 100, mostMs: 1000, maxSmallDelta: 2, maxRestamped: 0 };
  const log = append(
    emptyLog(1),
    ['a1', 'a2', 'b1', 'b2'].map((id, i) => change('added', id.startsWith('a') ? 'A' : 'B', id, i + 2, i)),
  );
  assert.equal(prune(log, 99, window), log, 'nothing leaves before the shorter time, however large the delta is');
  const small = prune(log, 103, window);
  assert.deepEqual([deltaOf(small), small.since, small.size], [['added B/b1', 'added B/b2'], 3, 2]);
  assert.equal(small.applications[0], log.applications[1], 'an application that loses none stays as it is');
  assert.equal(prune(small, 1001, window), small);
  assert.deepEqual(deltaOf(prune(small, 1002, window)), ['added B/b2']);
  assert.equal(prune(small, 1003, window).size, 0);
});

test('only the instances of a delta count for its size, however often they change', () => {
  const window: DeltaWindow = { leastMs: 100, mostMs: 1000, maxSmallDelta: 2, maxRestamped: 0 };
  let log = append(emptyLog(1), [change('added', 'A', 'a1', 2), change('added', 'A', 'a2', 2)]);
  for (let version = 3; version < 50; version++) log = append(log, [change('modified', 'A', 'a1', version)]);
  assert.equal(log.size, 2);
  assert.equal(prune(log, 500, window), log);
  log = prune(append(log, [change('added', 'B', 'b1', 400)]), 505, window);
  assert.deepEqual(deltaOf(log), ['modified A/a1', 'added B/b1']);
});
