import { isRawRecord, type RawRecord } from '../data/raw-data.ts';
import { AMAZON_CLASS } from '../model/fields.ts';
import type { DataCenterInfo, InstanceRecord, Port } from '../model/instance.ts';
import { err, ok, type Result } from '../result.ts';
import { recordFromAnswer, type InstanceFormat } from './application.ts';
import type { DecodeError } from './decode-error.ts';
import { DEFAULT_PORT, DEFAULT_SECURE_PORT, type InstanceDraft } from './draft.ts';
import { unescapeName } from './escape.ts';
import { TOO_LONG } from './json-cursor.ts';
import { leaseOf, portOf, readScalar } from './json-fields.ts';
import { isScalar, parseJson } from './json-values.ts';
import { integerOf } from './scalars.ts';
import { sharedEntries, sharedPort, sharedText, shareTexts } from './sharing.ts';

// Reads the answers of other Eureka servers, of any age and make. One odd value must not cost the whole registry: what
// is missing gets its default, what is unknown is passed over, and an instance that cannot be read is skipped. `now`,
// in epoch milliseconds, stands in for missing time stamps.

/** One instance, as text or already parsed, with or without `instance` around it. */
export function decodeInstanceJson(source: unknown, now: number): Result<InstanceRecord, DecodeError> {
  const parsed = typeof source === 'string' ? parseJson(source) : ok(source);
  if (!parsed.ok) return parsed;
  const root = parsed.value;
  return instanceOf(isRawRecord(root) && isRawRecord(root['instance']) ? root['instance'] : root, undefined, now);
}

/** A scalar as text. */
export function textOf(value: unknown): string | undefined {
  return isScalar(value) ? String(value) : undefined;
}

function memberOf(value: unknown, key: string): string | undefined {
  return isRawRecord(value) ? textOf(value[key]) : undefined;
}

function instanceOf(
  value: unknown,
  listedIn: string | undefined,
  now: number,
  neighbour?: InstanceRecord,
): Result<InstanceRecord, DecodeError> {
  if (value === TOO_LONG) return err({ reason: 'it is longer than any instance may be' });
  if (!isRawRecord(value)) return err({ reason: 'the instance is not an object' });
  const draft: InstanceDraft = {};
  for (const [key, each] of Object.entries(value)) {
    if (isScalar(each)) readScalar(draft, key, each);
  }
  const { port, securePort, dataCenterInfo, leaseInfo, metadata } = value;
  draft.port = sharedPort(lenientPort(port, DEFAULT_PORT), neighbour?.port);
  draft.securePort = sharedPort(lenientPort(securePort, DEFAULT_SECURE_PORT), neighbour?.securePort);
  draft.dataCenterInfo = lenientDataCenter(dataCenterInfo, neighbour?.dataCenterInfo);
  if (isRawRecord(leaseInfo)) draft.leaseInfo = leaseOf(leaseInfo);
  draft.metadata = entriesOf(metadata, hasEscapedKeys(value), neighbour?.metadata);
  if (neighbour !== undefined) shareTexts(draft, neighbour);
  return recordFromAnswer(draft, listedIn, now, neighbour);
}

/** The instances of an application in a JSON document. */
export const JSON_INSTANCES: InstanceFormat<unknown> = { textOf: memberOf, decode: instanceOf };

/** Some servers write a bare number. */
function lenientPort(value: unknown, absent: Port): Port {
  if (isRawRecord(value)) return portOf(value, absent);
  return isScalar(value) ? { number: integerOf(value), enabled: absent.enabled } : absent;
}

function lenientDataCenter(value: unknown, neighbour: DataCenterInfo | undefined): DataCenterInfo {
  if (!isRawRecord(value)) return MY_OWN;
  const { '@class': type, name, metadata } = value;
  if (name !== 'Amazon' && type !== AMAZON_CLASS) return name === 'Netflix' ? NETFLIX : MY_OWN;
  const entries = neighbour?.name === 'Amazon' ? neighbour.metadata : undefined;
  return { name: 'Amazon', metadata: entriesOf(metadata, false, entries) };
}

const MY_OWN: DataCenterInfo = { name: 'MyOwn' };
const NETFLIX: DataCenterInfo = { name: 'Netflix' };

/**
 * Servers before 1.4 made JSON out of their XML, escaped metadata keys included. Only their ports show it in a
 * document: nobody else writes a boolean beside a string there.
 */
function hasEscapedKeys({ port }: RawRecord): boolean {
  return isRawRecord(port) && typeof port['@enabled'] === 'boolean' && typeof port['$'] === 'string';
}

function entriesOf(
  value: unknown,
  escapedKeys: boolean,
  neighbour: ReadonlyMap<string, string> | undefined,
): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  if (!isRawRecord(value)) return entries;
  for (const [key, each] of Object.entries(value)) {
    if (key === '@class') continue;
    const name = escapedKeys ? unescapeName(key) : key;
    const text = isScalar(each) || each === null ? String(each) : JSON.stringify(each);
    entries.set(name, sharedText(text, neighbour?.get(name)));
  }
  return sharedEntries(entries, neighbour);
}
