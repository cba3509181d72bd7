import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countRegistry } from '../../../../server/cli/registry-count.ts';

const ALL_IN_REACH = { networks: [] };

test('registries are counted in every shape that servers write', () => {
  const two = { name: 'A', instance: [{}, {}] };
  const one = { name: 'B', instance: {} };
  const text = (application: unknown): string => JSON.stringify({ applications: { application } });
  assert.deepEqual(countRegistry(text([two, one]), ALL_IN_REACH), {
    applications: 2,
    instances: 3,
    unreachable: 0,
    format: 'json',
  });
  assert.deepEqual(countRegistry(text(one), ALL_IN_REACH), {
    applications: 1,
    instances: 1,
    unreachable: 0,
    format: 'json',
  });
  assert.deepEqual(countRegistry(text([]), ALL_IN_REACH), {
    applications: 0,
    instances: 0,
    unreachable: 0,
    format: 'json',
  });
  const xml =
    '<applications><versions__delta>1</versions__delta><application><name>A</name><instance></instance></application></applications>';
  assert.deepEqual(countRegistry(xml, ALL_IN_REACH), { applications: 1, instances: 1, unreachable: 0, format: 'xml' });
});

test('a login page or other JSON is not a registry', () => {
  for (const text of ['<html><body>Sign in</body></html>', '{"status":"UP"}', '[]', 'null', '', 'OK'])
    assert.equal(countRegistry(text, ALL_IN_REACH), undefined, text);
});
