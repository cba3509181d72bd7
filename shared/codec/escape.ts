/** Characters that XML text cannot hold as they are: mark-up, controls, and what XML cannot carry at all. */
const SPECIAL = /[&<>"'\ufffe\uffff]|\p{Cs}|(?![\t\n])\p{Cc}/gu;

/**
 * A text or an attribute value for XML 1.0. A carriage return and C1 controls become numeric references, as in stock
 * servers. Stock writes such references for C0 controls too, which makes the whole document ill-formed for every strict
 * parser. Here they become U+FFFD, and so do lone surrogates.
 */
export function escapeText(text: string): string {
  return text.replace(SPECIAL, escapeCharacter);
}

function escapeCharacter(character: string): string {
  switch (character) {
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    case '"':
      return '&quot;';
    case "'":
      return '&apos;';
    default: {
      const code = character.charCodeAt(0);
      return code === 0x0d || (code >= 0x7f && code <= 0x9f) ? `&#x${code.toString(16)};` : '\ufffd';
    }
  }
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);
const REFERENCE = /&(?:#([0-9]{1,8})|#x([0-9a-fA-F]{1,8})|([a-z]+));|&/g;

/**
 * The text with its references resolved; `undefined` when one is malformed or names an entity that XML does not have.
 */
export function unescapeText(text: string): string | undefined {
  if (!text.includes('&')) return text;
  let valid = true;
  const resolved = text.replace(REFERENCE, (_all, decimal?: string, hex?: string, name?: string) => {
    const value = name === undefined ? characterOf(decimal, hex) : ENTITIES.get(name);
    if (value === undefined) valid = false;
    return value ?? '';
  });
  return valid ? resolved : undefined;
}

function characterOf(decimal: string | undefined, hex: string | undefined): string | undefined {
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

const PLAIN_NAME = /^[A-Za-z][A-Za-z0-9.-]*$/;
/**
 * Characters that may begin a name unescaped: the larger alphabets among those that every edition of XML 1.0 allows.
 * Expat and Go follow the editions before the fifth and fail on the whole document otherwise. The colon is left out,
 * because nobody declared the prefix.
 */
const NAME_START =
  /[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e\u0391-\u03a1\u03a3-\u03ce\u0401-\u040c\u040e-\u044f\u0451-\u045c\u3041-\u3094\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3]/;
const NAME_FURTHER = /[-.0-9\u00b7]/;

/**
 * A metadata key as an element name, in the "friendly" form of stock servers: `_` is doubled, `$` becomes `_-`, and
 * what a name may not have at that place becomes `_.` and four hexadecimal digits per UTF-16 unit.
 */
export function escapeName(key: string): string {
  if (PLAIN_NAME.test(key)) return key;
  let name = '';
  for (let i = 0; i < key.length; i++) {
    const character = key.charAt(i);
    if (character === '_') name += '__';
    else if (character === '$') name += '_-';
    else if (NAME_START.test(character) || (i > 0 && NAME_FURTHER.test(character))) name += character;
    else name += `_.${key.charCodeAt(i).toString(16).padStart(4, '0')}`;
  }
  return name;
}

const ESCAPED = /__|_-|_\.([0-9a-fA-F]{4})/g;

/** Undoes `escapeName`. An underscore that begins none of its forms stays an underscore. */
export function unescapeName(name: string): string {
  if (!name.includes('_')) return name;
  return name.replace(ESCAPED, (form, hex: string | undefined) =>
    hex !== undefined ? String.fromCharCode(Number.parseInt(hex, 16)) : form === '__' ? '_' : '$',
  );
}
