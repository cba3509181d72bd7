import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { busiestZone, entriesForShare, spreadOver, totalOf } from '../../../../shared/registry/traffic.ts';

test('the number of entries comes closest to the share asked for', () => {
  assert.equal(entriesForShare(3, 25), 1);
  assert.equal(entriesForShare(3, 50), 3);
  assert.equal(entriesForShare(4, 20), 1);
  assert.equal(entriesForShare(10, 1), 0);
  assert.equal(entriesForShare(1, 90), 9);
  assert.equal(entriesForShare(5, 0), 0);
  assert.equal(entriesForShare(0, 40), 1);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 97 }), (real, percent) => {
      const share = (entries: number): number => Math.abs((100 * entries) / (entries + real) - percent);
      const best = Math.min(...Array.from({ length: 2000 }, (_, entries) => share(entries)));
      assert.ok(share(entriesForShare(real, percent)) <= best + 1e-9);
    }),
  );
});

test('entries spread like the real instances, by largest remainder', () => {
  assert.deepEqual(
    [
      ...spreadOver(
        new Map([
          ['b', 1],
          ['a', 3],
        ]),
        4,
      ),
    ].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    [
      ['a', 3],
      ['b', 1],
    ],
  );
  assert.deepEqual(
    [
      ...spreadOver(
        new Map([
          ['a', 1],
          ['b', 1],
          ['c', 1],
        ]),
        4,
      ),
    ],
    [
      ['a', 2],
      ['b', 1],
      ['c', 1],
    ],
  );
  assert.deepEqual([...spreadOver(new Map([['a', 0]]), 3)], [['a', 3]]);
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(9), { minKeys: 1 }),
      fc.nat(50),
      (zones, total) => {
        assert.equal(totalOf(spreadOver(new Map(Object.entries(zones)), total)), total);
      },
    ),
  );
});

test('a single entry is in the zone with the most real instances', () => {
  assert.equal(
    busiestZone(
      new Map([
        ['b', 2],
        ['a', 2],
        ['c', 1],
      ]),
    ),
    'a',
  );
  assert.equal(busiestZone(new Map()), undefined);
});
