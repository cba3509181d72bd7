import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NO_CONTRIBUTION, type SourceContribution } from '../../shared/contribution/contribution.ts';
import type { Publication } from '../../shared/contribution/publication.ts';
import { INSTANCE_STATUSES, type InstanceRecord } from '../../shared/model/instance.ts';
import { appName, sourceId } from '../../shared/model/names.ts';
import type { MergedApplication } from '../../shared/registry/application.ts';
import { mergeApplication, type MergeRules } from '../../shared/registry/merge.ts';
import { ABSORBED, overlayRules, unreachable } from '../../shared/registry/overlay.ts';
import { instance } from '../support/instances.ts';
import { OPEN_RULES } from '../support/merge-rules.ts';
import { publication } from '../support/publications.ts';

const APP = appName('ALICE');
const NOW = 1_760_000_000_000;
const overlay = overlayRules({ cidrs: ['10.42.0.0/16', 'fd00::/8'], action: 'absorb' });

const inside = fc.constantFrom('10.42.0.7', '::ffff:10.42.0.8', 'fd12::1', '[fd12::2]', 'fd12::3%eth0');
const outside = fc.constantFrom('172.16.0.1', '10.43.0.7', '2001:db8::1', 'box.example.com', '');

/** Few ids, so that the registries often have the same one. */
function registration(address: fc.Arbitrary<string>): fc.Arbitrary<InstanceRecord> {
  return fc
    .record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      ipAddr: address,
      hostName: fc.oneof(fc.constant('host.example.com'), address),
      status: fc.constantFrom(...INSTANCE_STATUSES),
      zone: fc.constantFrom('z1', 'z2'),
      vipAddress: fc.constantFrom('alice', 'Alice.V2'),
    })
    .map(({ id, zone, ...given }) => instance('ALICE', id, { ...given, metadata: new Map([['zone', zone]]) }));
}

const registry = (address: fc.Arbitrary<string>): fc.Arbitrary<readonly InstanceRecord[]> =>
  fc.uniqueArray(registration(address), { selector: ({ id }) => id, maxLength: 4 });

const published: fc.Arbitrary<readonly Publication[]> = fc.oneof(
  fc.constant([]),
  fc
    .constantFrom(
      { kind: 'single' } as const,
      { kind: 'share', percent: 50 } as const,
      { kind: 'share', percent: 100 } as const,
    )
    .map((traffic) => [publication('ALICE', { traffic })]),
);

const rulesWith = (ownership: MergeRules['ownership']): MergeRules => ({ ...OPEN_RULES, ownership, overlay });

test('whatever was absorbed, and wherever its ids are besides: the lists, the dial and what is inherited are the same', () => {
  const world = fc.record({
    absorbed: registry(inside),
    // A lease that was absorbed under other networks.
    strays: registry(outside),
    legacy: registry(fc.oneof(inside, outside)),
    published,
    ownership: fc.constantFrom('open' as const, 'legacy-listed' as const),
  });
  fc.assert(
    fc.property(world, ({ absorbed, strays, legacy, published: publications, ownership }) => {
      const from = (instances: readonly InstanceRecord[]): SourceContribution => ({
        source: ABSORBED,
        contribution: { ...NO_CONTRIBUTION, instances },
      });
      const others: readonly SourceContribution[] = [
        { source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, instances: legacy } },
        { source: sourceId('cluster:main'), contribution: { ...NO_CONTRIBUTION, publications } },
      ];
      const rules = rulesWith(ownership);
      const merge = (contributions: readonly SourceContribution[]): MergedApplication =>
        mergeApplication(APP, contributions, rules, undefined, NOW);
      const without = merge(others);
      for (const kept of [absorbed, strays]) {
        const merged = merge([from(kept), ...others]);
        assert.deepEqual(merged.served, without.served);
        assert.deepEqual(merged.dial, without.dial);
        assert.deepEqual(merged.template, without.template);
        assert.deepEqual(merged.counts, without.counts);
        for (const record of merged.served) assert.equal(unreachable(record, overlay), undefined, record.id);
        const hidden = merged.hidden.map(({ record }) => record.id);
        assert.equal(
          new Set([...merged.served.map(({ id }) => id), ...hidden]).size,
          merged.served.length + hidden.length,
        );
        for (const { id } of kept)
          assert.ok(
            hidden.includes(id) || merged.refusals.some(({ object }) => object === `${ABSORBED}/${id}`),
            `${id} is accounted for`,
          );
      }
    }),
  );
});
