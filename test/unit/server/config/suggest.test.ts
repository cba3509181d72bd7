import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optionKeys } from '../../../../server/config/options.ts';
import { suggestion } from '../../../../server/config/suggest.ts';

test('slips of every kind lead to the option that was meant', () => {
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
  for (const [slip, meant] of slips) assert.equal(suggestion(slip, optionKeys), meant, slip);
});

test('something else entirely leads nowhere', () => {
  for (const word of ['zzz', 'database.user', 'x']) assert.equal(suggestion(word, optionKeys), undefined, word);
});
