export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const NAME_START =
  ':A-Z_a-z\\u{c0}-\\u{d6}\\u{d8}-\\u{f6}\\u{f8}-\\u{2ff}\\u{370}-\\u{37d}\\u{37f}-\\u{1fff}\\u{200c}-\\u{200d}' +
  '\\u{2070}-\\u{218f}\\u{2c00}-\\u{2fef}\\u{3001}-\\u{d7ff}\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{fffd}\\u{10000}-\\u{effff}';
const NAME = `[${NAME_START}][${NAME_START}\\-.0-9\\u{b7}\\u{300}-\\u{36f}\\u{203f}-\\u{2040}]*`;
const OPEN = new RegExp(`<(${NAME})((?:\\s+${NAME}\\s*=\\s*"[^"<]*")*)\\s*(/?)>`, 'uy');
const CLOSE = new RegExp(`</(${NAME})\\s*>`, 'uy');
const ATTRIBUTE = new RegExp(`(${NAME})\\s*=\\s*"([^"]*)"`, 'gu');
const TEXT = /[^<]+/uy;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * A strict parser, independent of the product's: elements, attributes, text and character references, nothing else.
 * Throws when the document is not well-formed, or has constructs that Eureka servers do not write.
 */
export function parseXml(document: string): XmlElement {
  const text = document.replaceAll(/\r\n?/g, '\n');
  let at = 0;
  const eat = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text) ?? undefined;
    if (match !== undefined) at = pattern.lastIndex;
    return match;
  };
  const fail = (what: string): never => {
    throw new Error(`${what} at ${at}: ${JSON.stringify(text.slice(Math.max(0, at - 40), at + 40))}`);
  };
  const element = (): XmlElement => {
    const open = eat(OPEN) ?? fail('no element');
    const [, name = '', attributeText = '', empty] = open;
    const attributes = new Map<string, string>();
    for (const [, key = '', value = ''] of attributeText.matchAll(ATTRIBUTE)) {
      if (attributes.has(key)) fail(`attribute ${key} twice`);
      attributes.set(key, unescape(value, fail));
    }
    const children: XmlElement[] = [];
    let own = '';
    if (empty === '/') return { name, attributes, children, text: own };
    for (;;) {
      const words = eat(TEXT);
      if (words !== undefined) own += unescape(words[0], fail);
      if (text.startsWith('</', at)) {
        const close = eat(CLOSE) ?? fail('no end tag');
        if (close[1] !== name) fail(`</${close[1]}> ends <${name}>`);
        if (children.length === 0) return { name, attributes, children, text: own };
        if (own.trim() !== '') fail(`text beside the elements of <${name}>`);
        return { name, attributes, children, text: '' };
      }
      children.push(element());
    }
  };
  const root = element();
  if (text.slice(at).trim() !== '') fail('something after the root element');
  return root;
}

function unescape(text: string, fail: (what: string) => never): string {
  // oxlint-disable-next-line no-control-regex -- that is what must not be there
  if (/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(text)) fail('a control character');
  return text.replaceAll(/&([^;&]*;?)/g, (_, body: string) => {
    const name = body.endsWith(';') ? body.slice(0, -1) : fail('a bare &');
    const hex = /^#x([\da-f]+)$/i.exec(name)?.[1];
    const decimal = /^#(\d+)$/.exec(name)?.[1];
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return ENTITIES[name] ?? fail(`unknown entity ${name}`);
  });
}
