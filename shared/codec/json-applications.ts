import type { TimeSlice } from '../time-slice.ts';
import { err, ok, type Result } from '../result.ts';
import type { DecodeError, Skipped } from './decode-error.ts';
import type { ApplicationIntake, DocumentFacts } from './document.ts';
import { decodeApplication } from './application.ts';
import type { JsonCursor } from './json-cursor.ts';
import { JSON_INSTANCES, textOf } from './json-decode.ts';
import { readJson, readList, readObject } from './json-reading.ts';
import { isScalar } from './json-values.ts';
import type { Reading } from './reading.ts';

/**
 * Decodes the answer to `apps`, `apps/delta`, `vips/{vip}` while it arrives. An answer with 100,000 instances has 110
 * MB and takes seconds: it must not be in memory as a whole, and others must be served meanwhile. The result is the
 * same as if the whole were parsed at once. A list of one element may be that element alone. What `texts` throws is
 * thrown here. `now`, in epoch milliseconds, stands in for missing time stamps.
 */
export async function decodeApplicationsJson(
  texts: AsyncIterable<string> | Iterable<string>,
  now: number,
  intake: ApplicationIntake,
  slice: TimeSlice,
): Promise<Result<DocumentFacts, DecodeError>> {
  try {
    return ok(await readJson(texts, (cursor) => new ApplicationsReading(cursor, now, intake).document(), slice));
  } catch (error) {
    // It is not JSON, or its nesting is deeper than the stack.
    if (error instanceof SyntaxError || error instanceof RangeError) return err({ reason: error.message });
    throw error;
  }
}

/**
 * One reading of one document. When a key comes twice the last one counts, as for `JSON.parse`.
 * All steps are methods. A generator function that is made anew for each application would have a hidden class of its
 * own, which lives until the next full garbage collection and keeps alive whatever the function has seen.
 */
class ApplicationsReading {
  readonly #cursor: JsonCursor;
  readonly #now: number;
  readonly #intake: ApplicationIntake;
  readonly #facts = new Map<string, unknown>();
  #isRegistry = false;
  #listed = 0;
  // The application that is being read.
  #name: unknown;
  #items: unknown[] = [];
  #skipped: Skipped[] = [];

  constructor(cursor: JsonCursor, now: number, intake: ApplicationIntake) {
    this.#cursor = cursor;
    this.#now = now;
    this.#intake = intake;
  }

  *document(): Reading<DocumentFacts> {
    const cursor = this.#cursor;
    if ((yield* cursor.peek()) === '{')
      yield* readObject(cursor, (key) => (key === 'applications' ? this.#applications() : this.#passOver()));
    else yield* this.#passOver();
    if (!this.#isRegistry) throw new SyntaxError('the document is not {"applications":{…}}');
    return {
      versionsDelta: this.#fact('versions__delta', 'versions_delta'),
      hashCode: this.#fact('apps__hashcode', 'apps_hashcode'),
      listed: this.#listed,
      skipped: this.#skipped,
    };
  }

  *#applications(): Reading<void> {
    this.#facts.clear();
    this.#restart();
    this.#isRegistry = (yield* this.#cursor.peek()) === '{';
    if (this.#isRegistry) yield* readObject(this.#cursor, (key) => this.#member(key));
    else yield* this.#passOver();
  }

  *#member(key: string): Reading<void> {
    if (key !== 'application') {
      const value = yield* this.#cursor.value();
      if (FACTS.has(key)) this.#facts.set(key, value);
      return;
    }
    this.#restart();
    yield* this.#oneOrMany(() => this.#application());
  }

  *#application(): Reading<void> {
    this.#name = undefined;
    this.#items = [];
    if ((yield* this.#cursor.peek()) === '{') yield* readObject(this.#cursor, (key) => this.#applicationMember(key));
    else yield* this.#passOver();
    this.#listed += this.#items.length;
    const name = textOf(this.#name);
    const application = yield* decodeApplication(name, this.#items, JSON_INSTANCES, this.#now, this.#skipped);
    if (application !== undefined) this.#intake.add(application);
  }

  *#applicationMember(key: string): Reading<void> {
    if (key !== 'instance') {
      const value = yield* this.#cursor.value();
      if (key === 'name') this.#name = value;
      return;
    }
    this.#items = [];
    yield* this.#oneOrMany(() => this.#instance());
  }

  *#instance(): Reading<void> {
    this.#items.push(yield* this.#cursor.value());
  }

  /** Reads the elements of a list, or the only element that stands in its place. */
  *#oneOrMany(read: () => Reading<void>): Reading<void> {
    switch (yield* this.#cursor.peek()) {
      case '[':
        return yield* readList(this.#cursor, read);
      case '{':
        return yield* read();
      default:
        return yield* this.#passOver();
    }
  }

  *#passOver(): Reading<void> {
    yield* this.#cursor.value();
  }

  #restart(): void {
    this.#listed = 0;
    this.#skipped = [];
    this.#intake.restart();
  }

  #fact(...names: readonly string[]): string | undefined {
    const value = names.map((name) => this.#facts.get(name)).find(isScalar);
    return value === undefined ? undefined : String(value);
  }
}

const FACTS: ReadonlySet<string> = new Set(['versions__delta', 'versions_delta', 'apps__hashcode', 'apps_hashcode']);
