import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { InstanceRecord } from '../model/instance.ts';
import { appName } from '../model/names.ts';
import { err, ok, type Result } from '../result.ts';
import type { DecodeError, Skipped } from './decode-error.ts';
import type { DecodedApplication, DecodedApplications } from './document.ts';
import { idOf, recordOf, type InstanceDraft } from './draft.ts';
import { unescapeName, unescapeText } from './escape.ts';
import { oddIdentifier, oddName, shownIdentifier } from './identifiers.ts';
import { childrenOf, type XmlElement } from './xml-element.ts';
import { isObject } from './json-values.ts';
import { draftFromElement, textOf } from './xml-instance.ts';

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

/** A document with exactly this root. Never throws; refuses a DOCTYPE, which no Eureka client sends. */
function parseXml(text: string, rootName: string): Result<XmlElement, DecodeError> {
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
    return root?.name === rootName && roots.length === 1
      ? ok(root)
      : err({ reason: `the document is not <${rootName}>` });
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

/** The body of a registration. */
export function draftFromRegistrationXml(text: string): Result<InstanceDraft, DecodeError> {
  const root = parseXml(text, 'instance');
  if (!root.ok) return root;
  const draft = draftFromElement(root.value);
  if (!draft.ok) return draft;
  if (draft.value.app === undefined) return err({ reason: 'app is missing' });
  return ok({ ...draft.value, app: draft.value.app.toUpperCase() });
}

/** The answer to `apps/{app}/{id}`. `now`, in epoch milliseconds, stands in for time stamps that are missing. */
export function decodeInstanceXml(text: string, now: number): Result<InstanceRecord, DecodeError> {
  const root = parseXml(text, 'instance');
  return root.ok ? instanceOf(root.value, undefined, now) : root;
}

/** The answer to `apps`, `apps/delta`, `vips/{vip}`: as tolerant as its JSON counterpart. */
export function decodeApplicationsXml(text: string, now: number): Result<DecodedApplications, DecodeError> {
  const root = parseXml(text, 'applications');
  if (!root.ok) return root;
  const skipped: Skipped[] = [];
  return ok({
    versionsDelta: textOf(root.value, 'versions_delta'),
    hashCode: textOf(root.value, 'apps_hashcode'),
    applications: childrenOf(root.value, 'application').flatMap((each) => applicationOf(each, now, skipped) ?? []),
    skipped,
  });
}

function applicationOf(element: XmlElement, now: number, skipped: Skipped[]): DecodedApplication | undefined {
  const items = childrenOf(element, 'instance');
  const name = textOf(element, 'name') || items.map((item) => textOf(item, 'app')).find(Boolean);
  const fault = name === undefined ? 'an application has no name' : oddName('its name', name);
  if (name === undefined || fault !== undefined) {
    skipped.push({ id: shownIdentifier(name ?? ''), reason: fault ?? '' });
    return undefined;
  }
  const instances: InstanceRecord[] = [];
  for (const item of items) {
    const decoded = instanceOf(item, name, now);
    if (decoded.ok) instances.push(decoded.value);
    else
      skipped.push({
        id: shownIdentifier(`${name}/${textOf(item, 'instanceId') ?? ''}`),
        reason: decoded.error.reason,
      });
  }
  return { name: appName(name), instances };
}

function instanceOf(
  element: XmlElement,
  application: string | undefined,
  now: number,
): Result<InstanceRecord, DecodeError> {
  const draft = draftFromElement(element);
  if (!draft.ok) return draft;
  const id = idOf(draft.value);
  if (id === undefined) return err({ reason: 'it has neither instanceId nor hostName' });
  const app = draft.value.app || application;
  if (app === undefined) return err({ reason: 'it has no app' });
  const record = recordOf(draft.value, id, appName(app), now);
  const fault = oddIdentifier(record);
  return fault === undefined ? ok(record) : err({ reason: fault });
}
