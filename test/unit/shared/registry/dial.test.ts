import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dialTraffic, type Slot } from '../../../../shared/registry/dial.ts';
import { publication } from '../../../support/publications.ts';

const zoneNames = fc.constantFrom('a', 'b', 'c', '');
const percent = fc.integer({ min: 1, max: 99 });

/** The entries of each cluster, as `cluster index zone`. */
function entries(slots: readonly Slot[]): readonly string[] {
  return slots.map(({ publication: { cluster }, index, zone }) => `${cluster} ${index} ${zone}`).toSorted();
}

function total(zones: ReadonlyMap<string, number>): number {
  return [...zones.values()].reduce((sum, count) => sum + count, 0);
}

test('the entries of a publication are numbered from 0 without a gap, whatever their zones', () => {
  const zones = fc.array(fc.tuple(zoneNames, fc.integer({ min: 1, max: 9 }))).map((pairs) => new Map(pairs));
  const clusters = fc.subarray(['main', 'west', 'east'], { minLength: 1 });
  fc.assert(
    fc.property(zones, percent, clusters, fc.boolean(), (real, share, names, oneDown) => {
      const publications = names.map((cluster, i) =>
        publication('ALICE', {
          cluster,
          traffic: { kind: 'share', percent: share },
          status: oneDown && i === 0 ? 'DOWN' : 'UP',
        }),
      );
      const { slots } = dialTraffic(publications, real, total(real));
      for (const each of publications) {
        const indexes = slots.filter((slot) => slot.publication === each).map(({ index }) => index);
        assert.deepEqual(indexes, [...indexes.keys()]);
      }
    }),
  );
});

test('a higher share adds entries and leaves the others as they are, when all zones have the same size', () => {
  const zones = fc
    .tuple(fc.uniqueArray(zoneNames, { minLength: 1 }), fc.integer({ min: 1, max: 9 }))
    .map(([names, size]) => new Map(names.map((name) => [name, size])));
  fc.assert(
    fc.property(zones, percent, percent, (real, one, other) => {
      const at = (share: number): readonly string[] => {
        const traffic = { kind: 'share', percent: share } as const;
        return entries(dialTraffic([publication('ALICE', { traffic, maxEntries: 10_000 })], real, total(real)).slots);
      };
      const higher = new Set(at(Math.max(one, other)));
      assert.deepEqual(
        at(Math.min(one, other)).filter((entry) => !higher.has(entry)),
        [],
      );
    }),
  );
});

test('without a share each cluster has one entry of its own, UP or DOWN', () => {
  const publications = [publication('ALICE'), publication('ALICE', { cluster: 'west', status: 'DOWN' })];
  const real = new Map([['a', 2]]);
  assert.deepEqual(entries(dialTraffic(publications, real, 2).slots), ['main 0 a', 'west 0 a']);
});
