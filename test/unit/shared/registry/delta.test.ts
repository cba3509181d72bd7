import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { appName } from '../../../../shared/model/names.ts';
import { append, changedSince, emptyLog, leftSince, prune, type DeltaLog } from '../../../../shared/registry/delta.ts';
import type { DeltaWindow } from '../../../../shared/registry/delta-window.ts';
import type { Change, ChangeKind } from '../../../../shared/registry/diff.ts';
import { heapInUse } from '../../../support/heap-in-use.ts';
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

test('of an instance that changes again and again the log keeps the last record alone', () => {
  const bytes = 100_000;
  const of = (id: string, version: number): Change => ({
    ...change('modified', 'A', id, version),
    record: instance('A', id, { metadata: new Map([['k', `${version}${'v'.repeat(bytes)}`.normalize()]]) }),
  });
  let log = append(emptyLog(1), [change('added', 'A', 'a1', 2), change('added', 'B', 'b1', 2)]);
  const before = heapInUse();
  // As long as nothing leaves the window, and in turns, so that one never follows itself.
  for (let version = 3; version < 600; version++) log = append(log, [of(version % 2 === 0 ? 'a2' : 'a3', version)]);
  const kept = heapInUse() - before;
  assert.equal(log.recent.flat().length, 4);
  assert.deepEqual(deltaOf(log), ['added A/a1', 'modified A/a2', 'modified A/a3', 'added B/b1']);
  assert.ok(kept < 20 * bytes, `${kept} bytes`);
});

/** What one step changes: an application, some of its instances and how. `prune`: how much later the log is looked at. */
const steps = fc.array(
  fc.record({
    changes: fc.uniqueArray(
      fc.record({
        app: fc.constantFrom('A', 'B', 'C'),
        id: fc.nat({ max: 700 }),
        kind: fc.constantFrom('added' as const, 'modified' as const, 'deleted' as const),
      }),
      { maxLength: 400, size: 'max', selector: ({ app, id }) => `${app}/${id}` },
    ),
    later: fc.constantFrom(0, 1, 40, 100),
  }),
  { maxLength: 30 },
);

test('the log has the last change of each instance, oldest first, and knows who changed since any version', () => {
  const window: DeltaWindow = { leastMs: 100, mostMs: 250, maxSmallDelta: 300, maxRestamped: 0 };
  fc.assert(
    fc.property(steps, (given) => {
      let log: DeltaLog = emptyLog(0);
      const all: Change[] = [];
      let now = 0;
      for (const [i, { changes, later }] of given.entries()) {
        now += later;
        const news = changes.map(({ app, id, kind }) => change(kind, app, `i-${id}`, i + 1, now));
        all.push(...news);
        log = prune(append(log, news), now, window);
        const recent = log.recent.flat();
        assert.deepEqual(new Set(recent), new Set(log.applications.flatMap((each) => each.changes)));
        assert.deepEqual([recent.length, log.size], [log.size, new Set(recent).size]);
        assert.deepEqual(
          recent,
          recent.toSorted((a, b) => a.version - b.version),
        );
        const last = new Map(all.map((each) => [`${each.app}/${each.record.id}`, each]));
        const young = [...last.values()].filter(({ at }) => now - at < window.leastMs);
        assert.deepEqual(
          young.filter((each) => !recent.includes(each)),
          [],
        );
        for (let version = log.since; version <= i + 1; version++) {
          const expected = new Set(all.filter((each) => each.version > version).map(({ app }) => app));
          assert.deepEqual(changedSince(log, version), expected);
        }
      }
    }),
    { numRuns: 40 },
  );
});
