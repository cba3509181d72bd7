import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceCount, registrations, SIZES, spreadRegistration } from '../../../bench/data/registry.ts';
import { decodeRegistration } from '../../../shared/codec/registration.ts';
import { appName } from '../../../shared/model/names.ts';

test('a registry has the instances it says, all different, and is the same in every run', () => {
  const all = [...registrations(SIZES.small)];
  assert.equal(all.length, 600);
  assert.equal(new Set(all.map(({ id }) => id)).size, 600);
  assert.equal(new Set(all.map(({ app }) => app)).size, SIZES.small.applications);
  assert.deepEqual([...registrations(SIZES.small)], all);
});

test('every address of the largest registry is valid and used once', () => {
  const addresses = new Set<string>();
  for (const { body } of registrations(SIZES.large)) {
    const ip = /"ipAddr":"([^"]+)"/.exec(body)?.[1] ?? '';
    assert.ok(ip.split('.').every((part) => Number(part) < 256));
    addresses.add(ip);
  }
  assert.equal(addresses.size, instanceCount(SIZES.large));
});

test('we take what is registered, as the instance it says', () => {
  const [first] = registrations(SIZES.medium);
  assert.ok(first !== undefined);
  const decoded = decodeRegistration(appName(first.app), 'application/json', first.body, 0);
  assert.ok(decoded.ok);
  assert.equal(decoded.value.id, first.id);
  assert.equal(decoded.value.vipAddress, first.vip);
});

test('changes go round over all of the registry, and each says which one it is', () => {
  const apps = new Set(Array.from({ length: 500 }, (_, step) => spreadRegistration(SIZES.medium, step, 500).app));
  assert.equal(apps.size, 500);
  const changed = spreadRegistration(SIZES.medium, 507, 500, { marker: '507', dirtyAt: 9 });
  assert.equal(changed.id, spreadRegistration(SIZES.medium, 7, 500).id);
  assert.match(changed.body, /"marker":"507"/);
  assert.match(changed.body, /"lastDirtyTimestamp":"9"/);
});
