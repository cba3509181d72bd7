import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { causeOf } from '../../../../shared/history/cause.ts';
import { patchOf, Rewind } from '../../../../shared/history/patch.ts';
import { weightOf } from '../../../../shared/history/weight.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import type { MergedApplication } from '../../../../shared/registry/application.ts';
import { mergeApplication, type MergeRules } from '../../../../shared/registry/merge.ts';
import { instance } from '../../../support/instances.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';

const NOW = 1_750_000_000_000;
const APP = appName('ORDERS');

function merged(
  instances: readonly InstanceRecord[],
  before?: MergedApplication,
  source = 'legacy',
): MergedApplication {
  const contribution = { instances, publications: [], refusals: [] };
  return mergeApplication(APP, [{ source: sourceId(source), contribution }], OPEN_RULES, before, NOW);
}

/** States of an application: which of five instances are there, each in one of a few contents. `undefined`: none. */
const states = fc.array(
  fc.option(
    fc.uniqueArray(
      fc.record({
        id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        status: fc.constantFrom('UP' as const, 'DOWN' as const),
        version: fc.constantFrom('1', '2'),
      }),
      { selector: ({ id }) => id },
    ),
    { nil: undefined },
  ),
  { minLength: 2, maxLength: 12 },
);

test('from any later state the patches lead back to each earlier one', () => {
  fc.assert(
    fc.property(states, (given) => {
      const history: (MergedApplication | undefined)[] = [];
      for (const state of given) {
        const records = state?.map(({ id, status, version }) =>
          instance('ORDERS', id, { status, metadata: new Map([['version', version]]) }),
        );
        history.push(
          records &&
            merged(
              records.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
              history.at(-1),
            ),
        );
      }
      const patches = history.slice(1).map((after, i) => patchOf(history[i], after));
      for (let then = 0; then < history.length; then++) {
        const rewind = new Rewind();
        for (const patch of patches.slice(then).toReversed()) if (patch !== undefined) rewind.add(patch);
        assert.deepEqual(rewind.applyTo(APP, history.at(-1)), history[then]);
      }
    }),
  );
});

test('what did not change is no patch, and a renewal no change', () => {
  const before = merged([instance('ORDERS', 'a'), instance('ORDERS', 'b')]);
  const renewed = instance('ORDERS', 'a');
  const leaseInfo = renewed.leaseInfo && { ...renewed.leaseInfo, lastRenewalTimestamp: NOW };
  assert.equal(patchOf(before, before), undefined);
  assert.equal(patchOf(before, merged([{ ...renewed, leaseInfo }, instance('ORDERS', 'b')], before)), undefined);
  assert.equal(patchOf(undefined, undefined), undefined);
});

test('a patch keeps of a changed entry the fields that changed, however large the entry is', () => {
  const metadata = new Map(Array.from({ length: 100 }, (_, i) => [`key-${i}`, 'x'.repeat(100)]));
  const before = merged([instance('ORDERS', 'a', { metadata })]);
  const after = merged([instance('ORDERS', 'a', { metadata, status: 'DOWN' })], before);
  const patch = patchOf(before, after);
  assert.ok(patch !== undefined);
  const [change] = patch.entries;
  assert.deepEqual(change?.kind === 'modified' && [change.before, change.after], [
    { status: 'UP' },
    { status: 'DOWN' },
  ]);
  assert.ok(weightOf(patch, after) < 2000, String(weightOf(patch, after)));
  assert.ok(weight(after, merged([], after)) > 10_000);
});

const HIDING: MergeRules = { ...OPEN_RULES, application: () => ({ policy: 'kubernetes-only', namespaces: [] }) };

/** All instances are hidden. */
function hiddenOf(instances: readonly InstanceRecord[], before?: MergedApplication): MergedApplication {
  const contribution = { instances, publications: [], refusals: [] };
  return mergeApplication(APP, [{ source: sourceId('legacy'), contribution }], HIDING, before, NOW);
}

const fat = (id: string, text: string): InstanceRecord =>
  instance('ORDERS', id, { metadata: new Map([['k', text.repeat(50_000)]]) });

function weight(before: MergedApplication | undefined, after: MergedApplication | undefined): number {
  const patch = patchOf(before, after);
  assert.ok(patch !== undefined);
  return weightOf(patch, after);
}

test('a patch weighs the hidden entries that it alone keeps', () => {
  const b = fat('b', 'b');
  const first = hiddenOf([fat('a', '1'), b]);
  const second = hiddenOf([fat('a', '2'), b], first);
  const third = hiddenOf([fat('a', '2'), b, fat('c', 'c')], second);
  const changed = weight(first, second);
  assert.ok(changed > 50_000 && changed < 55_000, `the one that changed: ${changed}`);
  const kept = weight(second, { ...third, hidden: [...second.hidden, ...third.hidden.slice(2)] });
  assert.ok(kept < 5000, `none that is still there: ${kept}`);
  assert.ok(weight(third, undefined) > 150_000, 'of an application that is gone all of them');
});

test('what twins left weighs, for they are gone; while they are there it is theirs', () => {
  const there = merged([fat('a', 'x')]);
  const gone = merged([], there);
  assert.ok(weight(there, gone) < 55_000, 'the instance alone');
  assert.ok(weight(gone, merged([fat('a', 'y')], gone)) > 50_000);
});

test('a text that is no Latin takes twice its length, and what is refused takes its texts', () => {
  const before = merged([fat('a', 'x')]);
  assert.ok(weight(merged([fat('a', 'ж')]), merged([])) > 100_000);
  const refusals = [{ object: 'legacy/a', code: 'id-taken' as const, reason: 'r'.repeat(10_000), since: NOW }];
  assert.ok(weight({ ...before, refusals }, before) > 10_000);
});

test('of an entry that came only its origin and status are kept', () => {
  const [change] = patchOf(merged([]), merged([fat('a', 'x')]))?.entries ?? [];
  assert.deepEqual(change, {
    kind: 'added',
    id: 'a',
    origin: { kind: 'registration', source: 'legacy' },
    status: 'UP',
  });
});

test('a policy that hides registrations is their cause with what it was and is, and so when they are back', () => {
  const both = merged([instance('ORDERS', 'a')]);
  const hidden = hiddenOf([instance('ORDERS', 'a')], both);
  const reasonOf = (before: MergedApplication, after: MergedApplication): string => {
    const [entry] = patchOf(before, after)?.entries ?? [];
    assert.ok(entry !== undefined);
    return causeOf(entry, before, after, { writes: [], guard: undefined }).reason;
  };
  assert.equal(reasonOf(both, hidden), 'hidden now, policy: the policy went from both to kubernetes-only');
  assert.equal(
    reasonOf(hidden, both),
    'no longer hidden, which it was by policy; the policy went from kubernetes-only to both',
  );
});
