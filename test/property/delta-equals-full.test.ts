import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { InstanceRecord } from '../../shared/model/instance.ts';
import { isSyntheticId } from '../../shared/model/names.ts';
import { sameToClients } from '../../shared/model/same-content.ts';
import { DELTA_WINDOW, type DeltaWindow } from '../../shared/registry/delta-window.ts';
import { countStatuses, hashCode } from '../../shared/registry/hashcode.ts';
import { instanceById, instanceOf, instancesByVip, servedApplication } from '../../shared/registry/lookup.ts';
import type { RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import { JavaClient, served } from '../support/java-client.ts';
import { anyStep } from '../support/registry-steps.ts';
import { RegistryWorld } from '../support/registry-world.ts';

const RUNS = Number(process.env['EUREK8S_PROPERTY_RUNS'] ?? 1000);
const SEED = Number(process.env['EUREK8S_PROPERTY_SEED'] ?? Date.now() % 2 ** 31);
const RUN = { seed: SEED, numRuns: RUNS };
/** The maximum length of a run. By default most runs would be too short for a client to join and poll. */
const sequences = fc.array(anyStep, { maxLength: 60, size: 'max' });
const windows: fc.Arbitrary<DeltaWindow> = fc
  .record({
    leastMs: fc.constantFrom(1000, 45_000, 180_000),
    more: fc.constantFrom(0, 700, 120_000),
    maxSmallDelta: fc.constantFrom(0, 1, 3, 1000),
    maxRestamped: fc.constantFrom(0, 2, 1000),
  })
  .map(({ more, ...window }) => ({ ...window, mostMs: window.leastMs + more }));
const NAMED = `seed ${SEED}, ${RUNS} sequences`;

test(`a client that polls deltas has exactly the full answer (${NAMED})`, () => {
  let polls = 0;
  let late = 0;
  let lateAndCovered = 0;
  fc.assert(
    fc.property(windows, sequences, (window, steps) => {
      const world = new RegistryWorld(window);
      const clients: { readonly client: JavaClient; polledAt: number; version: number }[] = [];
      for (const each of steps) {
        const { version } = world.snapshot;
        world.apply(each);
        const { snapshot } = world;
        const now = world.clock.now();
        // What leaves while nothing changes leaves later, with the next look at the log.
        if (snapshot.version !== version) expectNothingTooOld(snapshot, window);
        if (each.kind === 'join') {
          const client = new JavaClient();
          client.fetchFull(snapshot);
          clients.push({ client, polledAt: now, version: snapshot.version });
        } else if (each.kind === 'poll' && clients.length > 0) {
          const entry = clients[each.client % clients.length];
          if (entry === undefined) continue;
          const away = now - entry.polledAt;
          const agrees = entry.client.fetchDelta(snapshot);
          // The hub does not know what changed while it was down.
          const covered = entry.version >= snapshot.log.since;
          if (entry.polledAt >= world.startedAt && away < window.leastMs)
            assert.ok(covered, `a change left the delta within ${away} of ${window.leastMs} ms`);
          if (covered) assert.ok(agrees, 'hash mismatch though the delta has every change');
          // As long as the first delta of a hub has the whole registry, a client with too many instances finds out by
          // the hash code.
          else if (!agrees || now - world.startedAt >= window.leastMs) entry.client.fetchFull(snapshot);
          assert.deepEqual(entry.client.held().map(comparable), served(snapshot).map(comparable));
          entry.polledAt = now;
          entry.version = snapshot.version;
          polls++;
          if (away >= window.leastMs) late++;
          if (away >= window.leastMs && covered) lateAndCovered++;
        }
      }
    }),
    RUN,
  );
  assert.ok(
    polls > RUNS && late > RUNS / 100 && lateAndCovered > 0,
    `${polls} polls, ${late} of them after the shorter time, ${lateAndCovered} of these with every change in the delta`,
  );
});

test(`the last contributions of all sources are served, whatever happens to their upstreams (${NAMED})`, () => {
  fc.assert(
    fc.property(sequences, (steps) => {
      const world = new RegistryWorld(DELTA_WINDOW);
      for (const each of steps) {
        world.apply(each);
        for (const app of ['A', 'B', 'C']) {
          const { registrations, alone } = world.expected(app);
          const real = (servedApplication(world.snapshot, app)?.served ?? []).filter(({ id }) => !isSyntheticId(id));
          for (const record of real) {
            const registered = registrations.get(record.id);
            assert.ok(registered !== undefined && sameToClients(record, registered), `${app}/${record.id}`);
            assert.deepEqual(instanceOf(world.snapshot, app, record.id), registered);
          }
          // Beside entries from Kubernetes registrations may be hidden, by policy or by the traffic dial.
          if (alone) assert.equal(real.length, registrations.size, app);
        }
      }
    }),
    RUN,
  );
});

test(`counts, hash and indexes agree with a computation from scratch (${NAMED})`, () => {
  fc.assert(
    fc.property(sequences, (steps) => {
      const world = new RegistryWorld(DELTA_WINDOW);
      for (const each of steps) world.apply(each);
      const { snapshot } = world;
      const all = snapshot.applications.flatMap((application) => application.served);
      assert.deepEqual(snapshot.counts, countStatuses(all));
      assert.equal(snapshot.hashCode, hashCode(countStatuses(all)));
      const names = snapshot.applications.map(({ name }) => name);
      assert.deepEqual(names, names.toSorted());
      for (const record of all) assert.equal(instanceById(snapshot, record.id)?.id, record.id);
      for (const vip of ['a', 'b', 'c', 'A'])
        assert.deepEqual(
          instancesByVip(snapshot, 'vip', vip).flatMap(({ instances }) => instances),
          all.filter(({ vipAddress }) => vipAddress === vip),
        );
    }),
    RUN,
  );
});

function expectNothingTooOld({ log, publishedAt }: RegistrySnapshot, window: DeltaWindow): void {
  const { size } = log;
  const changes = log.applications.flatMap((application) => application.changes);
  assert.equal(size, changes.length);
  // What is superseded is in neither.
  assert.deepEqual(new Set(log.recent.flat()), new Set(changes));
  const oldest = publishedAt - Math.min(...changes.map(({ at }) => at));
  const limit = size > window.maxSmallDelta ? window.leastMs : window.mostMs;
  assert.ok(oldest < limit, `one of ${size} instances changed ${oldest} ms ago`);
}

/** A record without the fields that a delta does not show to a client. */
function comparable([key, record]: readonly [string, InstanceRecord]): unknown {
  return [key, { ...record, metadata: [...record.metadata] }];
}
