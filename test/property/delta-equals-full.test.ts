import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { INSTANCE_STATUSES, type InstanceRecord } from '../../shared/model/instance.ts';
import { appName, sourceId, type AppName } from '../../shared/model/names.ts';
import type { AppContribution } from '../../shared/registry/contribution.ts';
import { NO_CONTRIBUTION } from '../../shared/registry/contribution.ts';
import { DELTA_WINDOW_MS } from '../../shared/registry/delta.ts';
import { countStatuses, hashCode } from '../../shared/registry/hashcode.ts';
import { instanceById, instancesByVip } from '../../shared/registry/lookup.ts';
import { mergeApplication, type MergeRules } from '../../shared/registry/merge.ts';
import { advance, application, emptySnapshot, type RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import { instance } from '../support/instances.ts';
import { JavaClient, served } from '../support/java-client.ts';
import { publication } from '../support/publications.ts';

const RUNS = Number(process.env['EUREK8S_PROPERTY_RUNS'] ?? 1000);
const SEED = Number(process.env['EUREK8S_PROPERTY_SEED'] ?? Date.now() % 2 ** 31);

const RULES: MergeRules = {
  application: (name) => ({ policy: name === 'C' ? 'prefer-kubernetes' : 'both', namespaces: [] }),
  overlay: { networks: [], action: 'forward' },
};

type Step =
  | {
      readonly kind: 'put';
      readonly source: 0 | 1;
      readonly app: string;
      readonly id: string;
      readonly status: number;
      readonly color: number;
    }
  | { readonly kind: 'drop'; readonly source: 0 | 1; readonly app: string; readonly id: string }
  | { readonly kind: 'publish'; readonly app: string; readonly up: boolean; readonly percent: number }
  | { readonly kind: 'unpublish'; readonly app: string }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'join' }
  | { readonly kind: 'poll'; readonly client: number };

const app = fc.constantFrom('A', 'B', 'C');
const id = fc.constantFrom('i1', 'i2', 'i3', 'i4');
const source = fc.constantFrom<0 | 1>(0, 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('put' as const), source, app, id, status: fc.nat(4), color: fc.nat(2) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('drop' as const), source, app, id }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('publish' as const),
      app,
      up: fc.boolean(),
      percent: fc.constantFrom(0, 25, 50, 100),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('unpublish' as const), app }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 30_000, 290_000, 301_000) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'join' as const }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('poll' as const), client: fc.nat(7) }) },
);

/** A naive registry driven step by step, with the snapshots the product makes of it. */
class World {
  now = 1_750_000_000_000;
  snapshot: RegistrySnapshot = emptySnapshot(1, this.now);
  readonly #registered = [new Map<string, InstanceRecord>(), new Map<string, InstanceRecord>()];
  readonly #published = new Map<string, ReturnType<typeof publication>>();

  apply(step: Step): void {
    switch (step.kind) {
      case 'put':
        this.#registered[step.source]?.set(
          `${step.app}/${step.id}`,
          instance(step.app, step.id, {
            status: INSTANCE_STATUSES[step.status] ?? 'UP',
            metadata: new Map([['color', String(step.color)]]),
          }),
        );
        return this.#publish(step.app);
      case 'drop':
        this.#registered[step.source]?.delete(`${step.app}/${step.id}`);
        return this.#publish(step.app);
      case 'publish':
        this.#published.set(
          step.app,
          publication(step.app, { status: step.up ? 'UP' : 'DOWN', traffic: { kind: 'share', percent: step.percent } }),
        );
        return this.#publish(step.app);
      case 'unpublish':
        this.#published.delete(step.app);
        return this.#publish(step.app);
      case 'wait':
        this.now += step.ms;
        this.snapshot = advance(this.snapshot, new Map(), this.now).snapshot;
        return undefined;
      case 'join':
      case 'poll':
        return undefined;
    }
  }

  #publish(name: string): void {
    const contributions = this.#registered.map((instances, i) => ({
      source: sourceId(`legacy${i}`),
      contribution: {
        ...NO_CONTRIBUTION,
        instances: [...instances].filter(([key]) => key.startsWith(`${name}/`)).map(([, record]) => record),
      } satisfies AppContribution,
    }));
    const published = this.#published.get(name);
    const all = [
      ...contributions,
      {
        source: sourceId('cluster:main'),
        contribution: { ...NO_CONTRIBUTION, publications: published === undefined ? [] : [published] },
      },
    ];
    const merged = mergeApplication(appName(name), all, RULES, application(this.snapshot, name), this.now);
    this.snapshot = advance(
      this.snapshot,
      new Map<AppName, typeof merged>([[appName(name), merged]]),
      this.now,
    ).snapshot;
  }
}

test(`a client that polls deltas holds exactly the full answer (seed ${SEED}, ${RUNS} sequences)`, () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const world = new World();
      const clients: { readonly client: JavaClient; polledAt: number }[] = [];
      for (const each of steps) {
        world.apply(each);
        if (each.kind === 'join') {
          const client = new JavaClient();
          client.fetchFull(world.snapshot);
          clients.push({ client, polledAt: world.now });
        } else if (each.kind === 'poll' && clients.length > 0) {
          const entry = clients[each.client % clients.length];
          if (entry === undefined) continue;
          const away = world.now - entry.polledAt;
          const agrees = entry.client.fetchDelta(world.snapshot);
          if (away < DELTA_WINDOW_MS) {
            assert.ok(agrees, 'hash mismatch within the delta window');
            assert.deepEqual(entry.client.held().map(comparable), served(world.snapshot).map(comparable));
          } else entry.client.fetchFull(world.snapshot);
          entry.polledAt = world.now;
        }
      }
    }),
    { seed: SEED, numRuns: RUNS },
  );
});

test(`counts, hash and indexes agree with a computation from scratch (seed ${SEED}, ${RUNS} sequences)`, () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const world = new World();
      for (const each of steps) world.apply(each);
      const all = world.snapshot.applications.flatMap(({ served }) => served);
      assert.deepEqual(world.snapshot.counts, countStatuses(all));
      assert.equal(world.snapshot.hashCode, hashCode(countStatuses(all)));
      const names = world.snapshot.applications.map(({ name }) => name);
      assert.deepEqual(names, names.toSorted());
      for (const record of all) assert.equal(instanceById(world.snapshot, record.id)?.id, record.id);
      for (const vip of ['a', 'b', 'c', 'A'])
        assert.deepEqual(
          instancesByVip(world.snapshot, 'vip', vip).flatMap(({ instances }) => instances),
          all.filter(({ vipAddress }) => vipAddress === vip),
        );
    }),
    { seed: SEED, numRuns: RUNS },
  );
});

/** Everything but what a client cannot see in a delta. */
function comparable([key, record]: readonly [string, InstanceRecord]): unknown {
  return [key, { ...record, metadata: [...record.metadata] }];
}
