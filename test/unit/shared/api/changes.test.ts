import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gapBefore, reportChanges, type ChangesQuestion } from '../../../../shared/api/changes.ts';
import { renderChanges } from '../../../../shared/api/render-changes.ts';
import { entryChange } from '../../../../shared/history/entry-change.ts';
import type { Moment } from '../../../../shared/history/moment.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import type { Entry } from '../../../../shared/registry/application.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { instance } from '../../../support/instances.ts';
import { finished } from '../../../support/time-slices.ts';

const NOW = 1_750_000_000_000;
const APP = appName('ORDERS');

function entry(id: string, changes: Partial<InstanceRecord> = {}): Entry {
  return { record: instance('ORDERS', id, changes), origin: { kind: 'registration', source: sourceId('legacy') } };
}

/** One moment for each version, with so many changes. */
function moments(...sizes: readonly number[]): readonly Moment[] {
  return sizes.map((size, i) => ({
    at: NOW + i * 1000,
    version: 100 + i,
    patches: [],
    weight: 0,
    changes: Array.from({ length: size }, (_, j) => {
      const change = entryChange(undefined, entry(`v${i}-${j}`));
      assert.ok(change !== undefined);
      const cause = { source: 'legacy', reason: 'legacy lists it now' };
      return { at: NOW + i * 1000, version: 100 + i, app: APP, entry: change, cause };
    }),
  }));
}

const ALL: ChangesQuestion = { after: undefined, from: undefined, app: undefined, limit: 1000 };

test('a limit cuts between versions: the newest without a beginning, the first after one', () => {
  const past = moments(2, 3, 2);
  const versions = (question: Partial<ChangesQuestion>): readonly number[] => [
    ...new Set(finished(reportChanges(past, NOW, { ...ALL, ...question })).changes.map(({ version }) => version)),
  ];
  assert.deepEqual(versions({}), [100, 101, 102]);
  assert.deepEqual(versions({ limit: 2 }), [102]);
  assert.deepEqual(versions({ limit: 3 }), [101, 102]);
  assert.deepEqual(versions({ after: 99, limit: 1 }), [100]);
  assert.deepEqual(versions({ after: 100, limit: 4 }), [101]);
  assert.deepEqual(versions({ from: NOW + 1000 }), [101, 102]);
  assert.deepEqual(versions({ app: appName('OTHER') }), []);
  assert.equal(finished(reportChanges(past, NOW, { ...ALL, after: 99, limit: 1 })).more, true);
  assert.equal(finished(reportChanges(past, NOW, ALL)).more, undefined);
});

test('a report of long changes ends early, between versions, and is gone on with as any other', () => {
  const past = moments(2, 3, 2);
  const versions = (question: Partial<ChangesQuestion>, maxLength: number) => {
    const { changes, more } = finished(reportChanges(past, NOW, { ...ALL, ...question }, maxLength));
    return [...changes.map(({ version }) => version), more];
  };
  assert.deepEqual(versions({ after: 99 }, 1), [100, 100, true]);
  assert.deepEqual(versions({ after: 100 }, 1), [101, 101, 101, true]);
  assert.deepEqual(versions({ after: 101 }, 1), [102, 102, undefined]);
  assert.deepEqual(versions({}, 1), [102, 102, undefined]);
  assert.deepEqual(versions({}, 700), [101, 101, 101, 102, 102, undefined]);
});

test('a version that this process has not come to is said to be another one, above all that is known', () => {
  assert.equal(gapBefore(undefined, 102), undefined);
  assert.equal(gapBefore(102, 102), undefined);
  assert.equal(gapBefore(103, undefined), undefined);
  const gap = gapBefore(103, 102);
  assert.match(gap ?? '', /^this server has not come to version 103, its newest is 102: /);
  assert.ok(gap !== undefined);
  assert.ok(renderChanges({ ...finished(reportChanges(moments(1), NOW, ALL)), gap }).startsWith(`${gap}\nAT `));
  assert.ok(renderChanges({ changes: [], oldest: undefined, gap }).startsWith(`${gap}\nno change; `));
});

test('where the newest are cut off the text says so, and how to go on', () => {
  const past = moments(2, 3, 2);
  const [last, ...before] = renderChanges(finished(reportChanges(past, NOW, { ...ALL, from: NOW, limit: 5 })))
    .trimEnd()
    .split('\n')
    .toReversed();
  assert.match(before[0] ?? '', /^5 changes; everything since/);
  const at = new Date(NOW + 1000).toISOString();
  assert.equal(
    last,
    `the NEWEST ARE MISSING: these are the oldest, up to ${at}; go on with since=101, the version of the last one`,
  );
  const typed = renderChanges(finished(reportChanges(past, NOW, { ...ALL, from: NOW, limit: 5 })), 'flag');
  assert.match(typed, /; go on with --since 101, the version of the last one\n$/);
  assert.doesNotMatch(renderChanges(finished(reportChanges(past, NOW, { ...ALL, after: 101, limit: 5 }))), /MISSING/);
});

test('what changed of an entry is told field by field, with values that fit', () => {
  const before = entry('a', { metadata: new Map([['version', '1']]), homePageUrl: 'x'.repeat(5000) });
  const after = entry('a', {
    status: 'DOWN',
    port: { number: 9090, enabled: false },
    dataCenterInfo: { name: 'Netflix' },
    leaseInfo: undefined,
    metadata: new Map([['zone', 'z1']]),
    homePageUrl: undefined,
    isCoordinatingDiscoveryServer: true,
  });
  const change = entryChange(before, after);
  assert.ok(change !== undefined);
  const cause = { source: 'legacy', reason: 'legacy lists it so' };
  const past = [
    { at: NOW, version: 1, patches: [], weight: 0, changes: [{ at: NOW, version: 1, app: APP, entry: change, cause }] },
  ];
  const report = finished(reportChanges(past, NOW, ALL));
  const values = new Map(report.changes[0]?.values.map(({ field, from, to }) => [field, [from.slice(0, 10), to]]));
  assert.deepEqual(values.get('port'), ['8080', '9090 (disabled)']);
  assert.deepEqual(values.get('dataCenterInfo'), ['MyOwn', 'Netflix']);
  assert.deepEqual(values.get('leaseInfo'), ['30 s, 90 s', '']);
  assert.deepEqual(values.get('metadata.version'), ['1', '']);
  assert.deepEqual(values.get('metadata.zone'), ['', 'z1']);
  assert.deepEqual(values.get('isCoordinatingDiscoveryServer'), ['false', 'true']);
  assert.ok(JSON.stringify(report).length < 3000);
  assert.match(
    renderChanges(report),
    /^ {6}.*status UP → DOWN.*metadata\.version 1 → \(none\).*: legacy lists it so$/m,
  );
});

test('nothing to tell is told as such, and of an unknown name that it is unknown', () => {
  const unknown = 'nothing is known of NOPE\u001B[2J';
  const none = finished(reportChanges([], NOW, ALL));
  assert.equal(renderChanges({ ...none, unknown }), 'nothing is known of NOPE?[2J\n');
  assert.match(renderChanges(none), /^no change; everything since \S+ is known\n$/);
  assert.equal(renderChanges(finished(reportChanges([], undefined, ALL))), 'no change; nothing is known yet\n');
});

test('each change is a step, and what comes or goes in between does not count', () => {
  const past = [...moments(2, 3, 200)];
  let steps = 0;
  const report = finished(reportChanges(past, NOW, ALL), () => {
    steps++;
    past.length = 0;
  });
  assert.equal(report.changes.length, 205);
  assert.equal(steps, 205);
});
