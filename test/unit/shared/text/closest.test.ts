import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optionKeys } from '../../../../server/config/options.ts';
import { closest, didYouMean } from '../../../../shared/text/closest.ts';
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

test('how many slips are forgiven grows with the word, up to five', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['a', 'ab', false],
    ['ab', 'abc', true],
    ['abcd', 'abcx', true],
    ['abcd', 'abxx', false],
    ['abcde', 'abcxx', true],
    ['abcde', 'abxxx', false],
    ['abcdefgh', 'abcdefxx', true],
    ['abcdefgh', 'abcdexxx', false],
    ['abcdefghi', 'abcdefxxx', true],
    ['abcdefghi', 'abcdexxxx', false],
    ['a'.repeat(64), `${'a'.repeat(59)}xxxxx`, true],
    ['a'.repeat(64), `${'a'.repeat(58)}xxxxxx`, false],
    ['a'.repeat(65), 'a'.repeat(65), false],
    ['abcdefghi', 'abcdefghi123', true],
    ['abcdefghi', 'abcdefghi1234', false],
    ['abcdefghi123', 'abcdefghi', true],
  ];
  for (const [word, known, isClose] of cases)
    assert.equal(closest(word, [known]), isClose ? known : undefined, `${word} ${known}`);
});

test('two neighbours that are swapped are one slip, wherever they are', () => {
  for (const word of ['oprt', 'prot', 'potr']) assert.equal(closest(word, ['port']), 'port', word);
  assert.equal(closest('rpto', ['port']), undefined);
});

test('the closest word wins, the first of equals, and the whole name before the end of a dotted one', () => {
  assert.equal(closest('cat5', ['cat1', 'cat2']), 'cat1');
  assert.equal(closest('orders', ['order', 'ordersx', 'orders']), 'orders');
  assert.equal(closest('port', ['listen.port', 'port']), 'port');
  assert.equal(closest('port', ['pork', 'listen.port']), 'listen.port');
  assert.equal(closest('port', ['a.b.port']), 'a.b.port');
  assert.equal(closest('poll_interval', ['pollinterval']), 'pollinterval');
  assert.equal(closest('prt', ['listen.port']), 'listen.port');
});

test('a question for people names the word, and is left out without one', () => {
  assert.equal(didYouMean('prot', ['port']), ', did you mean "port"?');
  assert.equal(didYouMean('zzz', ['port']), '');
});
