/** What text may not hold as it is: mark-up, control characters, what XML cannot carry at all. */
const SPECIAL = /[&<>"'\ufffe\uffff]|\p{Cs}|(?![\t\n])\p{Cc}/gu;

/**
 * Text or attribute value for XML 1.0. Carriage return and C1 controls become numeric references, as in stock servers.
 * Stock writes such references for C0 controls too, which makes the whole document ill-formed for every strict parser;
 * they become U+FFFD here, as do lone surrogates.
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

/** The text with its references resolved; undefined when one is malformed or names an entity that XML does not know. */
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
 * What may stand in a name unescaped: the larger alphabets of those that every edition of XML 1.0 allows. Expat and Go go
 * by the editions before the fifth, and fail on the whole document. No colon either: nobody declared the prefix.
 */
const NAME_START =
  /[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e\u0391-\u03a1\u03a3-\u03ce\u0401-\u040c\u040e-\u044f\u0451-\u045c\u3041-\u3094\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3]/;
const NAME_FURTHER = /[-.0-9\u00b7]/;

/**
 * A metadata key as element name, in the "friendly" form of stock servers: `_` doubled, `$` as `_-`, all that a name
 * may not have at that place as `_.` and four hexadecimal digits per UTF-16 unit.
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

/** Undoes `escapeName`; an underscore that begins none of its forms stays what it is. */
export function unescapeName(name: string): string {
  if (!name.includes('_')) return name;
  return name.replace(ESCAPED, (form, hex: string | undefined) =>
    hex !== undefined ? String.fromCharCode(Number.parseInt(hex, 16)) : form === '__' ? '_' : '$',
  );
}
