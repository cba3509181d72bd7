import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { coversHostname, hostnamePatternsOver, intersectHostnames } from '../../shared/address/hostname-pattern.ts';

// The hosts of a listener and those of a route meet where both stand for the same host, and nowhere else.

const label = fc.constantFrom('a', 'b', 'com', 'example');
const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const pattern = fc.oneof(
  host,
  host.map((name) => `*.${name}`),
  fc.constant(''),
);

/** By labels from the end, as the Gateway API describes it: the star stands for one label or more. */
function standsFor(one: string, name: string): boolean {
  if (one === '') return true;
  const [own, labels] = [one.split('.').toReversed(), name.split('.').toReversed()];
  if (own.at(-1) !== '*') return own.length === labels.length && own.every((each, i) => each === labels[i]);
  const fixed = own.slice(0, -1);
  return labels.length > fixed.length && fixed.every((each, i) => each === labels[i]);
}

test('a host is in the intersection of two patterns exactly when both stand for it', () => {
  fc.assert(
    fc.property(pattern, pattern, host, (a, b, name) => {
      const both = intersectHostnames(a, b);
      assert.equal(both !== undefined && coversHostname(both, name), standsFor(a, name) && standsFor(b, name));
    }),
  );
});

test('the intersection is one of the two, whichever comes first', () => {
  fc.assert(
    fc.property(pattern, pattern, (a, b) => {
      const both = intersectHostnames(a, b);
      assert.equal(both, intersectHostnames(b, a));
      if (both !== undefined) assert.ok(both === a || both === b);
      assert.equal(intersectHostnames(a, a), a);
    }),
  );
});

test('the patterns over a host are those that stand for it, the most specific first', () => {
  fc.assert(
    fc.property(host, pattern, (name, one) => {
      const over = hostnamePatternsOver(name);
      assert.equal(over.includes(one), standsFor(one, name));
      over.forEach((each, i) => over.slice(i).forEach((wider) => assert.ok(coversHostname(wider, each))));
    }),
  );
});
