import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChangeReport } from '../../../../shared/api/changes.ts';
import { reportedFields } from '../../../../shared/api/reported-fields.ts';
import { changedText } from '../../../../shared/api/folded-changes.ts';
import { renderChanges } from '../../../../shared/api/render-changes.ts';

/** Metadata of so many keys, all with this value. */
function metadata(count: number, value: string, key = 'k'): ReadonlyMap<string, string> {
  return new Map(Array.from({ length: count }, (_, i) => [`${key}${i}`, value]));
}

function changed(count: number, length = 1) {
  return reportedFields(
    { status: 'UP', metadata: metadata(count, 'a'.repeat(length)), vipAddress: 'old' },
    { status: 'DOWN', metadata: metadata(count, 'b'.repeat(length)), vipAddress: 'new' },
  );
}

test('a change of some fields has all of them, in the order of the fields', () => {
  const { values, moreFields } = changed(2);
  assert.equal(moreFields, 0);
  assert.deepEqual(values, [
    { field: 'status', from: 'UP', to: 'DOWN' },
    { field: 'metadata.k0', from: 'a', to: 'b' },
    { field: 'metadata.k1', from: 'a', to: 'b' },
    { field: 'vipAddress', from: 'old', to: 'new' },
  ]);
  const gone = reportedFields({ metadata: metadata(1, 'a') }, { metadata: metadata(1, 'a', 'new') });
  assert.deepEqual(
    gone.values.map(({ field, from, to }) => [field, from, to]),
    [
      ['metadata.k0', 'a', ''],
      ['metadata.new0', '', 'a'],
    ],
  );
});

test('of thousands of metadata keys the first are told, and how many more; other fields before them', () => {
  for (const [count, length] of [
    [30_000, 1],
    [39, 1],
    [2_200, 210],
    [100, 100_000],
  ] as const) {
    const { values, moreFields } = changed(count, length);
    assert.equal(values.length + moreFields, count + 2);
    assert.ok(moreFields > 0 && values.length <= 40, `${values.length} of ${count}`);
    assert.deepEqual([values[0]?.field, values.at(-1)?.field], ['status', 'vipAddress']);
    assert.ok(JSON.stringify(values).length < 12_000);
  }
  const named = reportedFields({ metadata: new Map() }, { metadata: metadata(1, 'b', 'k'.repeat(400_000)) });
  assert.ok(JSON.stringify(named).length < 1000);
});

test('people are told as many as fit beside the cause, and how many more there are', () => {
  const { values, moreFields } = changed(1000, 150);
  const change: ChangeReport = {
    at: undefined,
    version: 1,
    app: 'ORDERS',
    id: 'o-1',
    kind: 'modified',
    status: 'DOWN',
    fields: values.map(({ field }) => field),
    values,
    moreFields,
    cause: { source: 'legacy', reason: 'legacy lists it so' },
  };
  const text = changedText(change);
  const [, more = ''] = /, and (\d+) more fields$/.exec(text) ?? [];
  assert.equal(text.split(' → ').length - 1 + Number(more), 1002);
  assert.ok(text.length < 700);
  assert.match(renderChanges({ changes: [change], oldest: undefined }), / more fields: legacy lists it so$/m);
  assert.match(changedText({ ...change, values: [], moreFields: 1 }), /^and 1 more field$/);
});
