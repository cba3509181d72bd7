import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NO_CONTRIBUTION } from '../../shared/contribution/contribution.ts';
import type { InstanceRecord } from '../../shared/model/instance.ts';
import { appName, sourceId } from '../../shared/model/names.ts';
import { DELTA_WINDOW } from '../../shared/registry/delta-window.ts';
import { mergeApplication } from '../../shared/registry/merge.ts';
import { advance, application, emptySnapshot, type RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import { instance } from '../support/instances.ts';
import { JavaClient, served } from '../support/java-client.ts';
import { OPEN_RULES } from '../support/merge-rules.ts';

// Replicas poll the legacy at moments of their own, so that each of them misses states that others have shown. A client
// polls now the one, now the other.

const RUNS = Number(process.env['EUREK8S_PROPERTY_RUNS'] ?? 1000);
const SEED = Number(process.env['EUREK8S_PROPERTY_SEED'] ?? Date.now() % 2 ** 31);
const NOW = 1_760_000_000_000;
const ORDERS = appName('ORDERS');
const COLORS = ['red', 'blue', 'green'];

type Step =
  | { readonly kind: 'write'; readonly id: number; readonly color: number }
  | { readonly kind: 'drop'; readonly id: number }
  | { readonly kind: 'list' | 'poll'; readonly replica: 0 | 1 };

const id = fc.nat(2);
const replica = fc.constantFrom<0 | 1>(0, 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), id, color: fc.nat(COLORS.length - 1) }),
  fc.record({ kind: fc.constant('drop' as const), id }),
  fc.record({ kind: fc.constantFrom('list' as const, 'poll' as const), replica }),
);

function list(before: RegistrySnapshot, instances: readonly InstanceRecord[], now: number): RegistrySnapshot {
  const contributions = [{ source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, instances } }];
  const merged = mergeApplication(ORDERS, contributions, OPEN_RULES, application(before, ORDERS), now);
  return advance(before, new Map([[ORDERS, merged]]), now, DELTA_WINDOW).snapshot;
}

test(`a client of several replicas has what the last one lists, with its delta alone (seed ${SEED}, ${RUNS} sequences)`, () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), replica, (steps, last) => {
      const legacy = new Map<number, InstanceRecord>();
      let now = NOW;
      const write = (key: number, color: number): void => {
        const metadata = new Map([['color', COLORS[color] ?? '']]);
        legacy.set(key, instance('ORDERS', `orders-${key}`, { metadata, lastUpdatedTimestamp: now }));
      };
      for (const key of [0, 1, 2]) write(key, 0);
      // What was listed first has left their deltas.
      const settled = (): RegistrySnapshot => {
        const first = list(emptySnapshot(1, now), [...legacy.values()], now);
        return list(first, [...legacy.values()], now + DELTA_WINDOW.mostMs);
      };
      const replicas = [settled(), settled()];
      now += DELTA_WINDOW.mostMs;
      const client = new JavaClient();
      client.fetchFull(replicas[0]!);
      const poll = (snapshot: RegistrySnapshot): void => {
        if (!client.fetchDelta(snapshot)) client.fetchFull(snapshot);
      };
      for (const each of steps) {
        now += 1000;
        if (each.kind === 'write') write(each.id, each.color);
        else if (each.kind === 'drop') legacy.delete(each.id);
        else if (each.kind === 'list')
          replicas[each.replica] = list(replicas[each.replica]!, [...legacy.values()], now);
        else poll(replicas[each.replica]!);
      }
      const present = list(replicas[last]!, [...legacy.values()], now);
      poll(present);
      assert.deepEqual(client.held(), served(present));
    }),
    { seed: SEED, numRuns: RUNS },
  );
});
