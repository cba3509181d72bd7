import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdId } from '../../../../shared/guard/hold-id.ts';
import { appName, instanceId, type AppName, type InstanceId } from '../../../../shared/model/names.ts';

function idOf(...named: readonly string[]): string {
  const apps = new Map<AppName, Map<InstanceId, true>>();
  for (const each of named) {
    const [app = '', id = ''] = each.split('/');
    const instances = apps.get(appName(app)) ?? new Map<InstanceId, true>();
    apps.set(appName(app), instances.set(instanceId(id), true));
  }
  return holdId('legacy', { apps, size: named.length });
}

function numbered(app: string, count: number, from = 0): readonly string[] {
  return Array.from({ length: count }, (_, n) => `${app}/i-${from + n}`);
}

test('the order in which a loss is found does not count', () => {
  assert.equal(idOf('ORDERS/1', 'ORDERS/2', 'PAYMENTS/1'), idOf('PAYMENTS/1', 'ORDERS/2', 'ORDERS/1'));
});

test('one instance more, fewer, another one or one of another application is another hold', () => {
  const ids = [
    idOf('ORDERS/1', 'ORDERS/2'),
    idOf('ORDERS/1'),
    idOf('ORDERS/1', 'ORDERS/3'),
    idOf('ORDERS/1', 'ORDERS/2', 'ORDERS/3'),
    idOf('PAYMENTS/1', 'PAYMENTS/2'),
    idOf('ORDERS/1', 'PAYMENTS/2'),
  ];
  assert.equal(new Set(ids).size, ids.length);
});

test('hashes of numbered ids do not cancel out: all pairs among forty differ', () => {
  const ids = new Set<string>();
  let pairs = 0;
  for (let a = 0; a < 40; a++)
    for (let b = a + 1; b < 40; b++) {
      ids.add(idOf(`ORDERS/i-${a}`, `ORDERS/i-${b}`));
      pairs++;
    }
  assert.equal(ids.size, pairs);
});

test('a large loss is identified by its applications and their numbers, in any order', () => {
  const [orders, payments] = [numbered('ORDERS', 4_000), numbered('PAYMENTS', 2_000)];
  const large = idOf(...orders, ...payments);
  assert.equal(idOf(...payments, ...orders.toReversed()), large);
  assert.notEqual(idOf(...orders, ...payments, 'PAYMENTS/one-more'), large);
  assert.notEqual(idOf(...numbered('ORDERS', 2_000), ...numbered('PAYMENTS', 4_000)), large);
  assert.equal(idOf(...numbered('ORDERS', 4_000, 7), ...payments), large);
  assert.notEqual(idOf(...numbered('ORDERS', 5_000)), idOf(...numbered('ORDERS', 5_000, 1)));
});

test('replicas of two versions call a hold the same while one replaces the other', () => {
  assert.equal(idOf('ORDERS/1', 'ORDERS/2', 'PAYMENTS/1'), 'legacy-78a364c9');
  assert.equal(idOf(...numbered('ORDERS', 4_000), ...numbered('PAYMENTS', 2_000)), 'legacy-5ed571a7');
});
