import {
  DEFAULT_LEASE,
  type DataCenterInfo,
  type InstanceRecord,
  type LeaseInfo,
  type Port,
} from '../model/instance.ts';
import { LEASE_FIELDS } from '../model/fields.ts';
import { err, ok, type Result } from '../result.ts';
import { recordFromAnswer } from './application.ts';
import type { DecodeError } from './decode-error.ts';
import { isTextField, leaseWithDefaults, type InstanceDraft } from './draft.ts';
import { actionOf, integerOf, millisOf, statusOf } from './scalars.ts';
import { childOf, type XmlElement } from './xml-element.ts';

/** What an `<instance>` states. Java servers read it the same way and fail at the same places. */
export function draftFromElement(instance: XmlElement): Result<InstanceDraft, DecodeError> {
  const draft: InstanceDraft = {};
  for (const child of instance.children) {
    if (!readElement(draft, child)) return err({ reason: `${child.name} cannot be read` });
    // A lease value that is no number makes a Java server lose its place, so what follows the lease is passed over.
    if (child.name === 'leaseInfo' && !child.children.every((part) => isLong(part.text))) break;
  }
  return ok(draft);
}

function readElement(draft: InstanceDraft, { name, text, children, attributes }: XmlElement): boolean {
  if (isTextField(name)) {
    draft[name] = text;
    return true;
  }
  switch (name) {
    case 'status':
      draft.status = statusOf(text.toUpperCase());
      return true;
    case 'overriddenstatus':
    case 'overriddenStatus':
      draft.overriddenStatus = statusOf(text.toUpperCase());
      return true;
    case 'port':
      return setPort(draft, name, text, attributes.get('enabled') !== 'false');
    case 'securePort':
      return setPort(draft, name, text, attributes.get('enabled') === 'true');
    case 'countryId':
      if (!isInt(text)) return false;
      draft.countryId = integerOf(text);
      return true;
    case 'dataCenterInfo':
      return setDataCenter(draft, children);
    case 'leaseInfo':
      draft.leaseInfo = leaseOf(children);
      return true;
    case 'metadata':
      draft.metadata = entriesOf(children);
      return true;
    case 'isCoordinatingDiscoveryServer':
      draft.isCoordinatingDiscoveryServer = text.toLowerCase() === 'true';
      return true;
    case 'lastUpdatedTimestamp':
    case 'lastDirtyTimestamp':
      // What is no long counts as absent.
      if (isLong(text)) draft[name] = millisOf(text);
      return true;
    case 'actionType': {
      const action = actionOf(text);
      if (action !== undefined) draft.actionType = action;
      return true;
    }
    default:
      return true;
  }
}

/** Java's parsers of whole numbers accept no blanks around them, and no number that does not fit. */
const WHOLE = /^[+-]?[0-9]+$/;

function isInt(text: string): boolean {
  return WHOLE.test(text) && Number(text) >= -(2 ** 31) && Number(text) < 2 ** 31;
}

function isLong(text: string): boolean {
  // A large number is compared by its digits: a double may round it up to 2^63.
  return WHOLE.test(text) && (Math.abs(Number(text)) < 2 ** 62 || BigInt.asIntN(64, whole(text)) === whole(text));
}

function whole(text: string): bigint {
  return BigInt(text.replace(/^\+/, ''));
}

function setPort(draft: InstanceDraft, name: 'port' | 'securePort', text: string, enabled: boolean): boolean {
  if (!isInt(text)) return false;
  const port: Port = { number: integerOf(text), enabled };
  draft[name] = port;
  return true;
}

/** The name decides, not the class, and it must come before the metadata. Without a name there is no data center. */
function setDataCenter(draft: InstanceDraft, children: readonly XmlElement[]): boolean {
  const name = children.findIndex((child) => child.name === 'name');
  const metadata = children.findIndex((child) => child.name === 'metadata');
  if (metadata >= 0 && (name < 0 || metadata < name)) return false;
  const text = children[name]?.text;
  if (text === undefined) return true;
  const info = dataCenterNamed(text, children[metadata]?.children ?? []);
  if (info !== undefined) draft.dataCenterInfo = info;
  return info !== undefined;
}

function dataCenterNamed(name: string, metadata: readonly XmlElement[]): DataCenterInfo | undefined {
  if (name.toLowerCase() === 'amazon') return { name: 'Amazon', metadata: entriesOf(metadata) };
  return name === 'MyOwn' || name === 'Netflix' ? { name } : undefined;
}

function leaseOf(children: readonly XmlElement[]): LeaseInfo {
  const lease: Record<keyof LeaseInfo, number> = { ...DEFAULT_LEASE };
  for (const child of children) {
    if (!isLong(child.text)) break;
    const field = LEASE_FIELDS.find(({ name }) => name === child.name);
    if (field !== undefined) lease[field.name] = millisOf(child.text);
  }
  return leaseWithDefaults(lease);
}

function entriesOf(children: readonly XmlElement[]): ReadonlyMap<string, string> {
  return new Map(children.map(({ name, text }) => [name, text]));
}

/** The text of a child that may be missing. */
export function textOf(element: XmlElement, name: string): string | undefined {
  return childOf(element, name)?.text;
}

/** One instance of an answer. `listedIn`: the application that lists it, used when it names none itself. */
export function instanceFromElement(
  element: XmlElement,
  listedIn: string | undefined,
  now: number,
): Result<InstanceRecord, DecodeError> {
  const draft = draftFromElement(element);
  if (!draft.ok) return draft;
  return recordFromAnswer(draft.value, listedIn, now);
}
