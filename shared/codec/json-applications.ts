import type { TimeSlice } from '../time-slice.ts';
import { err, ok, type Result } from '../result.ts';
import type { DecodeError, Skipped } from './decode-error.ts';
import type { ApplicationIntake, DocumentFacts } from './document.ts';
import type { JsonCursor, Reading } from './json-cursor.ts';
import { decodeApplication } from './json-decode.ts';
import { readJson, readList, readObject } from './json-reading.ts';
import { isScalar } from './json-values.ts';

/**
 * The answer to `apps`, `apps/delta`, `vips/{vip}`, decoded while it comes: one of 100,000 instances is 110 MB, and
 * must neither be in memory as a whole nor stop everything else for the seconds that it takes. What is taken and what
 * is refused is the same as if the whole were parsed at once; elements may be an object where only one is there.
 * Whatever `texts` throws passes through. `now`, in epoch milliseconds, stands in for missing time stamps.
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
    // No JSON, or nesting that is deeper than the stack.
    if (error instanceof SyntaxError || error instanceof RangeError) return err({ reason: error.message });
    throw error;
  }
}

/**
 * One reading of one document. Of keys that come twice the last counts, as for `JSON.parse`.
 * All steps are methods: a generator function that is made anew for each application would have a hidden class of its
 * own, which lives until the next full garbage collection and keeps alive whatever the function has seen.
 */
class ApplicationsReading {
  readonly #cursor: JsonCursor;
  readonly #now: number;
  readonly #intake: ApplicationIntake;
  readonly #facts = new Map<string, unknown>();
  #isRegistry = false;
  // Of the application that is being read.
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
    switch (yield* this.#cursor.peek()) {
      case '[':
        return yield* readList(this.#cursor, () => this.#application());
      case '{':
        return yield* this.#application();
      default:
        return yield* this.#passOver();
    }
  }

  *#application(): Reading<void> {
    this.#name = undefined;
    this.#items = [];
    if ((yield* this.#cursor.peek()) === '{') yield* readObject(this.#cursor, (key) => this.#applicationMember(key));
    else yield* this.#passOver();
    const application = yield* decodeApplication(this.#name, this.#items, this.#now, this.#skipped);
    if (application !== undefined) this.#intake.add(application);
  }

  *#applicationMember(key: string): Reading<void> {
    if (key !== 'instance') {
      const value = yield* this.#cursor.value();
      if (key === 'name') this.#name = value;
      return;
    }
    this.#items = [];
    switch (yield* this.#cursor.peek()) {
      case '[':
        return yield* readList(this.#cursor, () => this.#instance());
      case '{':
        return yield* this.#instance();
      default:
        return yield* this.#passOver();
    }
  }

  *#instance(): Reading<void> {
    this.#items.push(yield* this.#cursor.value());
  }

  *#passOver(): Reading<void> {
    yield* this.#cursor.value();
  }

  #restart(): void {
    this.#skipped = [];
    this.#intake.restart();
  }

  #fact(...names: readonly string[]): string | undefined {
    const value = names.map((name) => this.#facts.get(name)).find(isScalar);
    return value === undefined ? undefined : String(value);
  }
}

const FACTS: ReadonlySet<string> = new Set(['versions__delta', 'versions_delta', 'apps__hashcode', 'apps_hashcode']);
