import type { Pace } from '../pace.ts';
import { err, ok, type Result } from '../result.ts';
import type { DecodeError, Skipped } from './decode-error.ts';
import type { ApplicationIntake, DocumentFacts } from './document.ts';
import { JsonCursor, readList, readObject, type Steps } from './json-cursor.ts';
import { decodeApplication } from './json-decode.ts';
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
  pace: Pace,
): Promise<Result<DocumentFacts, DecodeError>> {
  const cursor = new JsonCursor();
  const steps = new ApplicationsReading(cursor, now, intake).document();
  for await (const text of texts) {
    cursor.give(text);
    const result = await proceed(steps, pace);
    if (result !== 'more') return result;
  }
  cursor.end();
  const result = await proceed(steps, pace);
  return result === 'more' ? err({ reason: 'the document breaks off' }) : result;
}

/** Reads on until more text is needed. */
async function proceed(
  steps: Steps<DocumentFacts>,
  pace: Pace,
): Promise<Result<DocumentFacts, DecodeError> | 'more'> {
  try {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return ok(step.value);
      if (step.value === 'more') return 'more';
      if (pace.due()) await pace.rest();
    }
  } catch (error) {
    // No JSON, or nesting that is deeper than the stack.
    if (error instanceof SyntaxError || error instanceof RangeError) return err({ reason: error.message });
    throw error;
  }
}

/** One reading of one document. Of keys that come twice the last counts, as for `JSON.parse`. */
class ApplicationsReading {
  readonly #cursor: JsonCursor;
  readonly #now: number;
  readonly #intake: ApplicationIntake;
  readonly #facts = new Map<string, unknown>();
  #isRegistry = false;
  #skipped: Skipped[] = [];

  constructor(cursor: JsonCursor, now: number, intake: ApplicationIntake) {
    this.#cursor = cursor;
    this.#now = now;
    this.#intake = intake;
  }

  *document(): Steps<DocumentFacts> {
    const cursor = this.#cursor;
    if ((yield* cursor.peek()) === '{')
      yield* readObject(cursor, (key) => (key === 'applications' ? this.#applications() : this.#passOver()));
    else yield* this.#passOver();
    yield* cursor.finish();
    if (!this.#isRegistry) throw new SyntaxError('the document is not {"applications":{…}}');
    return {
      versionsDelta: this.#fact('versions__delta', 'versions_delta'),
      hashCode: this.#fact('apps__hashcode', 'apps_hashcode'),
      skipped: this.#skipped,
    };
  }

  *#applications(): Steps<void> {
    this.#facts.clear();
    this.#restart();
    this.#isRegistry = (yield* this.#cursor.peek()) === '{';
    if (this.#isRegistry) yield* readObject(this.#cursor, (key) => this.#member(key));
    else yield* this.#passOver();
  }

  *#member(key: string): Steps<void> {
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

  *#application(): Steps<void> {
    const cursor = this.#cursor;
    let name: unknown;
    let items: readonly unknown[] = [];
    if ((yield* cursor.peek()) === '{')
      yield* readObject(cursor, function* (key) {
        if (key === 'instance') items = yield* elements(cursor);
        else {
          const value = yield* cursor.value();
          if (key === 'name') name = value;
        }
      });
    else yield* this.#passOver();
    const application = yield* decodeApplication(name, items, this.#now, this.#skipped);
    if (application !== undefined) this.#intake.add(application);
  }

  *#passOver(): Steps<void> {
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

/** The elements of the list here, or what stands there in place of a list of one. */
function* elements(cursor: JsonCursor): Steps<readonly unknown[]> {
  const first = yield* cursor.peek();
  const items: unknown[] = [];
  if (first === '[')
    yield* readList(cursor, function* () {
      items.push(yield* cursor.value());
      // Of an application with thousands of instances too, only some are parsed at a time.
      yield 'rest';
    });
  else {
    const value = yield* cursor.value();
    if (first === '{') items.push(value);
  }
  return items;
}
