import { AMAZON_CLASS } from '../model/fields.ts';
import type { DataCenterInfo, InstanceRecord, Port } from '../model/instance.ts';
import { appName } from '../model/names.ts';
import { err, ok, type Result } from '../result.ts';
import type { DecodeError, Skipped } from './decode-error.ts';
import type { DecodedApplication, DecodedApplications } from './document.ts';
import { DEFAULT_PORT, DEFAULT_SECURE_PORT, idOf, recordOf, type InstanceDraft } from './draft.ts';
import { unescapeName } from './escape.ts';
import { leaseOf, portOf, readScalar } from './json-fields.ts';
import { isObject, isScalar, parseJson, type JsonObject } from './json-values.ts';
import { integerOf } from './scalars.ts';

// Reads what other Eureka servers answer, of any age and make. A registry is too precious to lose for one odd value:
// what is missing gets its default, what is unknown is passed over, and an instance that cannot be read is skipped.
// `now` stands in for time stamps that are missing, in epoch milliseconds.

/** The answer to `apps`, `apps/delta`, `vips/{vip}`. Elements may be an object where only one is there. */
export function decodeApplicationsJson(text: string, now: number): Result<DecodedApplications, DecodeError> {
  const parsed = rooted(text, 'applications');
  if (!parsed.ok) return parsed;
  const root = parsed.value;
  const skipped: Skipped[] = [];
  const applications = listOf(root['application']).flatMap((each) => applicationOf(each, now, skipped) ?? []);
  return ok({
    versionsDelta: factOf(root, 'versions__delta', 'versions_delta'),
    hashCode: factOf(root, 'apps__hashcode', 'apps_hashcode'),
    applications,
    skipped,
  });
}

/** The answer to `apps/{app}`. */
export function decodeApplicationJson(
  text: string,
  now: number,
): Result<DecodedApplication & { readonly skipped: readonly Skipped[] }, DecodeError> {
  const parsed = rooted(text, 'application');
  if (!parsed.ok) return parsed;
  const skipped: Skipped[] = [];
  const application = applicationOf(parsed.value, now, skipped);
  return application === undefined ? err({ reason: 'the application has no name' }) : ok({ ...application, skipped });
}

/** One instance: text or something already parsed, with or without its `instance` around it. */
export function decodeInstanceJson(source: unknown, now: number): Result<InstanceRecord, DecodeError> {
  const parsed = typeof source === 'string' ? parseJson(source) : ok(source);
  if (!parsed.ok) return parsed;
  const root = parsed.value;
  return instanceOf(isObject(root) && isObject(root['instance']) ? root['instance'] : root, undefined, now);
}

function rooted(text: string, name: string): Result<JsonObject, DecodeError> {
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  const root = isObject(parsed.value) ? parsed.value[name] : undefined;
  return isObject(root) ? ok(root) : err({ reason: `the document is not {"${name}":{…}}` });
}

function factOf(root: JsonObject, ...names: readonly string[]): string | undefined {
  const value = names.map((name) => root[name]).find(isScalar);
  return value === undefined ? undefined : String(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : isObject(value) ? [value] : [];
}

/** Without a name of its own an application has that of its first instance. */
function applicationOf(value: unknown, now: number, skipped: Skipped[]): DecodedApplication | undefined {
  const items = isObject(value) ? listOf(value['instance']) : [];
  const name = isObject(value)
    ? (textOf(value['name']) ?? items.map((item) => memberOf(item, 'app')).find(Boolean))
    : undefined;
  if (name === undefined || name === '') {
    skipped.push({ id: '', reason: 'an application has no name' });
    return undefined;
  }
  const instances: InstanceRecord[] = [];
  for (const item of items) {
    const decoded = instanceOf(item, name, now);
    if (decoded.ok) instances.push(decoded.value);
    else skipped.push({ id: `${name}/${memberOf(item, 'instanceId') ?? ''}`, reason: decoded.error.reason });
  }
  return { name: appName(name), instances };
}

function textOf(value: unknown): string | undefined {
  return isScalar(value) ? String(value) : undefined;
}

function memberOf(value: unknown, key: string): string | undefined {
  return isObject(value) ? textOf(value[key]) : undefined;
}

function instanceOf(value: unknown, application: string | undefined, now: number): Result<InstanceRecord, DecodeError> {
  if (!isObject(value)) return err({ reason: 'the instance is not an object' });
  const draft: InstanceDraft = {};
  for (const [key, each] of Object.entries(value)) {
    if (isScalar(each)) readScalar(draft, key, each);
  }
  const { port, securePort, dataCenterInfo, leaseInfo, metadata } = value;
  draft.port = lenientPort(port, DEFAULT_PORT);
  draft.securePort = lenientPort(securePort, DEFAULT_SECURE_PORT);
  draft.dataCenterInfo = lenientDataCenter(dataCenterInfo);
  if (isObject(leaseInfo)) draft.leaseInfo = leaseOf(leaseInfo);
  draft.metadata = entriesOf(metadata, hasEscapedKeys(value));
  const id = idOf(draft);
  if (id === undefined) return err({ reason: 'it has neither instanceId nor hostName' });
  const app = draft.app || application;
  return app === undefined ? err({ reason: 'it has no app' }) : ok(recordOf(draft, id, appName(app), now));
}

/** Some servers give a bare number. */
function lenientPort(value: unknown, absent: Port): Port {
  if (isObject(value)) return portOf(value, absent);
  return isScalar(value) ? { number: integerOf(value), enabled: absent.enabled } : absent;
}

function lenientDataCenter(value: unknown): DataCenterInfo {
  if (!isObject(value)) return { name: 'MyOwn' };
  const { '@class': type, name, metadata } = value;
  if (name === 'Amazon' || type === AMAZON_CLASS) return { name: 'Amazon', metadata: entriesOf(metadata, false) };
  return { name: name === 'Netflix' ? name : 'MyOwn' };
}

/**
 * Servers before 1.4 made JSON out of their XML, escaped metadata keys included. Nothing in a document says so but
 * their ports, which nobody else writes as a boolean beside a string.
 */
function hasEscapedKeys({ port }: JsonObject): boolean {
  return isObject(port) && typeof port['@enabled'] === 'boolean' && typeof port['$'] === 'string';
}

function entriesOf(value: unknown, escapedKeys: boolean): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  if (!isObject(value)) return entries;
  for (const [key, each] of Object.entries(value)) {
    if (key === '@class') continue;
    const text = isScalar(each) || each === null ? String(each) : JSON.stringify(each);
    entries.set(escapedKeys ? unescapeName(key) : key, text);
  }
  return entries;
}
