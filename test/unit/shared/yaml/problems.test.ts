import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDocument } from 'yaml';
import { yamlProblems } from '../../../../shared/yaml/problems.ts';

/** Each as `line: message`. */
function problemsOf(text: string): readonly string[] {
  const { errors, warnings } = parseDocument(text, { logLevel: 'error', prettyErrors: false });
  return yamlProblems(text, [...errors, ...warnings], (key) => key).map(({ line, message }) => `${line}: ${message}`);
}

const open = (bracket: '[' | '{'): string =>
  `the ${bracket} has no ${bracket === '[' ? ']' : '}'} that closes it, or what is between them is not indented enough`;

test('a bracket without its other end is told of where it stands', () => {
  for (const [text, ...problems] of [
    ['legacy:\n  urls: [http://a/eureka\nmanifests:\n  - { name: x }\n', `2: ${open('[')}`],
    ['legacy: { urls: [http://a:b@c:8761/eureka ]\n', `1: ${open('{')}`],
    ['- { name: fleet, rights: [read\n', `1: ${open('[')}`],
    ['- { name: fleet, rights: [read }\n- { name: b }\n', `1: ${open('[')}`],
    ['a: {\n  b: c,\n  d: [x,\n  y\n}\ne: f\n', `3: ${open('[')}`],
    ['a:\n  b: [\n    x\n]\n', `2: ${open('[')}`],
    ['\ufeffa: b\nc: [d # ]\n\n\n', `2: ${open('[')}`],
    ['a: [b]]\n', '1: the ] has no [ before it'],
    ['a:\n  b: {c: d}}\n', '2: the } has no { before it'],
    ['a: b\nc: "d\ne: f\n\n', '2: the quote " that begins here has no end'],
    ["a: b\nc: [d, 'e]\nf: g\n", "2: the quote ' that begins here has no end"],
  ] as const)
    assert.deepEqual(problemsOf(text), problems, text);
});

test('what only looks like a bracket is none', () => {
  for (const text of ['a: b]c', 'a: |\n  [\n', 'a: "["', "a: ']'", '# [\na: b # {', 'a: {b: [c, "}"]}'])
    assert.deepEqual(problemsOf(text), [], text);
  assert.deepEqual(problemsOf('a: |\n  [\nb: "{"\nc: @d\n'), ['4: a text begins with @ or `; quote it']);
});

test('other errors keep their line, and those behind an open bracket are its consequences', () => {
  assert.deepEqual(problemsOf('a:\n  - b\n c: d\ne: @f\ng: [h\ni: @j\n'), [
    '3: the indentation is wrong',
    '4: a text begins with @ or `; quote it',
    `5: ${open('[')}`,
  ]);
  assert.deepEqual(problemsOf('a:\n  b: &\n\n\n'), [
    '2: a name of an alias (*) or an anchor (&) is not allowed; quote a text that begins with * or &',
  ]);
});

test('a key that is there twice is named', () => {
  assert.deepEqual(problemsOf('a: 1\n"a": 2\nb: { c: 1, c: 2 }'), [
    '2: the key a appears twice: keys must be unique',
    '3: the key c appears twice: keys must be unique',
  ]);
  const { errors } = parseDocument('a: 1\na: 2');
  assert.deepEqual(
    yamlProblems('a: 1\na: 2', errors, () => undefined).map(({ message }) => message),
    ['a key appears twice: keys must be unique'],
  );
});
