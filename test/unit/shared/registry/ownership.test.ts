import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideOwnership, type Claim } from '../../../../shared/registry/ownership.ts';
import type { NameClaim, Refusal } from '../../../../shared/contribution/refusal.ts';
import { appName } from '../../../../shared/model/names.ts';
import { publication } from '../../../support/publications.ts';

const CAROL = appName('carol');

function claim(overrides: Parameters<typeof publication>[1]): Claim {
  return { source: `cluster:${overrides?.cluster ?? 'main'}`, publication: publication('CAROL', overrides) };
}

function decide(claims: readonly Claim[], namespaces: readonly string[] = [], refused: readonly Refusal[] = []) {
  return decideOwnership({ app: CAROL, claims, refused, allowed: namespaces.length === 0 ? 'any' : namespaces });
}

function refusedClaim(claimed: Partial<NameClaim>, code: Refusal['code'] = 'bad-annotation'): Refusal {
  const name = { cluster: 'main', namespace: 'shop', ingress: 'carol', createdAt: 1000, ...claimed };
  return { object: `${name.cluster}/${name.namespace}/${name.ingress}`, code, reason: 'a typing error', claim: name };
}

test('the oldest claim owns the application, and the refusal of the other names the owner', () => {
  const late = claim({ namespace: 'aaa', createdAt: 2000 });
  const early = claim({ namespace: 'zzz', createdAt: 1000 });
  const { owned, refusals } = decide([late, early], []);
  assert.deepEqual(owned, [early]);
  assert.equal(refusals[0]?.code, 'ownership');
  assert.equal(refusals[0]?.object, 'main/aaa/carol');
  assert.match(refusals[0]?.reason ?? '', /main\/zzz\/carol/);
});

test('equal ages are ordered by namespace and name', () => {
  const { owned } = decide(
    [claim({ namespace: 'b' }), claim({ namespace: 'a', ingress: 'z' }), claim({ namespace: 'a', ingress: 'y' })],
    [],
  );
  assert.equal(owned[0]?.publication.ingress, 'y');
});

test('the same Ingress in two clusters is one application in both', () => {
  const { owned, refusals } = decide([claim({ cluster: 'west', createdAt: 9000 }), claim({ cluster: 'east' })], []);
  assert.deepEqual(
    owned.map(({ publication }) => publication.cluster),
    ['east', 'west'],
  );
  assert.deepEqual(refusals, []);
});

test('a namespace that may not claim the name loses, however old its claim', () => {
  const { owned, refusals } = decide([claim({ namespace: 'intruder', createdAt: 1 }), claim({})], ['shop']);
  assert.deepEqual(
    owned.map(({ publication }) => publication.namespace),
    ['shop'],
  );
  assert.equal(refusals[0]?.code, 'namespace-not-allowed');
});

test('one cluster read through two sources is published once', () => {
  const { owned, refusals } = decide([claim({}), { ...claim({}), source: 'manifests:copy' }], []);
  assert.equal(owned.length, 1);
  assert.match(refusals[0]?.reason ?? '', /another source/);
});

test('an owner that is refused for another reason keeps its name, and nobody takes over', () => {
  const late = claim({ namespace: 'other', createdAt: 2000 });
  const { owned, refusals } = decide([late], [], [refusedClaim({})]);
  assert.deepEqual(owned, []);
  assert.equal(refusals[0]?.object, 'main/other/carol');
  assert.match(refusals[0]?.reason ?? '', /main\/shop\/carol.*refused itself \(bad-annotation\) and keeps the name/);
});

test('a refused claim that is younger, or whose namespace may not claim the name, changes nothing', () => {
  const early = claim({ namespace: 'other', createdAt: 500 });
  assert.deepEqual(decide([early], [], [refusedClaim({})]), { owned: [early], refusals: [] });
  assert.deepEqual(decide([early], ['other'], [refusedClaim({ createdAt: 1 })]), { owned: [early], refusals: [] });
});

test('an owner that is refused in one cluster is published in the other', () => {
  const east = claim({ cluster: 'east', createdAt: 3000 });
  assert.deepEqual(decide([east], [], [refusedClaim({ cluster: 'west' })]).owned, [east]);
});

test('an unknown creation, as of a manifest, takes nothing from a running owner', () => {
  const running = claim({ createdAt: 1_600_000_000_000 });
  const trial = claim({ cluster: 'local', namespace: 'a-trial', createdAt: 0 });
  assert.deepEqual(decide([trial, running]).owned, [running]);
  assert.match(
    decide([trial, claim({ cluster: 'z', namespace: 'b', createdAt: 0 })]).refusals[0]?.reason ?? '',
    /a time not known/,
  );
});

test('when nobody may claim the name, each refusal has the reason', () => {
  const { owned, refusals } = decideOwnership({
    app: CAROL,
    claims: [claim({})],
    refused: [],
    allowed: { nobody: 'it is listed' },
  });
  assert.deepEqual(owned, []);
  assert.equal(refusals[0]?.code, 'namespace-not-allowed');
  assert.match(refusals[0]?.reason ?? '', /it is listed/);
});
