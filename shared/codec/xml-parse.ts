import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { err, ok, type Result } from '../result.ts';
import type { DecodeError } from './decode-error.ts';
import { unescapeName, unescapeText } from './escape.ts';
import { isObject } from './json-values.ts';
import type { XmlElement } from './xml-element.ts';

// XML is for registrations of a few KB, and for servers that have nothing else. The parser keeps order and text as they
// are: it must not make numbers of versions, trim metadata, or resolve entities (it would also within CDATA, up to a
// limit that large registries pass). Its tag names get a mark in front because it refuses `constructor` and the like,
// which are ordinary metadata keys.

const MARK = '<';
const TEXT = '#text';
const CDATA = '#cdata';
const ATTRIBUTES = ':@';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  textNodeName: TEXT,
  cdataPropName: CDATA,
  transformTagName: (name) => MARK + name,
});

/** A document with one root, of this name where it is given. Never throws; refuses a DOCTYPE, which no client sends. */
export function parseXml(text: string, rootName?: string): Result<XmlElement, DecodeError> {
  if (/<!doctype/i.test(text)) return err({ reason: 'a DOCTYPE is not accepted' });
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  try {
    const verdict = XMLValidator.validate(source);
    if (verdict !== true) return err({ reason: verdict.err.msg });
    const roots = nodesOf(parser.parse(source))
      .map(elementOf)
      .filter((each) => each !== undefined);
    const [root] = roots;
    // The validator overlooks a second root after an empty one.
    return root !== undefined && root.name === (rootName ?? root.name) && roots.length === 1
      ? ok(root)
      : err({ reason: `the document is not <${rootName ?? 'one element'}>` });
  } catch (error) {
    return err({ reason: error instanceof Error ? error.message : String(error) });
  }
}

/** A node as the parser gives it: one key for the name (or text, or CDATA) with its content, one for attributes. */
function elementOf(node: unknown): XmlElement | undefined {
  const tag = isObject(node) ? Object.keys(node).find((key) => key.startsWith(MARK)) : undefined;
  if (!isObject(node) || tag === undefined) return undefined;
  const content = nodesOf(node[tag]);
  const children = content.map(elementOf).filter((each) => each !== undefined);
  const attributes = Object.entries(isObject(node[ATTRIBUTES]) ? node[ATTRIBUTES] : {});
  return {
    // Of an empty element the parser marks the name twice.
    name: unescapeName(tag.slice(tag.lastIndexOf(MARK) + MARK.length)),
    attributes: new Map(attributes.map(([name, value]) => [name, resolved(String(value))])),
    children,
    text: children.length > 0 ? '' : content.map(textOfNode).join(''),
  };
}

function nodesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOfNode(node: unknown): string {
  if (!isObject(node)) return '';
  const text = node[TEXT];
  return typeof text === 'string' ? resolved(text) : nodesOf(node[CDATA]).map(rawText).join('');
}

function rawText(node: unknown): string {
  return isObject(node) && typeof node[TEXT] === 'string' ? node[TEXT] : '';
}

/** Throws on a reference to nothing, as a parser does: such a document is not well-formed. */
function resolved(text: string): string {
  const value = unescapeText(text);
  if (value === undefined) throw new Error('a reference is malformed or names an unknown entity');
  return value;
}
