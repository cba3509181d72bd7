import type { DecodeError, Skipped } from '../../shared/codec/decode-error.ts';
import type { DecodedApplication } from '../../shared/codec/document.ts';
import { isScalar } from '../../shared/codec/json-values.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { DecodedApplications } from './decode-applications.ts';
import { decodeApplicationJson } from './single-application.ts';

type Plain = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON has no word for what `1e309` is read as. */
function withInfinity(_key: string, value: unknown): unknown {
  return value === Infinity || value === -Infinity ? String(value) : value;
}

/** Decodes a JSON document by one `JSON.parse` of the whole, as the reference for decoding in parts. */
export function decodeAtOnce(text: string, now: number): Result<DecodedApplications, DecodeError> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    return err({ reason: String(error) });
  }
  const root = isPlain(parsed) ? parsed['applications'] : undefined;
  if (!isPlain(root)) return err({ reason: 'no registry' });
  const listed = root['application'];
  const elements: readonly unknown[] = Array.isArray(listed) ? listed : isPlain(listed) ? [listed] : [];
  const skipped: Skipped[] = [];
  const applications = elements.flatMap((element): readonly DecodedApplication[] => {
    const decoded = isPlain(element)
      ? decodeApplicationJson(JSON.stringify({ application: element }, withInfinity), now)
      : err({ reason: 'the application has no name' });
    if (decoded.ok) skipped.push(...decoded.value.skipped);
    else skipped.push({ id: '', reason: 'an application has no name' });
    return decoded.ok ? [{ name: decoded.value.name, instances: decoded.value.instances }] : [];
  });
  const fact = (...names: readonly string[]): string | undefined => {
    const value = names.map((name) => root[name]).find(isScalar);
    return value === undefined ? undefined : String(value);
  };
  return ok({
    versionsDelta: fact('versions__delta', 'versions_delta'),
    hashCode: fact('apps__hashcode', 'apps_hashcode'),
    applications,
    listed: elements.reduce<number>(
      (sum, element) => sum + countOf(isPlain(element) ? element['instance'] : undefined),
      0,
    ),
    skipped,
  });
}

/** A list of one element may be that element alone. */
function countOf(instances: unknown): number {
  if (Array.isArray(instances)) return instances.length;
  return isPlain(instances) ? 1 : 0;
}
