import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { appName, type AppName } from '../../../../shared/model/names.ts';
import { findByName, positionOf, replaceByName, type Named } from '../../../../shared/collections/named-list.ts';

const name = fc.constantFrom('A', 'AB', 'B', 'C', 'D', 'E-1', 'E-2', 'Z').map(appName);
const items = fc.dictionary(name, fc.option(fc.nat(9), { nil: undefined }));

test('replacing by name equals a sorted map with the same changes', () => {
  fc.assert(
    fc.property(fc.array(items, { maxLength: 6 }), (rounds) => {
      let list: readonly (Named & { readonly value: number })[] = [];
      const naive = new Map<AppName, number>();
      for (const round of rounds) {
        const changes = new Map(
          Object.entries(round).map(([key, value]) => {
            const each = appName(key);
            if (value === undefined) naive.delete(each);
            else naive.set(each, value);
            return [each, value === undefined ? undefined : { name: each, value }] as const;
          }),
        );
        list = replaceByName(list, changes);
        assert.deepEqual(
          list.map((each) => [each.name, each.value]),
          [...naive].toSorted(([a], [b]) => (a < b ? -1 : 1)),
        );
        for (const each of ['A', 'AB', 'B', 'Y', 'Z'])
          assert.equal(findByName(list, each)?.value, naive.get(appName(each)));
      }
    }),
  );
});

test('without changes the list is the same object', () => {
  const list = [{ name: appName('A') }];
  assert.equal(replaceByName(list, new Map()), list);
});

test('a position is where a name is, or would be, and never before the one that is asked for', () => {
  const list = ['A', 'C', 'E', 'G'].map((each) => ({ name: appName(each) }));
  const positions = ['', 'A', 'B', 'C', 'F', 'G', 'H'].map((each) => positionOf(list, each));
  assert.deepEqual(positions, [0, 0, 1, 1, 3, 3, 4]);
  assert.equal(positionOf(list, 'A', 2), 2);
  assert.equal(positionOf([], 'A'), 0);
});

test('the list before stays as it was', () => {
  const list = ['A', 'B'].map((each) => ({ name: appName(each), value: 1 }));
  const a = appName('A');
  assert.equal(replaceByName(list, new Map([[a, { name: a, value: 2 }]]))[0]?.value, 2);
  assert.deepEqual(replaceByName(list, new Map([[a, undefined]])), [list[1]]);
  assert.deepEqual(
    list.map(({ value }) => value),
    [1, 1],
  );
});
