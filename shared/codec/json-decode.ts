import { AMAZON_CLASS } from '../model/fields.ts';
import type { DataCenterInfo, InstanceRecord, Port } from '../model/instance.ts';
import { appName } from '../model/names.ts';
import { err, ok, type Result } from '../result.ts';
import { noteSkipped, type DecodeError, type Skipped } from './decode-error.ts';
import type { DecodedApplication } from './document.ts';
import { DEFAULT_PORT, DEFAULT_SECURE_PORT, idOf, recordOf, type InstanceDraft } from './draft.ts';
import { unescapeName } from './escape.ts';
import { longIdentifier, longName, shownIdentifier } from './identifiers.ts';
import { TOO_LONG, type Reading } from './json-cursor.ts';
import { leaseOf, portOf, readScalar } from './json-fields.ts';
import { isObject, isScalar, parseJson, type JsonObject } from './json-values.ts';
import { integerOf } from './scalars.ts';
import { sharedEntries, sharedPort, sharedText, shareTexts } from './sharing.ts';

// Reads what other Eureka servers answer, of any age and make. A registry is too precious to lose for one odd value:
// what is missing gets its default, what is unknown is passed over, and an instance that cannot be read is skipped.
// `now` stands in for time stamps that are missing, in epoch milliseconds.

/** One instance: text or something already parsed, with or without its `instance` around it. */
export function decodeInstanceJson(source: unknown, now: number): Result<InstanceRecord, DecodeError> {
  const parsed = typeof source === 'string' ? parseJson(source) : ok(source);
  if (!parsed.ok) return parsed;
  const root = parsed.value;
  return instanceOf(isObject(root) && isObject(root['instance']) ? root['instance'] : root, undefined, now);
}

/**
 * One application out of the values of its `name` and of the elements of its `instance`; `undefined` when it has no name.
 * Without a name of its own it has that of its first instance.
 */
export function* decodeApplication(
  ownName: unknown,
  items: readonly unknown[],
  now: number,
  skipped: Skipped[],
): Reading<DecodedApplication | undefined> {
  const name = textOf(ownName) ?? items.map((item) => memberOf(item, 'app')).find(Boolean);
  const fault = name === undefined || name === '' ? 'an application has no name' : longName('its name', name);
  if (name === undefined || fault !== undefined) {
    noteSkipped(skipped, { id: shownIdentifier(name ?? ''), reason: fault ?? '' });
    return undefined;
  }
  const instances: InstanceRecord[] = [];
  for (const item of items) {
    const decoded = instanceOf(item, name, now, instances.at(-1));
    if (decoded.ok) instances.push(decoded.value);
    else
      noteSkipped(skipped, {
        id: shownIdentifier(`${name}/${memberOf(item, 'instanceId') ?? ''}`),
        reason: decoded.error.reason,
      });
    yield;
  }
  return { name: appName(name), instances };
}

function textOf(value: unknown): string | undefined {
  return isScalar(value) ? String(value) : undefined;
}

function memberOf(value: unknown, key: string): string | undefined {
  return isObject(value) ? textOf(value[key]) : undefined;
}

/** `neighbour`: an instance of the same application, with which the record shares what they have in common. */
function instanceOf(
  value: unknown,
  application: string | undefined,
  now: number,
  neighbour?: InstanceRecord,
): Result<InstanceRecord, DecodeError> {
  if (value === TOO_LONG) return err({ reason: 'it is longer than any instance may be' });
  if (!isObject(value)) return err({ reason: 'the instance is not an object' });
  const draft: InstanceDraft = {};
  for (const [key, each] of Object.entries(value)) {
    if (isScalar(each)) readScalar(draft, key, each);
  }
  const { port, securePort, dataCenterInfo, leaseInfo, metadata } = value;
  draft.port = sharedPort(lenientPort(port, DEFAULT_PORT), neighbour?.port);
  draft.securePort = sharedPort(lenientPort(securePort, DEFAULT_SECURE_PORT), neighbour?.securePort);
  draft.dataCenterInfo = lenientDataCenter(dataCenterInfo, neighbour?.dataCenterInfo);
  if (isObject(leaseInfo)) draft.leaseInfo = leaseOf(leaseInfo);
  draft.metadata = entriesOf(metadata, hasEscapedKeys(value), neighbour?.metadata);
  if (neighbour !== undefined) shareTexts(draft, neighbour);
  const id = idOf(draft);
  if (id === undefined) return err({ reason: 'it has neither instanceId nor hostName' });
  const app = draft.app || application;
  if (app === undefined) return err({ reason: 'it has no app' });
  const record = recordOf(draft, id, sharedText(appName(app), neighbour?.app), now);
  const fault = longIdentifier(record);
  return fault === undefined ? ok(record) : err({ reason: fault });
}

/** Some servers give a bare number. */
function lenientPort(value: unknown, absent: Port): Port {
  if (isObject(value)) return portOf(value, absent);
  return isScalar(value) ? { number: integerOf(value), enabled: absent.enabled } : absent;
}

function lenientDataCenter(value: unknown, neighbour: DataCenterInfo | undefined): DataCenterInfo {
  if (!isObject(value)) return MY_OWN;
  const { '@class': type, name, metadata } = value;
  if (name !== 'Amazon' && type !== AMAZON_CLASS) return name === 'Netflix' ? NETFLIX : MY_OWN;
  const entries = neighbour?.name === 'Amazon' ? neighbour.metadata : undefined;
  return { name: 'Amazon', metadata: entriesOf(metadata, false, entries) };
}

const MY_OWN: DataCenterInfo = { name: 'MyOwn' };
const NETFLIX: DataCenterInfo = { name: 'Netflix' };

/**
 * Servers before 1.4 made JSON out of their XML, escaped metadata keys included. Nothing in a document says so but
 * their ports, which nobody else writes as a boolean beside a string.
 */
function hasEscapedKeys({ port }: JsonObject): boolean {
  return isObject(port) && typeof port['@enabled'] === 'boolean' && typeof port['$'] === 'string';
}

function entriesOf(
  value: unknown,
  escapedKeys: boolean,
  neighbour: ReadonlyMap<string, string> | undefined,
): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  if (!isObject(value)) return entries;
  for (const [key, each] of Object.entries(value)) {
    if (key === '@class') continue;
    const name = escapedKeys ? unescapeName(key) : key;
    const text = isScalar(each) || each === null ? String(each) : JSON.stringify(each);
    entries.set(name, sharedText(text, neighbour?.get(name)));
  }
  return sharedEntries(entries, neighbour);
}
