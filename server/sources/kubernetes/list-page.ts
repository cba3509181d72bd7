import type { ObjectKind, StrippedObject } from '../../../shared/ingress/stripped.ts';
import type { JsonCursor } from '../../../shared/codec/json-cursor.ts';
import { readJson, readList, readObject } from '../../../shared/codec/json-reading.ts';
import type { Reading } from '../../../shared/codec/reading.ts';
import type { TimeSlice } from '../../../shared/time-slice.ts';
import { rawRecord, rawText } from '../../../shared/data/raw-data.ts';
import { printable } from '../../../shared/text/printable.ts';
import { ApiError, notJson } from './failure.ts';
import type { StripObject } from './object-sink.ts';

/** What identifies an object and its version, read before anything else. */
export interface ObjectIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** One object of a list or of a watch event. */
export interface Listed {
  readonly identity: ObjectIdentity;
  /** `undefined` when it cannot be read as its kind; its last good version is then kept. */
  readonly object: StrippedObject | undefined;
}

export interface ListPage {
  readonly items: readonly Listed[];
  readonly resourceVersion: string;
  /** Empty on the last page. */
  readonly continue: string;
}

/**
 * Checks that an answer is the requested list, and strips its items one by one: 500 of them are several MB, and parsing
 * them at once would block the event loop. If a 200 from something else (a login page, a `Status`) were taken for an
 * empty list, every object would be deleted. Throws an `ApiError` for everything that is not a complete list.
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

/** One reading of one page. Its steps are methods for the reason given in the decoder of registries. */
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
      throw new ApiError(
        `answered with something that is not a complete ${this.#kind}List (kind ${printable(rawText(listKind) ?? 'none', 100)})`,
      );
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
      // Reported only if the answer turns out to be the requested list.
      this.#fault ??= error;
    }
    yield;
  }
}

/** Throws an `ApiError` when the object has no name: the list or watch that it came from is then not reliable. */
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
