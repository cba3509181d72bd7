import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainPublishing, renderPublishing, type StateOf } from '../../../../shared/api/explain-publishing.ts';
import type { MergedApplication } from '../../../../shared/registry/application.ts';

const NOW = 1_750_000_000_000;
type Known = NonNullable<ReturnType<StateOf>>;

function explained(states: Readonly<Record<string, Partial<Known>>>, hidden = 0, blocked?: string) {
  const served = [...Object.keys(states), 'a registered one'].map((id) => ({ id }));
  const application = { served, hidden: Array.from({ length: hidden }) } as unknown as MergedApplication;
  return explainPublishing(application, (id) => states[id] as Known | undefined, blocked);
}

test('entries are published, under way, or have the reason why they are not', () => {
  const states = {
    a: { since: NOW - 9_000 },
    b: {},
    c: { problem: 'refused' },
    d: { since: NOW - 60_000, problem: 'late' },
  };
  const all = explained(states, 2);
  assert.deepEqual(all, {
    entries: 4,
    published: [
      { id: 'a', since: '2025-06-15T15:06:31.000Z' },
      { id: 'd', since: '2025-06-15T15:05:40.000Z' },
    ],
    notPublished: [
      { id: 'b', reason: 'its registration is under way' },
      { id: 'c', reason: 'refused' },
      { id: 'd', reason: 'its last renewal failed: late' },
    ],
    notes: ['callers that ask the legacy itself still see the 2 hidden instances: hiding cannot be published'],
  });
  const lines = renderPublishing(all, NOW).split('\n');
  assert.match(lines[0] ?? '', /^published in the legacy: 2 of 4 entries, the newest for 9 ?s$/);
  assert.deepEqual(lines.slice(1, 4), [
    '  1 entry: its registration is under way',
    '  1 entry: refused',
    '  1 entry: its last renewal failed: late',
  ]);
  assert.match(lines[4] ?? '', /^ {2}callers that ask the legacy/);
});

test('what keeps all of them back is the reason of each, told once', () => {
  const all = explained({ a: { problem: 'x' }, b: {} }, 0, 'switched off');
  assert.ok(all !== undefined);
  assert.deepEqual(all.notes, []);
  assert.equal(all.published.length, 0);
  assert.equal(renderPublishing(all, NOW), 'published in the legacy: 0 of 2 entries\n  2 entries: switched off');
});

test('an application without entries to be published says nothing of it', () => {
  assert.equal(explained({}), undefined);
});
