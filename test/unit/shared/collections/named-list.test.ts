import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { appName, type AppName } from '../../../../shared/model/names.ts';
import { findByName, replaceByName, type Named } from '../../../../shared/collections/named-list.ts';

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
