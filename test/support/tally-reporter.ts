import type { TestEvent } from 'node:test/reporters';

/** The result of a run: single tests are counted, not the suites around them. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** Skipped or marked as to be done. */
  readonly skipped: number;
}

/** A reporter for the test runner that writes only the tally, as one line of JSON at the end. */
export default async function* tallyReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for await (const event of events) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { details, skip, todo } = event.data;
    // A suite fails with its tests, which are counted.
    if (details.type === 'suite') continue;
    if (event.type === 'test:fail') failed++;
    else if (skip !== undefined || todo !== undefined) skipped++;
    else passed++;
  }
  yield JSON.stringify({ passed, failed, skipped } satisfies Tally);
}
