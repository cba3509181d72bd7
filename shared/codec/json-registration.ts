import { isRawRecord, type RawRecord } from '../data/raw-data.ts';
import { AMAZON_CLASS, DEFAULT_CLASS } from '../model/fields.ts';
import { err, ok, type Result } from '../result.ts';
import type { DecodeError } from './decode-error.ts';
import { DEFAULT_PORT, DEFAULT_SECURE_PORT, type DataCenterDraft, type InstanceDraft } from './draft.ts';
import { isScalarField, leaseOf, portOf, readScalar } from './json-fields.ts';
import { isScalar, parseJsonKeepingDigits } from './json-values.ts';

// Accepts and refuses registration bodies as stock servers do, because the legacy server behind us must accept what we
// accept. Their decoder reads tokens in pairs of key and value, and handles nesting only where it expects it: an
// unknown object ends the instance, and a nested metadata value is torn into pieces. Whether that ends well depends on
// the place, so the rules here look odd. Nesting beyond these rules is refused.

/** The `instance` of a registration body. */
export function draftFromRegistration(text: string): Result<InstanceDraft, DecodeError> {
  const parsed = parseJsonKeepingDigits(text);
  if (!parsed.ok) return parsed;
  const root = parsed.value;
  const instance = isRawRecord(root) ? root['instance'] : undefined;
  if (!isRawRecord(root) || !isRawRecord(instance) || Object.keys(root).length !== 1)
    return err({ reason: 'the body is not {"instance":{…}}' });
  const draft: InstanceDraft = {};
  const fields = Object.entries(instance);
  for (const [position, [key, value]] of fields.entries()) {
    if (value !== null && !readField(draft, key, value, position === fields.length - 1))
      return err({ reason: `${key} cannot be read` });
  }
  if (draft.app === undefined) return err({ reason: 'app is missing' });
  draft.app = draft.app.toUpperCase();
  if (draft.appGroupName !== undefined) draft.appGroupName = draft.appGroupName.toUpperCase();
  return ok(draft);
}

/** Sets one field that is not null; false when a stock server would give up here. */
function readField(draft: InstanceDraft, key: string, value: unknown, last: boolean): boolean {
  switch (key) {
    case 'port':
    case 'securePort':
      if (!isRawRecord(value) || !Object.entries(value).every(([part, each]) => isPortPart(part) && isFlat(each)))
        return false;
      draft[key] = portOf(value, key === 'port' ? DEFAULT_PORT : DEFAULT_SECURE_PORT);
      return true;
    case 'dataCenterInfo': {
      const info = dataCenterOf(value);
      if (info !== undefined) draft.dataCenterInfo = info;
      return info !== undefined;
    }
    case 'leaseInfo':
      if (!isRawRecord(value) || !Object.values(value).every(isFlat)) return false;
      draft.leaseInfo = leaseOf(value);
      return true;
    case 'metadata': {
      const entries = isRawRecord(value) ? metadataOf(value, last) : undefined;
      if (entries !== undefined) draft.metadata = entries;
      return entries !== undefined;
    }
    default:
      if (isScalar(value)) {
        // Unknown scalars are passed over.
        readScalar(draft, key, value);
        return true;
      }
      return !isScalarField(key) && isHarmless(value, last);
  }
}

/**
 * An unknown array of one scalar keeps keys and values in step. An unknown object ends the instance: harmless at its
 * end.
 */
function isHarmless(value: unknown, last: boolean): boolean {
  return Array.isArray(value) ? value.length === 1 && isFlat(value[0]) : last;
}

function isPortPart(key: string): boolean {
  return key === '$' || key === '@enabled';
}

function isFlat(value: unknown): boolean {
  return value === null || isScalar(value);
}

/** `@class` decides: a Java decoder cannot make an object without it, or of an unknown one. */
function dataCenterOf(value: unknown): DataCenterDraft | undefined {
  if (!isRawRecord(value)) return undefined;
  const { '@class': type, name, metadata, ...others } = value;
  switch (type) {
    case AMAZON_CLASS:
      if (!isRawRecord(metadata) || !Object.values(metadata).every(isFlat)) return undefined;
      return { name: 'Amazon', metadata: new Map(Object.entries(metadata).map(([key, each]) => [key, String(each)])) };
    case DEFAULT_CLASS:
    case 'com.netflix.appinfo.MyDataCenterInfo':
      if (metadata !== undefined || Object.keys(others).length > 0) return undefined;
      if (name === undefined || name === null) return { name: undefined };
      if (name === 'MyOwn' || name === 'Netflix') return { name };
      return name === 'Amazon' ? { name, metadata: new Map() } : undefined;
    default:
      return undefined;
  }
}

/** Values become strings, and null becomes the string `null`. `@class` is no entry but a type mark of some clients. */
function metadataOf(value: RawRecord, lastField: boolean): ReadonlyMap<string, string> | undefined {
  const entries = new Map<string, string>();
  const pairs = Object.entries(value).filter(([key]) => key !== '@class');
  for (const [position, [key, each]] of pairs.entries()) {
    if (isFlat(each)) entries.set(key, String(each));
    else if (Array.isArray(each)) {
      if (each.length !== 1 || !isFlat(each[0])) return undefined;
      entries.set(key, '[').set(String(each[0]), ']');
    } else {
      const inner = isRawRecord(each) ? Object.entries(each) : [];
      if (!lastField || position !== pairs.length - 1 || !inner.every(([, leaf]) => isFlat(leaf))) return undefined;
      entries.set(key, '{');
      for (const [innerKey, leaf] of inner) entries.set(innerKey, String(leaf));
    }
  }
  return entries;
}
