import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  LABEL_SELECTOR_PATTERN,
  matchesLabels,
  parseLabelSelector,
} from '../../../../shared/ingress/label-selector.ts';

function matches(selector: string, labels: Readonly<Record<string, string>>): boolean {
  const parsed = parseLabelSelector(selector);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.error);
  return matchesLabels(parsed.value, labels);
}

const CASES: readonly (readonly [selector: string, labels: Readonly<Record<string, string>>, expected: boolean])[] = [
  ['', {}, true],
  ['  ', { a: 'b' }, true],
  ['a=b', { a: 'b' }, true],
  ['a==b', { a: 'b' }, true],
  ['a = b', { a: 'b' }, true],
  ['a=b', { a: 'c' }, false],
  ['a=b', {}, false],
  ['a=', { a: '' }, true],
  ['a!=b', { a: 'c' }, true],
  ['a!=b', { a: 'b' }, false],
  ['a!=b', {}, true],
  ['a in (b, c)', { a: 'c' }, true],
  ['a in (b,c)', { a: 'd' }, false],
  ['a in (b,c)', {}, false],
  ['a notin (b,c)', { a: 'd' }, true],
  ['a notin (b,c)', { a: 'b' }, false],
  ['a notin (b)', {}, true],
  ['a', { a: '' }, true],
  ['a', {}, false],
  ['!a', {}, true],
  ['! a', { a: 'x' }, false],
  ['a=b,c!=d,e in (x,y),!f,g', { a: 'b', e: 'x', g: '1' }, true],
  ['a=b,c!=d,e in (x,y),!f,g', { a: 'b', e: 'x', g: '1', f: '' }, false],
  ['example.com/team=shop', { 'example.com/team': 'shop' }, true],
  // Names that every JavaScript object has are no labels.
  ['constructor', {}, false],
  ['!toString', {}, true],
  ['toString!=x', {}, true],
];

for (const [selector, labels, expected] of CASES)
  test(`label selector "${selector}" ${expected ? 'takes' : 'leaves'} ${JSON.stringify(labels)}`, () => {
    assert.equal(matches(selector, labels), expected);
  });

for (const bad of [
  'a=b=c',
  'a b',
  ',',
  'a=b,',
  'a in b',
  'a in (b',
  'a in ((b))',
  '=b',
  'a in (b c)',
  '!',
  'a>1',
  '-a',
])
  test(`label selector "${bad}" is refused and named`, () => {
    const parsed = parseLabelSelector(bad);
    assert.equal(parsed.ok, false);
    assert.ok(!parsed.ok && parsed.error.includes(bad));
  });

test('the expression for schemas takes what is parsed, and nothing else', () => {
  const pattern = new RegExp(LABEL_SELECTOR_PATTERN);
  const good = ['', '  ', 'a', '!a', '! a', 'a=b', 'a == b', 'a!=', 'x.io/a in (b, c),d', 'a notin ()', ' a , b '];
  const bad = [
    'a b',
    'a in',
    'a in (b',
    'a in (b, c d)',
    'a in (b c, d)',
    'a in (-b, c)',
    'a=b=c',
    ',',
    'a,',
    '=b',
    'a/b/c',
    'a in (b) c',
  ];
  for (const selector of good) {
    assert.ok(pattern.test(selector), selector);
    assert.ok(parseLabelSelector(selector).ok, selector);
  }
  for (const selector of bad) {
    assert.ok(!pattern.test(selector), selector);
    assert.ok(!parseLabelSelector(selector).ok, selector);
  }
});

test('a part that is none is told without its blanks, with the selector that it is from', () => {
  const parsed = parseLabelSelector('a=b, c d ');
  assert.equal(
    parsed.ok ? '' : parsed.error,
    '"c d" in label selector "a=b, c d " is none of a=b, a!=b, a in (b,c), a notin (b,c), a, !a',
  );
});
