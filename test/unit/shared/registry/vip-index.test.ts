import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { NO_CONTRIBUTION } from '../../../../shared/contribution/contribution.ts';
import { MAX_VIP_ELEMENTS, type InstanceRecord } from '../../../../shared/model/instance.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import { DELTA_WINDOW } from '../../../../shared/registry/delta-window.ts';
import { instancesByVip } from '../../../../shared/registry/lookup.ts';
import { mergeApplication } from '../../../../shared/registry/merge.ts';
import { advance, application, emptySnapshot, type RegistrySnapshot } from '../../../../shared/registry/snapshot.ts';
import { instance } from '../../../support/instances.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';

const NOW = 1_750_000_000_000;
const NOTHING = emptySnapshot(1, NOW);

/** The snapshot in which the application has just these instances. */
function put(before: RegistrySnapshot, app: string, instances: readonly InstanceRecord[]): RegistrySnapshot {
  const name = appName(app);
  const contributions = [{ source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, instances } }];
  const merged = mergeApplication(name, contributions, OPEN_RULES, application(before, name), NOW);
  return advance(before, new Map([[name, instances.length === 0 ? undefined : merged]]), NOW, DELTA_WINDOW).snapshot;
}

function at(app: string, id: string, vipAddress: string | undefined, status: 'UP' | 'DOWN' = 'UP'): InstanceRecord {
  return instance(app, id, { vipAddress, secureVipAddress: vipAddress, status });
}

function found(snapshot: RegistrySnapshot, vip: string): readonly string[] {
  const byVip = instancesByVip(snapshot, 'vip', vip).flatMap(({ instances }) => instances.map(({ id }) => id));
  const bySecureVip = instancesByVip(snapshot, 'svip', vip).flatMap(({ instances }) => instances.map(({ id }) => id));
  assert.deepEqual(bySecureVip, byVip);
  return byVip;
}

function vips(count: number, from = 0): string {
  return Array.from({ length: count }, (_, i) => `vip-${from + i}`).join(',');
}

/** How many vip addresses of this many elements are taken apart meanwhile. */
function takenApart(t: TestContext, least: number, work: () => void): number {
  const split = t.mock.method(String.prototype, 'split');
  work();
  const count = split.mock.calls.filter(({ result }) => Array.isArray(result) && result.length >= least).length;
  split.mock.restore();
  return count;
}

test('an element is found as long as some address has it, whoever shares it', () => {
  let snapshot = put(NOTHING, 'A', [at('A', 'a1', 'x,y'), at('A', 'a2', 'y,z'), at('A', 'a3', 'x,y')]);
  snapshot = put(snapshot, 'B', [at('B', 'b1', 'y,y')]);
  assert.deepEqual(found(snapshot, 'x'), ['a1', 'a3']);
  assert.deepEqual(found(snapshot, 'y'), ['a1', 'a2', 'a3', 'b1']);
  snapshot = put(snapshot, 'A', [at('A', 'a2', 'y,z'), at('A', 'a3', 'x,y')]);
  assert.deepEqual(found(snapshot, 'x'), ['a3']);
  snapshot = put(snapshot, 'A', [at('A', 'a2', 'y,z'), at('A', 'a3', undefined)]);
  assert.deepEqual(snapshot.vips.get('x'), undefined);
  assert.deepEqual(found(snapshot, 'y'), ['a2', 'b1']);
  snapshot = put(snapshot, 'A', []);
  assert.deepEqual(snapshot.vips.get('y')?.names, ['B']);
  snapshot = put(snapshot, 'B', [at('B', 'b1', '')]);
  assert.equal(snapshot.vips.get('y'), undefined);
  assert.deepEqual(found(snapshot, ''), ['b1']);
});

test('the names of an element stay sorted', () => {
  let snapshot = NOTHING;
  for (const app of ['C', 'A', 'D', 'B']) snapshot = put(snapshot, app, [at(app, app.toLowerCase(), 'shared')]);
  assert.deepEqual(snapshot.vips.get('shared')?.names, ['A', 'B', 'C', 'D']);
});

test('of absurdly many elements the first are indexed, and the instance is served as it is', () => {
  const address = vips(80_000);
  const snapshot = put(NOTHING, 'A', [at('A', 'a1', address), at('A', 'a2', 'vip-70000')]);
  assert.equal(application(snapshot, 'A')?.served[0]?.vipAddress, address);
  assert.equal(snapshot.vips.size, MAX_VIP_ELEMENTS + 1);
  assert.deepEqual(found(snapshot, `vip-${MAX_VIP_ELEMENTS - 1}`), ['a1']);
  assert.deepEqual(found(snapshot, `vip-${MAX_VIP_ELEMENTS}`), []);
  assert.deepEqual(found(snapshot, 'vip-70000'), ['a2']);
});

test('a change takes only those addresses apart that came or went', (t) => {
  const others = Array.from({ length: 50 }, (_, i) => at('A', `a${i}`, vips(500, i * 500)));
  const before = put(NOTHING, 'A', [...others, at('A', 'small', 'small')]);
  let after = before;
  const status = takenApart(t, 500, () => (after = put(before, 'A', [...others, at('A', 'small', 'small', 'DOWN')])));
  assert.equal(status, 0);
  assert.equal(after.vips, before.vips);
  const gone = takenApart(t, 500, () => (after = put(before, 'A', others.slice(1))));
  // Of the vips and of the secure vips.
  assert.equal(gone, 2);
  assert.equal(after.vips.size, 49 * 500);
});
