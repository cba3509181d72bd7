import type { ObjectKind, StrippedObject } from '../../../shared/ingress/stripped.ts';
import { rawRecord, rawText } from '../../../shared/ingress/raw-data.ts';
import { ApiError } from './failure.ts';
import type { StripObject } from './object-sink.ts';

/** What identifies an object and its version, read before anything else. */
export interface ObjectIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** One object as listed or watched. */
export interface Listed {
  readonly identity: ObjectIdentity;
  /** undefined: not readable as its kind. Its last good version is then kept. */
  readonly object: StrippedObject | undefined;
}

export interface ListPage {
  readonly items: readonly Listed[];
  readonly resourceVersion: string;
  /** Empty on the last page. */
  readonly continue: string;
}

/**
 * Checks that an answer *is* the list asked for and strips its items. A 200 from something else (a login page, a
 * `Status`) taken for an empty list would delete every object.
 */
export function readPage(kind: ObjectKind, body: unknown, strip: StripObject): ListPage {
  const list = rawRecord(body);
  const metadata = rawRecord(list['metadata']);
  const items = list['items'];
  const resourceVersion = rawText(metadata['resourceVersion']) ?? '';
  if (list['kind'] !== `${kind}List` || !Array.isArray(items) || resourceVersion === '') {
    throw new ApiError(`answered with something that is not a complete ${kind}List (kind ${String(list['kind'])})`);
  }
  return {
    items: items.map((raw: unknown) => listed(kind, raw, strip)),
    resourceVersion,
    continue: rawText(metadata['continue']) ?? '',
  };
}

/** Throws when the object has no name: nothing can be said about it, so the list or watch it came from is not sound. */
export function listed(kind: ObjectKind, raw: unknown, strip: StripObject): Listed {
  const metadata = rawRecord(rawRecord(raw)['metadata']);
  const name = rawText(metadata['name']) ?? '';
  if (name === '') throw new ApiError(`sent an object of kind ${kind} without a name`);
  const identity = {
    namespace: rawText(metadata['namespace']) ?? '',
    name,
    uid: rawText(metadata['uid']) ?? '',
    resourceVersion: rawText(metadata['resourceVersion']) ?? '',
  };
  return { identity, object: strip(kind, raw) };
}

/** The resourceVersion of a watch event's object, bookmarks included. */
export function versionOf(raw: unknown): string {
  return rawText(rawRecord(rawRecord(raw)['metadata'])['resourceVersion']) ?? '';
}
