import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optionKeys } from '../../../../server/config/options.ts';
import { closest } from '../../../../shared/text/closest.ts';
import { ANNOTATION_KEYS } from '../../../../shared/ingress/annotation-keys.ts';

test('slips of every kind lead to the intended option', () => {
  const slips: readonly (readonly [string, string])[] = [
    ['listen.prot', 'listen.port'],
    ['listen.prt', 'listen.port'],
    ['listen.portt', 'listen.port'],
    ['legacy.poll-interval', 'legacy.pollInterval'],
    ['legacy.url', 'legacy.urls'],
    ['cidrs', 'overlay.cidrs'],
    ['manifest', 'manifests'],
    ['guards.maxRemovals', 'guards.maxRemoval'],
  ];
  for (const [slip, meant] of slips) assert.equal(closest(slip, optionKeys), meant, slip);
});

test('slips in annotations and application names lead to the intended name in any case', () => {
  assert.equal(closest('Trafic', ANNOTATION_KEYS), 'traffic');
  assert.equal(closest('healthPath', ANNOTATION_KEYS), 'health-path');
  assert.equal(closest('CARLO', ['ALICE', 'CAROL', 'BOB']), 'CAROL');
  assert.equal(closest('ORDER-SERVICE', ['ORDERSERVICE', 'BORDER-SERVICE']), 'ORDERSERVICE');
});

test('an unrelated word leads nowhere', () => {
  for (const word of ['zzz', 'database.user', 'x', '']) assert.equal(closest(word, optionKeys), undefined, word);
  assert.equal(closest('X', ['Y']), undefined);
  assert.equal(closest('BOB', ['ADA']), undefined);
});

test('a word of thousands of characters is not compared with a whole registry', () => {
  const word = 'A'.repeat(4000);
  assert.equal(closest(word, [word]), undefined);
});

test('a registry of names that are much alike is looked at only so far', () => {
  const names = Array.from({ length: 10_000 }, (_, n) => `SERVICE-OF-TEAM-${String(n).padStart(40, 'B')}`);
  let looked = 0;
  const counted = function* (): Generator<string> {
    for (const name of names) {
      looked += 1;
      yield name;
    }
  };
  assert.equal(closest(`SERVICE-OF-TEAM-${'A'.repeat(40)}`, counted()), undefined);
  assert.ok(looked > 500 && looked < 9000, `${looked}`);
});
