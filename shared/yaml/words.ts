import { err, ok, type Result } from '../result.ts';

/** By the parser's error code. The parser's own messages quote the text, which may contain a secret. */
const WORDS: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'an alias (*name) has an anchor or a tag',
  BAD_ALIAS: 'a name of an alias (*) or an anchor (&) is not allowed; quote a text that begins with * or &',
  BAD_COLLECTION_TYPE: 'a tag (!) does not fit what it stands before; quote a text that begins with !',
  BAD_DIRECTIVE: 'a directive (%) is not known; quote a text that begins with %',
  BAD_DQ_ESCAPE: 'an escape sequence in double quotes is not known; in single quotes a \\ is itself',
  BAD_INDENT: 'the indentation is wrong',
  BAD_PROP_ORDER: 'an anchor (&) or a tag (!) is in the wrong place',
  BAD_SCALAR_START: 'a text begins with @ or `; quote it',
  BLOCK_AS_IMPLICIT_KEY: 'a map or a list stands in the line of a key; quote a text with ": " in it',
  BLOCK_IN_FLOW: 'a map or a list over several lines stands in brackets or braces',
  IMPOSSIBLE: 'this cannot be read',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters',
  MISSING_CHAR: 'a quote, a bracket, a comma, a colon or a blank is missing',
  MULTILINE_IMPLICIT_KEY: 'a key reaches over several lines; a closing quote or a ": " may be missing',
  MULTIPLE_ANCHORS: 'a value has two anchors (&)',
  MULTIPLE_DOCS: 'there are several documents (---)',
  MULTIPLE_TAGS: 'a value has two tags (!)',
  NON_STRING_KEY: 'a key is no text',
  RESOURCE_EXHAUSTION: 'it is nested too deeply, or its aliases multiply too much',
  TAB_AS_INDENT: 'tabs are not allowed as indentation',
  TAG_RESOLVE_FAILED: 'a tag (!) is not known; quote a text that begins with !',
  UNEXPECTED_TOKEN: 'a character stands where none is expected; quote a text with special characters',
};

/** What is wrong, for people, by the code of a parser's error. Of a key that is there twice it is {@link duplicateKeyText}. */
export function yamlErrorText(code: string): string {
  return WORDS[code] ?? 'this cannot be read';
}

/** `key`: as a message may name it; `undefined`: it could be a secret. */
export function duplicateKeyText(key: string | undefined): string {
  return `${key === undefined ? 'a key' : `the key ${key}`} appears twice: keys must be unique`;
}

/** An error that only resolving the aliases finds. */
export const UNRESOLVED_ALIAS =
  'an alias (*name) has no anchor (&name) before it, or multiplies too much; quote a text that begins with *';

/** Calls a parser of YAML. Where a text is nested some thousand times, the parser runs out of stack. */
export function withinStack<T>(parse: () => T): Result<T, string> {
  try {
    return ok(parse());
  } catch (error) {
    if (error instanceof RangeError) return err(yamlErrorText('RESOURCE_EXHAUSTION'));
    throw error;
  }
}
