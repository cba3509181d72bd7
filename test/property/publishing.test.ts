import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { INSTANCE_STATUSES, type InstanceRecord } from '../../shared/model/instance.ts';
import { appName, type InstanceId } from '../../shared/model/names.ts';
import type { PublishAnswer, PublishRequest } from '../../shared/publish/exchange.ts';
import { PublishLedger } from '../../shared/publish/publish-ledger.ts';
import { publishedForm } from '../../shared/publish/published-form.ts';
import { instance } from '../support/instances.ts';
import { StockRegistryModel } from '../support/stock-registry-model.ts';
import { syntheticEntry } from '../support/synthetic-entries.ts';

const APPS = ['CAROL', 'DAVE'].map(appName);
/** Of this entry the legacy has a registration that no Eurek8s made. */
const TAKEN = syntheticEntry('DAVE', 3);
/** Nobody here ever wants this entry. */
const UNKNOWN = syntheticEntry('CAROL', 99);
const STATUSES = INSTANCE_STATUSES.filter((status) => status !== 'UNKNOWN');
const FAILED: PublishAnswer = { kind: 'failed', reason: 'lost' };

const entries = (app: string): fc.Arbitrary<readonly InstanceRecord[]> =>
  fc.uniqueArray(
    fc
      .record({
        index: fc.nat(3),
        status: fc.constantFrom(...STATUSES),
        ipAddr: fc.constantFrom('10.0.0.1', '10.0.0.2'),
      })
      .map(({ index, ...changes }) => syntheticEntry(app, index, changes)),
    { selector: ({ id }) => id },
  );
const wish = fc.oneof(...APPS.map((app) => entries(app).map((records) => ({ app, records }))));
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('want' as const), replica: fc.nat(1), wish }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      replica: fc.nat(1),
      lost: fc.constantFrom('no', 'no', 'request', 'answer'),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('answer' as const), replica: fc.nat(1), at: fc.nat(7) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(60_000) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('settle' as const), ms: fc.nat(40_000) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'lose-all' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), replica: fc.nat(1) }) },
);

interface Replica {
  ledger: PublishLedger;
  /** What is wanted, and what was wanted since the start of its process. */
  readonly wanted: Map<string, readonly InstanceRecord[]>;
  readonly known: Set<InstanceId>;
  underWay: { readonly request: PublishRequest; readonly answer: PublishAnswer }[];
}

class World {
  now = 1_000_000;
  readonly legacy = new StockRegistryModel();
  readonly #random: () => number;
  readonly replicas: readonly Replica[];

  constructor(seed: number, replicas: number) {
    let state = seed;
    this.#random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    this.replicas = Array.from({ length: replicas }, () => this.#replica());
    this.fill();
  }

  /** What others registered. */
  fill(): void {
    this.legacy.register(instance('DAVE', TAKEN.id));
    this.legacy.register(publishedForm(UNKNOWN));
  }

  #replica(): Replica {
    return { ledger: new PublishLedger(this.#random), wanted: new Map(), known: new Set(), underWay: [] };
  }

  want(replica: Replica, app: string, records: readonly InstanceRecord[]): void {
    replica.wanted.set(app, records);
    for (const { id } of records) replica.known.add(id);
    replica.ledger.want(appName(app), records, this.now);
  }

  send(replica: Replica, lost: string): boolean {
    const request = replica.ledger.take(this.now);
    if (request === undefined) return false;
    if (request.kind === 'cancel')
      assert.ok(replica.known.has(request.id), `cancels ${request.id}, which it does not know`);
    const answer = lost === 'request' ? FAILED : this.legacy.apply(request);
    replica.underWay.push({ request, answer: lost === 'answer' ? FAILED : answer });
    return true;
  }

  answer(replica: Replica, at: number): void {
    const [done] = replica.underWay.splice(at % Math.max(1, replica.underWay.length), 1);
    if (done !== undefined) replica.ledger.answered(done.request, done.answer, this.now);
  }

  /** A new process, which wants what the old one wanted at last. */
  restart(replica: Replica): void {
    replica.ledger = new PublishLedger(this.#random);
    replica.known.clear();
    replica.underWay = [];
    for (const [app, records] of replica.wanted) this.want(replica, app, records);
  }

  /** Everything is sent and answered for so long. */
  settle(ms: number): void {
    for (const end = this.now + ms; this.now < end; this.now += 500)
      for (const replica of this.replicas)
        while (replica.underWay.length > 0 || this.send(replica, 'no')) this.answer(replica, 0);
  }
}

test('whatever is wanted, lost and restarted: one or two replicas bring the legacy to what they want, and then it is quiet', () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }),
      fc.tuple(...APPS.map(entries)),
      fc.integer({ min: 1, max: 1e9 }),
      fc.integer({ min: 1, max: 2 }),
      (steps, last, seed, replicas) => {
        const world = new World(seed, replicas);
        const [first] = world.replicas;
        assert.ok(first);
        const withdrawn = new Set<InstanceId>();
        for (const each of steps)
          switch (each.do) {
            case 'want': {
              const replica = world.replicas[each.replica] ?? first;
              world.want(replica, each.wish.app, each.wish.records);
              break;
            }
            case 'send':
              world.send(world.replicas[each.replica] ?? first, each.lost);
              break;
            case 'answer':
              world.answer(world.replicas[each.replica] ?? first, each.at);
              break;
            case 'wait':
              world.now += each.ms;
              break;
            case 'settle':
              world.settle(each.ms);
              break;
            case 'lose-all':
              world.legacy.clear();
              world.fill();
              break;
            case 'restart': {
              const replica = world.replicas[each.replica] ?? first;
              // What a process withdraws and cannot cancel before its end runs out by itself.
              for (const id of replica.known) withdrawn.add(id);
              world.restart(replica);
            }
          }
        // At last both see the same registry.
        for (const replica of world.replicas) {
          for (const [i, app] of APPS.entries()) world.want(replica, app, last[i] ?? []);
        }
        world.settle(180_000);
        const wanted = new Map<InstanceId, InstanceRecord>(
          APPS.flatMap((app) => (first.wanted.get(app) ?? []).map((record) => [record.id, record] as const)),
        );
        for (const [id, record] of wanted)
          if (id !== TAKEN.id) assert.deepEqual(world.legacy.instances.get(id), publishedForm(record));
        for (const id of world.legacy.instances.keys())
          assert.ok(
            wanted.has(id) || id === TAKEN.id || id === UNKNOWN.id || withdrawn.has(id),
            `${id} was left there`,
          );
        assert.equal(world.legacy.instances.get(TAKEN.id)?.metadata.size, 1);
        assert.ok(world.legacy.instances.has(UNKNOWN.id));

        const changes = world.legacy.changes.length;
        const before = world.legacy.renewals;
        world.settle(300_000);
        assert.equal(world.legacy.changes.length, changes, 'nothing flaps');
        const published = [...wanted.keys()].filter((id) => id !== TAKEN.id).length;
        assert.equal(world.legacy.renewals - before, replicas * 10 * published);
      },
    ),
    { numRuns: 300 },
  );
});
