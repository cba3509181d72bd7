import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createContext, Script } from 'node:vm';
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

/** Milliseconds after which the language's own engine has gone astray: it backtracks, for minutes with some of these. */
const ASTRAY = 100;
const SCRIPT = new Script('expression.test(sample)');
const ASKED = createContext({});

/** What the language says, or undefined where it does not come to an end. */
function language(expression: RegExp, sample: string): boolean | undefined {
  try {
    return SCRIPT.runInContext(Object.assign(ASKED, { expression, sample }), { timeout: ASTRAY }) as boolean;
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  }
}

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
      const expression = regularExpression(source);
      // A group's name may not stand there twice, and what is too long is no pattern.
      fc.pre(expression !== undefined && source.length <= 256);
      const expected = language(expression, sample);
      fc.pre(expected !== undefined);
      assert.equal(pathPattern(source)?.begins(sample), expected, JSON.stringify([source, sample]));
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

const MEANINGS: readonly (readonly [source: string, yes: readonly string[], no: readonly string[]])[] = [
  ['', ['', 'x'], []],
  ['a+b', ['ab', 'aab', 'abc'], ['b', 'a']],
  ['a+?b', ['aab'], ['b']],
  ['a++b', ['aab'], ['b']],
  ['a??b', ['b', 'ab'], ['aab']],
  ['a?+b', ['b', 'ab'], ['aab']],
  ['a*?b', ['b', 'aab'], ['a']],
  ['a*+b', ['b', 'aab'], ['a']],
  ['a{2}b', ['aab'], ['ab', 'aaab', 'b']],
  ['a{2}?b', ['aab'], ['ab', 'aaab']],
  ['a{2,}b', ['aab', 'aaaaab'], ['ab', 'b']],
  ['a{1,2}b', ['ab', 'aab'], ['b', 'aaab']],
  ['a{0,2}b', ['b', 'ab', 'aab'], ['aaab']],
  ['a{0}b', ['b'], ['ab']],
  ['(ab)c', ['abc'], ['ac', 'c']],
  ['(?:ab)c', ['abc'], ['ac']],
  ['(?<n_1>ab)c', ['abc'], ['ac']],
  ['(?P<n>ab)c', ['abc'], ['ac']],
  ['(a(?:b|c))d', ['abd', 'acd'], ['ad', 'bd']],
  ['a|bc', ['a', 'bc'], ['b', 'c']],
  ['x^a', [], ['xa']],
  ['^a', ['a'], ['xa']],
  ['a$', ['a'], ['ab']],
  ['\\Aa', ['a'], []],
  ['x\\Aa', [], ['xa']],
  ['a\\z', ['a'], ['ab']],
  ['a\\Z', ['a'], ['ab']],
  ['[a]x', ['ax'], ['x', 'bx']],
  ['[^a]x', ['bx'], ['ax', 'x']],
  ['[a^]x', ['ax', '^x'], ['bx']],
  ['[]a]x', [']x', 'ax'], ['bx']],
  ['[^]a]x', ['bx'], [']x', 'ax']],
  ['[a\\]]x', [']x', 'ax'], ['\\x', 'bx']],
  ['[a-c]x', ['bx'], ['dx', '-x']],
  ['\\d\\D', ['1a'], ['11', 'aa']],
  ['\\w\\W\\s\\S', ['a/ b'], ['aa b']],
  ['\\.', ['.'], ['a']],
  ['.', ['a', '/'], ['']],
];

for (const [source, yes, no] of MEANINGS)
  test(`the pattern ${source || 'of nothing'}`, () => {
    const begins = (sample: string): boolean | undefined => pathPattern(source)?.begins(sample);
    assert.deepEqual([yes.map(begins), no.map(begins)], [yes.map(() => true), no.map(() => false)]);
  });

test('counts, patterns and texts have bounds, up to which they are read', () => {
  for (const source of ['a{100}', 'a{0,100}', 'a{100,}', 'a'.repeat(256)]) assert.ok(pathPattern(source), source);
  for (const source of ['a{101}', 'a{0,101}', 'a{101,}', 'a{1', 'a{,2}', 'a{x}b{2}', 'a'.repeat(257)])
    assert.equal(pathPattern(source), undefined, source);
  assert.equal(pathPattern('a')?.begins('a'.repeat(30)), true);
  assert.equal(pathPattern('a')?.begins('a'.repeat(31)), false);
});

test('sets that are empty, named or out of order, and groups with a condition, are no patterns', () => {
  for (const source of [
    '[]',
    '[^]',
    '[',
    '[a',
    '[[:alpha:]]',
    '[a[:^digit:]]',
    '[z-a]',
    '(?i)a',
    '(?#a)b',
    '(?>a)',
    'a**|?',
    '+',
    '\\Q',
  ])
    assert.equal(pathPattern(source), undefined, source);
});
