import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { copyId, syntheticId } from '../../../../shared/registry/synthetic-id.ts';
import { instance } from '../../../support/instances.ts';
import { publication } from '../../../support/publications.ts';

test('an id is readable where the names allow it', () => {
  assert.equal(syntheticId(publication('CAROL'), 0), 'eurek8s:main:shop:carol:carol.k8s.example.com:0');
});

test('ids are URL-safe, have at most 100 characters, and differ whenever anything of the entry differs', () => {
  const text = fc.oneof(
    fc.constantFrom('a', 'a b', 'a-b', 'x'.repeat(120), 'x'.repeat(121)),
    fc.string({ maxLength: 30 }),
  );
  const parts = fc.tuple(text, text, text, text, fc.nat(99));
  const id = ([cluster, namespace, ingress, host, index]: readonly [string, string, string, string, number]): string =>
    syntheticId(publication('A', { cluster, namespace, ingress, host }), index);
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      assert.match(id(a), /^eurek8s:[A-Za-z0-9._:-]+$/);
      assert.ok(id(a).length <= 100);
      assert.equal(
        id(a) === id(b),
        a.every((part, i) => part === b[i]),
      );
    }),
    { numRuns: 2000 },
  );
});

test('ids of copies are URL-safe and tell application, original and number apart; no entry of an Ingress has one', () => {
  const text = fc.oneof(
    fc.constantFrom('i-1', 'i/1', 'i:1', 'host:alice:8080', 'i-1.0123456789abcdef', 'x'.repeat(120), 'x'.repeat(121)),
    fc.string({ minLength: 1, maxLength: 30 }),
  );
  const parts = fc.tuple(fc.constantFrom('ALICE', 'BOB', 'A:B'), text, fc.integer({ min: 1, max: 10_000 }));
  const id = ([app, original, index]: readonly [string, string, number]): string =>
    copyId(instance(app, original), index);
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/);
  fc.assert(
    fc.property(parts, parts, label, (a, b, cluster) => {
      assert.match(id(a), /^eurek8s:copy_of:[A-Za-z0-9._:-]+$/);
      assert.ok(id(a).length <= 100);
      assert.equal(
        id(a) === id(b),
        a.every((part, i) => part === b[i]),
      );
      assert.ok(!syntheticId(publication('A', { cluster }), 1).startsWith('eurek8s:copy_of:'));
    }),
    { numRuns: 2000 },
  );
});
