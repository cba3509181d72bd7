import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Traffic } from '../../shared/contribution/traffic.ts';
import { trafficAt } from '../../shared/contribution/schedule.ts';
import { NO_CONTRIBUTION, type SourceContribution } from '../../shared/contribution/contribution.ts';
import { INSTANCE_STATUSES, type InstanceRecord, type InstanceStatus } from '../../shared/model/instance.ts';
import { appName, sourceId } from '../../shared/model/names.ts';
import type { MergedApplication } from '../../shared/registry/application.ts';
import { mergeApplication } from '../../shared/registry/merge.ts';
import { missOf, planShare, type ShareQuestion } from '../../shared/registry/share-plan.ts';
import { zoneOf } from '../../shared/registry/template.ts';
import { instance } from '../support/instances.ts';
import { OPEN_RULES } from '../support/merge-rules.ts';
import { publication } from '../support/publications.ts';

// Whatever is registered, ready and asked for: the entries stay within the bound, their share is the best that can be had,
// nothing else changes it, and every replica has the same.

const NOW = 1_750_000_000_000;
const ALICE = appName('ALICE');

interface Twin {
  readonly status: InstanceStatus;
  readonly zone: string;
  readonly amazon: boolean;
}

interface World {
  readonly twins: readonly Twin[];
  readonly ready: number;
  readonly traffic: Traffic;
  readonly copies: boolean;
  readonly maxEntries: number;
  readonly annotatedZone: string | undefined;
}

const percent = fc.oneof(
  fc.constantFrom(1, 10, 25, 50, 75, 90, 99),
  fc.integer({ min: 1, max: 99_999 }).map((thousandths) => thousandths / 1000),
);
const traffic: fc.Arbitrary<Traffic> = fc.oneof(
  fc.constantFrom<Traffic>(
    { kind: 'single' },
    { kind: 'ready' },
    { kind: 'share', percent: 0 },
    { kind: 'share', percent: 100 },
  ),
  percent.map((share): Traffic => ({ kind: 'share', percent: share })),
  fc.tuple(percent, percent).map(([first, last]): Traffic => ({
    kind: 'schedule',
    startsAt: NOW - 1000,
    steps: [
      { percent: first, lasts: 60_000 },
      { percent: last, lasts: 0 },
    ],
  })),
);
const world: fc.Arbitrary<World> = fc.record({
  twins: fc.array(
    fc.record({
      // Most are UP, as in life.
      status: fc.oneof(
        { weight: 4, arbitrary: fc.constant<InstanceStatus>('UP') },
        { weight: 1, arbitrary: fc.constantFrom(...INSTANCE_STATUSES) },
      ),
      zone: fc.constantFrom('a', 'b', 'c', ''),
      amazon: fc.boolean(),
    }),
    { maxLength: 12 },
  ),
  ready: fc.nat(6),
  traffic,
  copies: fc.boolean(),
  maxEntries: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constant(128), fc.integer({ min: 1, max: 300 })),
  annotatedZone: fc.option(fc.constantFrom('a', 'z'), { nil: undefined }),
});

function registered({ twins }: World): readonly InstanceRecord[] {
  return twins.map(({ status, zone, amazon }, i) =>
    instance('ALICE', `i-${i}`, {
      status,
      metadata: new Map([['instanceId', `x-${i}`], ...(zone === '' || amazon ? [] : [['zone', zone] as const])]),
      ...(amazon && {
        dataCenterInfo: { name: 'Amazon', metadata: new Map([['availability-zone', zone]]) } as const,
      }),
    }),
  );
}

function contributions(given: World, twins: readonly InstanceRecord[]): readonly SourceContribution[] {
  const { ready, maxEntries, copies, annotatedZone } = given;
  const plain = publication('ALICE');
  const published = publication('ALICE', {
    traffic: given.traffic,
    maxEntries,
    ...(copies && { copies: true }),
    readyEndpoints: ready,
    status: ready > 0 ? 'UP' : 'DOWN',
    overrides: { ...plain.overrides, zone: annotatedZone },
  });
  return [
    { source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, instances: twins } },
    { source: sourceId('cluster:main'), contribution: { ...NO_CONTRIBUTION, publications: [published] } },
  ];
}

function merge(given: World, before?: MergedApplication, twins = registered(given), now = NOW): MergedApplication {
  return mergeApplication(ALICE, contributions(given, twins), OPEN_RULES, before, now);
}

function made(application: MergedApplication, kind: 'ingress' | 'copy'): readonly InstanceRecord[] {
  return application.served.filter(({ id }) => application.origins.get(id)?.kind === kind);
}

function isReal({ status }: { readonly status: InstanceStatus }): boolean {
  return status === 'UP' || status === 'STARTING';
}

test('entries and copies together stay within the bound', () => {
  fc.assert(
    fc.property(world, (given) => {
      const merged = merge(given);
      assert.ok(made(merged, 'ingress').length + made(merged, 'copy').length <= given.maxEntries);
      assert.equal(made(merged, 'ingress').length, merged.dial?.entries);
      assert.equal(made(merged, 'copy').length, merged.dial?.copies);
      assert.equal(new Set(merged.served.map(({ id }) => id)).size, merged.served.length);
    }),
  );
});

test('each visible instance that is UP or STARTING is listed equally often, and no other; originals are untouched', () => {
  fc.assert(
    fc.property(world, (given) => {
      const twins = registered(given);
      const merged = merge(given, undefined, twins);
      const listed = new Map<string, number>();
      for (const { id } of made(merged, 'copy')) {
        const origin = merged.origins.get(id);
        assert.ok(origin?.kind === 'copy');
        listed.set(origin.original, (listed.get(origin.original) ?? 0) + 1);
      }
      if (listed.size > 0) {
        assert.deepEqual(
          [...listed.keys()].toSorted(),
          twins.flatMap((twin) => (isReal(twin) ? [twin.id] : [])).toSorted(),
        );
        assert.equal(new Set(listed.values()).size, 1);
      }
      const shown = new Set([...merged.served, ...merged.hidden.map(({ record }) => record)]);
      for (const twin of twins) assert.ok(shown.has(twin), 'the very object');
    }),
  );
});

/** Every number of listings, every number of entries in each zone. */
function bestByForce(question: ShareQuestion): number {
  const zones = [...question.zones];
  const total = zones.reduce((sum, [, real]) => sum + real, 0);
  let best = Number.POSITIVE_INFINITY;
  for (let listings = 1; (listings - 1) * total <= question.maxEntries; listings++) {
    const tryZone = (i: number, room: number, entries: ReadonlyMap<string, number>): void => {
      const zone = zones[i];
      if (zone === undefined) best = Math.min(best, missOf(question, { entries, listings, limited: false }));
      else for (let k = 0; k <= room; k++) tryZone(i + 1, room - k, new Map([...entries, [zone[0], k]]));
    };
    tryZone(0, question.maxEntries - (listings - 1) * total, new Map());
    if (!question.copies) break;
  }
  return best;
}

const question = (zones: number, most: number): fc.Arbitrary<ShareQuestion> =>
  fc.record({
    zones: fc
      .array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: zones })
      .map((counts) => new Map(counts.map((count, i) => [`zone${i}`, count]))),
    percent,
    maxEntries: fc.integer({ min: 1, max: most }),
    copies: fc.boolean(),
  });

test('in one zone no plan within the bound is nearer to the share: every one was tried', () => {
  fc.assert(
    fc.property(question(1, 150), (asked) => {
      assert.ok(missOf(asked, planShare(asked)) <= bestByForce(asked) + 1e-6);
    }),
  );
});

test('nor in several zones, also where the bound is smaller than the number of zones', () => {
  fc.assert(
    fc.property(question(3, 14), (asked) => {
      assert.ok(missOf(asked, planShare(asked)) <= bestByForce(asked) + 1e-6);
    }),
    { numRuns: 150 },
  );
});

test('the served share is the one that was planned, in the zones of the instances', () => {
  fc.assert(
    fc.property(world, (given) => {
      const merged = merge(given);
      const { question: asked, achievedPercent } = merged.dial ?? {};
      if (asked === undefined) return;
      const real = registered(given).filter(isReal);
      assert.equal(
        [...asked.zones.values()].reduce((sum, count) => sum + count, 0),
        real.length,
      );
      const entries = made(merged, 'ingress');
      const beside = real.length + made(merged, 'copy').length;
      const share = given.ready > 0 ? (100 * entries.length) / (entries.length + beside) : 0;
      assert.ok(Math.abs(share - (achievedPercent ?? 0)) <= 0.05 + 1e-9);
      const counts = new Map<string, number>();
      for (const entry of entries) counts.set(zoneOf(entry) ?? '', (counts.get(zoneOf(entry) ?? '') ?? 0) + 1);
      const { entries: planned } = planShare(asked);
      for (const [zone, count] of planned) assert.equal(counts.get(zone) ?? 0, count, zone);
    }),
  );
});

test('no entry changes when nothing relevant did: heartbeats, the order of arrival, time within a step', () => {
  fc.assert(
    fc.property(world, fc.integer({ min: 0, max: 50_000 }), (given, later) => {
      const first = merge(given);
      const beaten = registered(given).map((twin) => ({
        ...twin,
        leaseInfo: twin.leaseInfo && { ...twin.leaseInfo, lastRenewalTimestamp: NOW + later },
      }));
      const second = merge(given, first, beaten.toReversed(), NOW + later);
      assert.equal(second.served, first.served, 'the same list, so no change and nothing to encode');
    }),
  );
});

test('replicas agree, whatever each has seen before', () => {
  fc.assert(
    fc.property(world, fc.array(world, { maxLength: 4 }), fc.infiniteStream(fc.boolean()), (given, history, flips) => {
      let old: MergedApplication | undefined;
      for (const each of history) old = merge(each, old);
      const shuffled = registered(given).toSorted(() => (flips.next().value === true ? 1 : -1));
      const replica = merge(given, old, shuffled);
      const fresh = merge(given);
      const inherits = given.twins.length > 0;
      const shown = ({ served }: MergedApplication): readonly string[] =>
        served.map(({ id, status, metadata }) => `${id} ${status} ${inherits ? metadata.get('zone') : ''}`);
      assert.deepEqual(shown(replica), shown(fresh));
      assert.deepEqual(made(replica, 'copy'), made(fresh, 'copy'), 'copies to the last time stamp');
      assert.deepEqual({ ...replica.dial, question: undefined }, { ...fresh.dial, question: undefined });
    }),
  );
});

test('nothing and everything are exact, and single and ready are what they say', () => {
  fc.assert(
    fc.property(world, (given) => {
      const merged = merge(given);
      const { fixed } = trafficAt(given.traffic, NOW);
      const entries = made(merged, 'ingress').length;
      const real = given.twins.filter(isReal).length;
      if (fixed.kind === 'single') assert.equal(entries, 1);
      if (fixed.kind === 'ready')
        assert.equal(entries, Math.min(given.maxEntries, real === 0 ? 1 : Math.max(1, given.ready)));
      if (fixed.kind !== 'share' || fixed.percent === 0 || fixed.percent === 100)
        assert.equal(made(merged, 'copy').length, 0);
      if (fixed.kind === 'share' && fixed.percent === 0) assert.equal(entries, 0);
      if (fixed.kind === 'share' && fixed.percent === 100) {
        assert.ok(entries > 0);
        assert.equal(merged.served.length, entries, 'whatever is registered is hidden');
      }
    }),
  );
});
