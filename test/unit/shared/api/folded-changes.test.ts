import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChangeReport } from '../../../../shared/api/changes.ts';
import { reportChange } from '../../../../shared/api/changes.ts';
import { changesIn, entryText, foldChanges, foldPast } from '../../../../shared/api/folded-changes.ts';
import { renderChanges } from '../../../../shared/api/render-changes.ts';
import type { PastChange } from '../../../../shared/history/moment.ts';
import { instanceId, sourceId, appName } from '../../../../shared/model/names.ts';
import { copyId } from '../../../../shared/registry/synthetic-id.ts';
import { instance } from '../../../support/instances.ts';
import { finished } from '../../../support/time-slices.ts';

const AT = 1_750_000_000_000;
const OBJECT = 'main/shop/bob';
const SOURCE = sourceId('legacy');

/** What became of one copy of `bob-1` or `bob-2`. */
function copy(original: string, index: number, kind: 'added' | 'deleted', version = 7): PastChange {
  const record = instance('BOB', original);
  const id = copyId(record, index);
  const origin = { kind: 'copy', source: SOURCE, original: instanceId(original), object: OBJECT } as const;
  return {
    at: AT,
    version,
    app: appName('BOB'),
    entry:
      kind === 'added'
        ? { kind, id, origin, status: record.status }
        : { kind, id, entry: { record: { ...record, id }, origin } },
    cause: { source: 'legacy', object: OBJECT, reason: `a copy for the share that ${OBJECT} asks for` },
  };
}

function real(id: string): PastChange {
  const entry = {
    kind: 'added',
    id: instanceId(id),
    origin: { kind: 'registration', source: SOURCE },
    status: 'UP',
  } as const;
  const cause = { source: 'legacy', reason: 'legacy lists it now' };
  return { at: AT, version: 7, app: appName('BOB'), entry, cause };
}

function shown(changes: readonly ChangeReport[]): readonly string[] {
  return foldChanges(changes).map((each) => `${each.kind} ${entryText(each)}`);
}

const STEP = [
  real('bob-1'),
  ...[1, 2, 3].flatMap((index) => [copy('bob-1', index, 'added'), copy('bob-2', index, 'added')]),
  real('bob-2'),
];

test('copies that changed alike at once are one change at the place of the first, and others stay as they are', () => {
  const folded = ['added bob-1', 'added 6 copies, such as eurek8s:copy_of:BOB:bob-1:1', 'added bob-2'];
  assert.deepEqual(shown(STEP.map(reportChange)), folded);
  assert.equal(changesIn(foldChanges(STEP.map(reportChange))), STEP.length);
});

test('another version, another kind, another cause and another status are another line', () => {
  const first = reportChange(copy('bob-1', 1, 'added'));
  const others: readonly ChangeReport[] = [
    reportChange(copy('bob-1', 2, 'added', 8)),
    reportChange(copy('bob-1', 3, 'deleted')),
    { ...first, app: 'ALICE' },
    { ...first, status: 'DOWN' },
    { ...first, cause: { ...first.cause, reason: 'another' } },
  ];
  assert.equal(shown([first, ...others]).length, 6);
  assert.deepEqual(shown([first]), ['added eurek8s:copy_of:BOB:bob-1:1'], 'a single one is nothing special');
});

test('a limit counts lines, and what is in a line is counted to the end', () => {
  const folded = finished(foldPast(STEP, 2));
  assert.deepEqual(
    folded.map(({ copies }) => copies),
    [undefined, 6],
  );
  assert.deepEqual(finished(foldPast(STEP, 1)).map(entryText), ['bob-1']);
});

test('the text has one line for them, and counts every change', () => {
  const text = renderChanges({ changes: STEP.map(reportChange), oldest: undefined });
  assert.match(
    text,
    /^\S+Z +7 +BOB +added +6 copies, such as eurek8s:copy_of:BOB:bob-1:1 +main\/shop\/bob\n {6}UP: a copy/m,
  );
  assert.equal(text.match(/copy_of/g)?.length, 1);
  assert.match(text, /^8 changes; nothing is known yet$/m);
});
