import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDocument } from 'yaml';
import { duplicateKeyText, UNRESOLVED_ALIAS, yamlErrorText } from '../../../../shared/yaml/words.ts';

/** A text with each error, and a word of what people have to look for. */
const BROKEN: readonly (readonly [code: string, text: string, word: RegExp])[] = [
  ['BAD_INDENT', 'a:\n  - b\n c: d', /indentation/],
  ['BAD_DQ_ESCAPE', 'a: "\\y"', /escape sequence in double quotes/],
  ['BAD_SCALAR_START', 'a: @b', /begins with @/],
  ['MISSING_CHAR', 'a: "b', /a quote, a bracket/],
  ['MULTIPLE_ANCHORS', 'a: &b &c d', /two anchors/],
  ['MULTIPLE_TAGS', 'a: !!str !!int 1', /two tags/],
  ['TAB_AS_INDENT', 'a:\n\t- b', /tabs/],
  ['BLOCK_AS_IMPLICIT_KEY', 'a: b: c', /in the line of a key/],
  ['BAD_ALIAS', 'a: &', /alias \(\*\) or an anchor/],
  ['TAG_RESOLVE_FAILED', 'a: !b c', /tag \(!\) is not known/],
  ['BAD_DIRECTIVE', '%B c\n---\na: b', /directive/],
  ['UNEXPECTED_TOKEN', 'a: [b]c', /where none is expected/],
  ['ALIAS_PROPS', 'a: &b c\nd: &e *b', /an alias \(\*name\) has/],
  ['MULTIPLE_DOCS', 'a\n---\nb', /several documents/],
];

for (const [code, text, word] of BROKEN)
  test(`${code}: people read what is wrong with ${JSON.stringify(text)}`, () => {
    const { errors, warnings } = parseDocument(text);
    assert.ok(
      [...errors, ...warnings].some((each) => each.code === code),
      [...errors, ...warnings].map((each) => each.code).join(),
    );
    assert.match(yamlErrorText(code), word);
  });

test('errors that are seldom seen have their words as well', () => {
  for (const [code, word] of [
    ['BLOCK_IN_FLOW', /in brackets or braces/],
    ['BAD_COLLECTION_TYPE', /does not fit/],
    ['BAD_PROP_ORDER', /in the wrong place/],
    ['IMPOSSIBLE', /^this cannot be read$/],
    ['KEY_OVER_1024_CHARS', /longer than 1024 characters/],
    ['MULTILINE_IMPLICIT_KEY', /over several lines/],
    ['NON_STRING_KEY', /a key is no text/],
    ['RESOURCE_EXHAUSTION', /nested too deeply/],
    ['what no parser says today', /^this cannot be read$/],
  ] as const)
    assert.match(yamlErrorText(code), word);
  assert.match(duplicateKeyText('a'), /^the key a appears twice/);
  assert.match(duplicateKeyText(undefined), /^a key appears twice/);
  assert.match(UNRESOLVED_ALIAS, /has no anchor/);
});
