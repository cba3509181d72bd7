import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApplicationMigration } from '../../../../shared/api/migration.ts';
import {
  lookAtMigration,
  migrationQueryOf,
  migrationRow,
  readMigrationView,
  WHOLE_MIGRATION,
  type MigrationView,
} from '../../../../shared/dashboard/migration-view.ts';

function application(name: string, given: Partial<ApplicationMigration> = {}): ApplicationMigration {
  return { name, stage: 'dual', share: undefined, registered: 1, kubernetes: 1, callers: [], todo: ['x'], ...given };
}

const ALL = [
  application('ALICE'),
  application('BOB-PAYMENTS', { stage: 'legacy-only' }),
  application('CAROL', { stage: 'kubernetes-only', todo: [] }),
];

function names(view: Partial<MigrationView>): readonly string[] {
  return lookAtMigration(ALL, { ...WHOLE_MIGRATION, ...view }).map(({ name }) => name);
}

test('the search, the stage and what is left narrow the list together', () => {
  assert.deepEqual(names({}), ['ALICE', 'BOB-PAYMENTS', 'CAROL']);
  assert.deepEqual(names({ text: 'payments bob' }), ['BOB-PAYMENTS']);
  assert.deepEqual(names({ stage: 'kubernetes-only' }), ['CAROL']);
  assert.deepEqual(names({ left: true }), ['ALICE', 'BOB-PAYMENTS']);
  assert.deepEqual(names({ left: true, stage: 'kubernetes-only' }), []);
});

test('what the query says is what is read from it', () => {
  const view: MigrationView = { text: 'a&b', stage: 'dual', left: true };
  const written = new URLSearchParams(migrationQueryOf(view, 2));
  assert.deepEqual(
    readMigrationView((name) => written.get(name) ?? undefined),
    view,
  );
  assert.equal(written.get('page'), '2');
  assert.equal(migrationQueryOf(WHOLE_MIGRATION), '');
  assert.deepEqual(
    readMigrationView(() => 'x'),
    { ...WHOLE_MIGRATION, text: 'x' },
  );
});

test('a row that has too much says how much is left out', () => {
  const many = Array.from({ length: 9 }, (_, i) => `n-${i}`);
  const row = migrationRow(application('ALICE', { callers: many, todo: many }));
  assert.deepEqual([row.callers.length, row.todo.length, row.more], [5, 6, { callers: 4, todo: 3 }]);
});
