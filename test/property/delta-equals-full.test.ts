import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { InstanceRecord } from '../../shared/model/instance.ts';
import { isSyntheticId } from '../../shared/model/names.ts';
import { DELTA_WINDOW_MS } from '../../shared/registry/delta.ts';
import { countStatuses, hashCode } from '../../shared/registry/hashcode.ts';
import { instanceById, instancesByVip, servedApplication } from '../../shared/registry/lookup.ts';
import { JavaClient, served } from '../support/java-client.ts';
import { anyStep } from '../support/registry-steps.ts';
import { RegistryWorld } from '../support/registry-world.ts';

const RUNS = Number(process.env['EUREK8S_PROPERTY_RUNS'] ?? 1000);
const SEED = Number(process.env['EUREK8S_PROPERTY_SEED'] ?? Date.now() % 2 ** 31);
const RUN = { seed: SEED, numRuns: RUNS };
/** The maximum length of a run. By default most runs would be too short for a client to join and poll. */
const sequences = fc.array(anyStep, { maxLength: 60, size: 'max' });
const NAMED = `seed ${SEED}, ${RUNS} sequences`;

test(`a client that polls deltas has exactly the full answer (${NAMED})`, () => {
  let polls = 0;
  let late = 0;
  fc.assert(
    fc.property(sequences, (steps) => {
      const world = new RegistryWorld();
      const clients: { readonly client: JavaClient; polledAt: number }[] = [];
      for (const each of steps) {
        world.apply(each);
        if (each.kind === 'join') {
          const client = new JavaClient();
          client.fetchFull(world.snapshot);
          clients.push({ client, polledAt: world.clock.now() });
        } else if (each.kind === 'poll' && clients.length > 0) {
          const entry = clients[each.client % clients.length];
          if (entry === undefined) continue;
          const now = world.clock.now();
          const away = now - entry.polledAt;
          const agrees = entry.client.fetchDelta(world.snapshot);
          if (entry.polledAt >= world.startedAt && away < DELTA_WINDOW_MS)
            assert.ok(agrees, 'hash mismatch within the delta window');
          // The hub does not know what changed while it was down. As long as its first delta has the whole registry, a
          // client with too many instances finds out by the hash code.
          else if (!agrees || now - world.startedAt >= DELTA_WINDOW_MS) entry.client.fetchFull(world.snapshot);
          assert.deepEqual(entry.client.held().map(comparable), served(world.snapshot).map(comparable));
          entry.polledAt = world.clock.now();
          polls++;
          if (away >= DELTA_WINDOW_MS) late++;
        }
      }
    }),
    RUN,
  );
  assert.ok(polls > RUNS && late > RUNS / 100, `${polls} polls, ${late} of them after the window`);
});

test(`the last contributions of all sources are served, whatever happens to their upstreams (${NAMED})`, () => {
  fc.assert(
    fc.property(sequences, (steps) => {
      const world = new RegistryWorld();
      for (const each of steps) {
        world.apply(each);
        for (const app of ['A', 'B', 'C']) {
          const { registrations, alone } = world.expected(app);
          const real = (servedApplication(world.snapshot, app)?.served ?? []).filter(({ id }) => !isSyntheticId(id));
          for (const record of real) assert.deepEqual(record, registrations.get(record.id), `${app}/${record.id}`);
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
      const world = new RegistryWorld();
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

/** A record without the fields that a delta does not show to a client. */
function comparable([key, record]: readonly [string, InstanceRecord]): unknown {
  return [key, { ...record, metadata: [...record.metadata] }];
}
