import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  changesOverTime,
  changesSince,
  lookAtPast,
  pastQueryOf,
  readMoment,
  readPastView,
} from '../../../../shared/dashboard/past.ts';
import type { Moment } from '../../../../shared/history/moment.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import { instance } from '../../../support/instances.ts';
import { finished } from '../../../support/time-slices.ts';

const NOW = Date.parse('2026-03-01T15:00:00Z');

function moment(at: number, ...apps: readonly string[]): Moment {
  const origin = { kind: 'registration', source: sourceId('legacy') } as const;
  return {
    at,
    version: at,
    patches: [],
    weight: 1,
    changes: apps.map((name) => {
      const record = instance(name, `${name}-1`);
      return {
        at,
        version: at,
        app: appName(name),
        entry: { kind: 'added', id: record.id, origin, status: record.status },
        cause: { source: 'legacy', reason: 'legacy lists it now' },
      };
    }),
  };
}

const NEWEST_FIRST = [moment(90, 'carol'), moment(50, 'alice', 'bob'), moment(10, 'dave')];

test('a moment is read as a form sends it, in UTC, and as people write it', () => {
  for (const text of [
    '2026-03-01T14:03',
    '2026-03-01T14:03:00',
    '2026-03-01T14:03:00.000',
    '2026-03-01T15:03:00+01:00',
    '-57m',
    '14:03',
  ])
    assert.equal(readMoment(text, NOW), Date.parse('2026-03-01T14:03:00Z'), text);
  for (const text of ['', 'yesterday', '2026-13-01T00:00']) assert.equal(readMoment(text, NOW), undefined, text);
});

test('the changes after a moment are counted, and the last of them shown', () => {
  const { changes, count } = finished(changesSince(NEWEST_FIRST, 10, 2));
  assert.equal(count, 3);
  assert.deepEqual(
    changes.map(({ app }) => app),
    ['CAROL', 'ALICE'],
  );
  assert.equal(finished(changesSince(NEWEST_FIRST, 90, 2)).count, 0);
});

test('each change is in one bar of the picture, the last moment included', () => {
  assert.deepEqual(changesOverTime(NEWEST_FIRST, 0, 90, 3), [1, 2, 1]);
  assert.deepEqual(changesOverTime(NEWEST_FIRST, 40, 40, 2), [0, 3]);
  assert.deepEqual(changesOverTime([], 0, 90, 2), [0, 0]);
});

test('the search and what is different now narrow the list', () => {
  const same = { name: 'ALICE', was: undefined, added: 0, modified: 0, deleted: 0, gone: false };
  const gone = { ...same, name: 'BOB', deleted: 1 };
  const unknown = { ...same, name: 'CAROL', gone: true };
  assert.deepEqual(lookAtPast([same, gone, unknown], { text: '', changed: true }), [gone, unknown]);
  assert.deepEqual(lookAtPast([same, gone], { text: 'ali', changed: false }), [same]);
});

test('what the query says is what is read from it', () => {
  const view = { text: 'a&b', changed: true };
  const written = new URLSearchParams(pastQueryOf('2026-03-01T14:03:00Z', view, 2));
  assert.deepEqual(
    readPastView((name) => written.get(name) ?? undefined),
    view,
  );
  assert.deepEqual([written.get('time'), written.get('page')], ['2026-03-01T14:03:00Z', '2']);
});
