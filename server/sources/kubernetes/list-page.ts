import type { ObjectKind, StrippedObject } from '../../../shared/ingress/stripped.ts';
import type { JsonCursor } from '../../../shared/codec/json-cursor.ts';
import { readJson, readList, readObject } from '../../../shared/codec/json-reading.ts';
import type { Reading } from '../../../shared/codec/reading.ts';
import type { TimeSlice } from '../../../shared/time-slice.ts';
import { rawRecord, rawText } from '../../../shared/data/raw-data.ts';
import { ApiError, notJson } from './failure.ts';
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
 * Checks that an answer *is* the list asked for and strips its items, one by one: 500 of them are some MB, which would
 * stop everything else for as long as they take to parse. A 200 from something else (a login page, a `Status`) taken
 * for an empty list would delete every object.
 */
export async function readPage(
  kind: ObjectKind,
  text: string,
  strip: StripObject,
  slice: TimeSlice,
): Promise<ListPage> {
  try {
    return await readJson([text], (cursor) => new PageReading(cursor, kind, strip).page(), slice);
  } catch (error) {
    throw error instanceof SyntaxError ? notJson(text) : error;
  }
}

/** One reading of one page. Its steps are methods for the reason that the decoder of registries gives. */
class PageReading {
  readonly #cursor: JsonCursor;
  readonly #kind: ObjectKind;
  readonly #strip: StripObject;
  readonly #members = new Map<string, unknown>();
  #items: Listed[] | undefined;
  #fault: ApiError | undefined;

  constructor(cursor: JsonCursor, kind: ObjectKind, strip: StripObject) {
    this.#cursor = cursor;
    this.#kind = kind;
    this.#strip = strip;
  }

  *page(): Reading<ListPage> {
    if ((yield* this.#cursor.peek()) === '{') yield* readObject(this.#cursor, (key) => this.#member(key));
    else yield* this.#cursor.value();
    const metadata = rawRecord(this.#members.get('metadata'));
    const resourceVersion = rawText(metadata['resourceVersion']) ?? '';
    const listKind = this.#members.get('kind');
    if (listKind !== `${this.#kind}List` || this.#items === undefined || resourceVersion === '') {
      throw new ApiError(`answered with something that is not a complete ${this.#kind}List (kind ${String(listKind)})`);
    }
    if (this.#fault !== undefined) throw this.#fault;
    return { items: this.#items, resourceVersion, continue: rawText(metadata['continue']) ?? '' };
  }

  *#member(key: string): Reading<void> {
    if (key === 'items') {
      this.#items = undefined;
      this.#fault = undefined;
      if ((yield* this.#cursor.peek()) === '[') {
        this.#items = [];
        return yield* readList(this.#cursor, () => this.#item());
      }
    }
    const value = yield* this.#cursor.value();
    if (key === 'kind' || key === 'metadata') this.#members.set(key, value);
  }

  *#item(): Reading<void> {
    const raw = yield* this.#cursor.value();
    try {
      this.#items?.push(listed(this.#kind, raw, this.#strip));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Told only of an answer that is the list asked for.
      this.#fault ??= error;
    }
    yield;
  }
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
