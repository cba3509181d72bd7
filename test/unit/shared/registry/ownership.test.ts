import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideOwnership, type Claim } from '../../../../shared/registry/ownership.ts';
import { publication } from '../../../support/publications.ts';

function claim(overrides: Parameters<typeof publication>[1]): Claim {
  return { source: `cluster:${overrides?.cluster ?? 'main'}`, publication: publication('CAROL', overrides) };
}

test('the oldest claim has the application, and the loser is told whose it is', () => {
  const late = claim({ namespace: 'aaa', createdAt: 2000 });
  const early = claim({ namespace: 'zzz', createdAt: 1000 });
  const { owned, refusals } = decideOwnership([late, early], []);
  assert.deepEqual(owned, [early]);
  assert.equal(refusals[0]?.code, 'ownership');
  assert.equal(refusals[0]?.object, 'main/aaa/carol');
  assert.match(refusals[0]?.reason ?? '', /main\/zzz\/carol/);
});

test('equal ages go by namespace and name', () => {
  const { owned } = decideOwnership(
    [claim({ namespace: 'b' }), claim({ namespace: 'a', ingress: 'z' }), claim({ namespace: 'a', ingress: 'y' })],
    [],
  );
  assert.equal(owned[0]?.publication.ingress, 'y');
});

test('the same Ingress in two clusters is one application in both', () => {
  const { owned, refusals } = decideOwnership(
    [claim({ cluster: 'west', createdAt: 9000 }), claim({ cluster: 'east' })],
    [],
  );
  assert.deepEqual(
    owned.map(({ publication }) => publication.cluster),
    ['east', 'west'],
  );
  assert.deepEqual(refusals, []);
});

test('a namespace that may not claim the name loses, however old its claim', () => {
  const { owned, refusals } = decideOwnership([claim({ namespace: 'intruder', createdAt: 1 }), claim({})], ['shop']);
  assert.deepEqual(
    owned.map(({ publication }) => publication.namespace),
    ['shop'],
  );
  assert.equal(refusals[0]?.code, 'namespace-not-allowed');
});

test('one cluster read through two sources is published once', () => {
  const { owned, refusals } = decideOwnership([claim({}), { ...claim({}), source: 'manifests:copy' }], []);
  assert.equal(owned.length, 1);
  assert.match(refusals[0]?.reason ?? '', /another source/);
});
