import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastChangeOf, lastChangeText } from '../../../../shared/api/last-change.ts';
import type { Moment } from '../../../../shared/history/moment.ts';
import { appName, instanceId, sourceId } from '../../../../shared/model/names.ts';
import { copyId } from '../../../../shared/registry/synthetic-id.ts';
import { instance } from '../../../support/instances.ts';

const START = Date.parse('2026-03-01T15:00:00Z');
const SOURCE = sourceId('legacy');

function moment(second: number, ...ids: readonly string[]): Moment {
  const at = START + second * 1000;
  const origin = { kind: 'registration', source: SOURCE } as const;
  const changes = ids.map((id) => ({
    at,
    version: second,
    app: appName('carol'),
    entry: {
      kind: 'deleted' as const,
      id: instanceId(id),
      entry: { record: { ...instance('CAROL', id), id: instanceId(id) }, origin },
    },
    cause: { source: 'legacy', reason: 'legacy does not list it any more' },
  }));
  return { at, version: second, patches: [], weight: 1, changes };
}

const COPY = copyId(instance('CAROL', 'c-2'), 1);
const NEWEST_FIRST = [moment(3), moment(2, COPY, 'c-2'), moment(1, 'c-1')];
const CAROL = appName('carol');

test('the last change is told with its time, its cause and where the others are', () => {
  const last = lastChangeOf(NEWEST_FIRST, CAROL);
  assert.ok(last !== undefined);
  assert.equal(
    lastChangeText(last),
    'the last change of it was at 2026-03-01T15:00:02.000Z: deleted c-2: legacy does not list it any more; ' +
      'all of them: eurek8s changes carol (/eurek8s/changes?app=CAROL)',
  );
});

test('of a moment of the past, and of an application that nothing is remembered of', () => {
  assert.equal(lastChangeOf(NEWEST_FIRST, CAROL, START + 1500)?.id, 'c-1');
  assert.equal(lastChangeOf(NEWEST_FIRST, CAROL, START), undefined);
  assert.equal(lastChangeOf(NEWEST_FIRST, appName('nobody')), undefined);
  assert.equal(lastChangeOf([moment(1, COPY)], CAROL)?.id, COPY, 'where nothing else changed');
});

test('of an entry that changed the text says what', () => {
  const last = lastChangeOf(NEWEST_FIRST, CAROL);
  assert.ok(last !== undefined);
  const values = [{ field: 'status', from: 'UP', to: 'DOWN' }];
  assert.match(
    lastChangeText({ ...last, kind: 'modified', values }),
    /: modified c-2, status UP → DOWN: legacy does not/,
  );
});
