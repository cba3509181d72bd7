import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pathPattern } from '../../../../shared/ingress/path-pattern.ts';

/** Patterns of the kinds that stand in paths, over two letters and the slash. */
const { pattern } = fc.letrec<{ readonly pattern: string; readonly sequence: string; readonly part: string }>(
  (tie) => ({
    pattern: fc.oneof(
      { maxDepth: 3 },
      tie('sequence'),
      fc.tuple(tie('sequence'), tie('sequence')).map((all) => all.join('|')),
    ),
    sequence: fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
    part: fc.oneof(
      { maxDepth: 3 },
      fc
        .tuple(
          fc.constantFrom('/', 'a', 'b', '.', '[ab]', '[^a]', '[^/]', '\\.', '\\w'),
          fc.constantFrom('', '*', '+', '?', '*?', '{2}', '{0,2}', '{1,}'),
        )
        .map((all) => all.join('')),
      fc.constantFrom('^', '$'),
      fc
        .tuple(fc.constantFrom('(', '(?:', '(?<n>'), tie('pattern'), fc.constantFrom(')', ')*', ')+', ')?', '){2,3}'))
        .map((all) => all.join('')),
    ),
  }),
);

const text = fc.string({ unit: fc.constantFrom('/', 'a', 'b', '.'), maxLength: 6 });

function regularExpression(source: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${source})`);
  } catch {
    return undefined;
  }
}

test('a pattern begins a text where the regular expression of the language says so', () => {
  fc.assert(
    fc.property(pattern, text, (source, sample) => {
      const expected = regularExpression(source);
      // A group's name may not stand there twice, and what is too long is no pattern.
      fc.pre(expected !== undefined && source.length <= 256);
      assert.equal(pathPattern(source)?.begins(sample), expected.test(sample), JSON.stringify([source, sample]));
    }),
    { numRuns: 3_000 },
  );
});

for (const source of [
  '(',
  ')',
  '[',
  '[]',
  '*',
  '(?!a)',
  '(?=a)',
  '(?<!a)',
  '(a)\\1',
  '\\b',
  'a{x}',
  'a{1000}',
  '\\',
  'a'.repeat(300),
])
  test(`what no linear matcher reads is no pattern: ${source.slice(0, 20)}`, () => {
    assert.equal(pathPattern(source), undefined);
  });

test('patterns that make others backtrack for ever cost next to nothing', () => {
  const sample = '/aaaaaaaaaaaaaaaaaaaaaaaaaaaa';
  const nested = `/${'('.repeat(80)}a${')*'.repeat(80)}x`;
  for (const source of [
    '/(a+)+$x',
    '/(a|a)*x',
    '/(.*)*(.*)*(.*)*x',
    nested,
    `/${'(a|aa|aaa)*'.repeat(20)}x`,
    '/(((a{0,100}){0,100}){0,100}){0,100}x',
  ])
    assert.equal(pathPattern(source)?.begins(sample), false, source);
});

test('no text makes reading throw', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (source) => {
      pathPattern(source)?.begins('/a/b');
    }),
  );
});
