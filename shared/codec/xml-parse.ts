import { errorText } from '../error-text.ts';
import { isRawRecord } from '../data/raw-data.ts';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { err, ok, type Result } from '../result.ts';
import { withoutByteOrderMark } from './byte-order-mark.ts';
import type { DecodeError } from './decode-error.ts';
import { unescapeName, unescapeText } from './escape.ts';
import type { XmlElement } from './xml-element.ts';

// XML is for registrations of a few KB, and for servers that speak nothing else. The parser must keep order and text as
// they are: it must not turn versions into numbers, trim metadata, or resolve entities (it would do so within CDATA
// too, and only up to a limit that large registries exceed). Tag names get a mark in front, because the parser refuses
// `constructor` and the like, which are ordinary metadata keys.

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

/**
 * The root of a document, which must have the name if one is given. Never throws. Refuses a DOCTYPE: no client sends
 * one.
 */
export function parseXml(text: string, rootName?: string): Result<XmlElement, DecodeError> {
  if (/<!doctype/i.test(text)) return err({ reason: 'a DOCTYPE is not accepted' });
  const source = withoutByteOrderMark(text);
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
    return err({ reason: errorText(error) });
  }
}

/**
 * A node of the parser: one key is its name (or text, or CDATA) and holds the content, another holds the attributes.
 */
function elementOf(node: unknown): XmlElement | undefined {
  const tag = isRawRecord(node) ? Object.keys(node).find((key) => key.startsWith(MARK)) : undefined;
  if (!isRawRecord(node) || tag === undefined) return undefined;
  const content = nodesOf(node[tag]);
  const children = content.map(elementOf).filter((each) => each !== undefined);
  const attributes = Object.entries(isRawRecord(node[ATTRIBUTES]) ? node[ATTRIBUTES] : {});
  return {
    // The parser marks the name of an empty element twice.
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
  if (!isRawRecord(node)) return '';
  const text = node[TEXT];
  return typeof text === 'string' ? resolved(text) : nodesOf(node[CDATA]).map(rawText).join('');
}

function rawText(node: unknown): string {
  return isRawRecord(node) && typeof node[TEXT] === 'string' ? node[TEXT] : '';
}

/** Throws on a reference that does not resolve: such a document is not well-formed. */
function resolved(text: string): string {
  const value = unescapeText(text);
  if (value === undefined) throw new Error('a reference is malformed or names an unknown entity');
  return value;
}
