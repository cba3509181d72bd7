import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsAttention, type Row } from '../../../../shared/dashboard/row.ts';
import {
  isFiltered,
  look,
  queryOf,
  readRowView,
  SORT_KEYS,
  sortedBy,
  WHOLE_LIST,
  type RowView,
} from '../../../../shared/dashboard/row-view.ts';

function row(name: string, given: Partial<Row> = {}): Row {
  return {
    name,
    legacy: 1,
    copies: 0,
    kubernetes: 0,
    up: 1,
    hidden: 0,
    refused: 0,
    stage: 'legacy-only',
    status: 'UP',
    share: undefined,
    sources: ['legacy'],
    ...given,
  };
}

const ALICE = row('ALICE', {
  stage: 'dual',
  kubernetes: 1,
  up: 2,
  share: { asked: '50%', achievedPercent: 50 },
  sources: ['legacy', 'cluster:a'],
});
const BOB = row('BOB', { up: 0, status: 'DOWN' });
const CAROL = row('CAROL', {
  legacy: 0,
  kubernetes: 3,
  up: 3,
  stage: 'kubernetes-only',
  share: { asked: 'single', achievedPercent: 100 },
  sources: ['cluster:a'],
});
const DAVE = row('DAVE-PAYMENTS', { refused: 1 });
const ALL = [ALICE, BOB, CAROL, DAVE];

function names(view: Partial<RowView>): readonly string[] {
  return look(ALL, { ...WHOLE_LIST, ...view }).map(({ name }) => name);
}

test('every word of the search must be in the name, in any case and order', () => {
  assert.deepEqual(names({ text: 'payments dave' }), ['DAVE-PAYMENTS']);
  assert.deepEqual(names({ text: '  ' }), ['ALICE', 'BOB', 'CAROL', 'DAVE-PAYMENTS']);
  assert.deepEqual(names({ text: 'nobody' }), []);
});

test('stage, status and source narrow the list together', () => {
  assert.deepEqual(names({ stage: 'dual' }), ['ALICE']);
  assert.deepEqual(names({ status: 'DOWN' }), ['BOB']);
  assert.deepEqual(names({ source: 'cluster:a' }), ['ALICE', 'CAROL']);
  assert.deepEqual(names({ source: 'cluster:a', stage: 'dual' }), ['ALICE']);
});

test('attention is for what is not served or not UP', () => {
  assert.deepEqual(names({ status: 'attention' }), ['BOB', 'DAVE-PAYMENTS']);
  assert.equal(needsAttention(row('X', { legacy: 0, up: 0, status: 'NONE' })), true);
});

test('every order is total, turned round by descending, and by name where it does not decide', () => {
  assert.deepEqual(names({ sort: 'name', descending: true }), ['DAVE-PAYMENTS', 'CAROL', 'BOB', 'ALICE']);
  assert.deepEqual(names({ sort: 'kubernetes', descending: true }), ['CAROL', 'ALICE', 'BOB', 'DAVE-PAYMENTS']);
  assert.deepEqual(names({ sort: 'status' }), ['BOB', 'ALICE', 'CAROL', 'DAVE-PAYMENTS']);
  assert.deepEqual(names({ sort: 'share', descending: true }), ['CAROL', 'ALICE', 'BOB', 'DAVE-PAYMENTS']);
  for (const sort of SORT_KEYS) assert.equal(new Set(names({ sort })).size, ALL.length, sort);
});

test('what the query says is what is read from it', () => {
  const view: RowView = {
    text: 'a&b=c',
    stage: 'dual',
    status: 'attention',
    source: 'cluster:a',
    sort: 'up',
    descending: true,
  };
  const written = new URLSearchParams(queryOf(view, 3));
  assert.deepEqual(
    readRowView((name) => written.get(name) ?? undefined),
    view,
  );
  assert.equal(written.get('page'), '3');
  assert.equal(queryOf(WHOLE_LIST), '');
  assert.deepEqual(
    readRowView(() => undefined),
    WHOLE_LIST,
  );
  assert.deepEqual(
    readRowView(() => 'nonsense'),
    { ...WHOLE_LIST, text: 'nonsense', source: 'nonsense' },
  );
});

test('a click on a column begins with the largest number or the first name, and a second one turns it round', () => {
  const byUp = sortedBy(WHOLE_LIST, 'up');
  assert.deepEqual([byUp.sort, byUp.descending], ['up', true]);
  assert.equal(sortedBy(byUp, 'up').descending, false);
  assert.equal(sortedBy(WHOLE_LIST, 'stage').descending, false);
  assert.equal(sortedBy(WHOLE_LIST, 'name').descending, true);
});

test('a search or a choice is a filter, an order is none', () => {
  assert.equal(isFiltered({ ...WHOLE_LIST, sort: 'up', descending: true }), false);
  assert.equal(isFiltered({ ...WHOLE_LIST, source: 'legacy' }), true);
});
