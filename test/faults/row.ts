import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { until } from '../testbed/until.ts';
import { Judge, type JudgeOptions, type Seen } from './judge.ts';
import type { Area, FaultResult, Requests } from './table.ts';

/** Generous: what is waited for takes seconds, and a machine may be several times slower. */
export const PATIENCE = { everyMs: 100, timeoutMs: 300_000 };

export interface Fault {
  readonly area: Area;
  readonly fault: string;
  /** How it was injected. */
  readonly how: string;
  /** The protocol, where it was tried over several. */
  readonly over?: string;
}

/** What a case does with its row. */
export interface Row {
  readonly t: TestContext;
  readonly directory: string;
  /** Judges every answer from now to the end of the case. */
  readonly judge: (options: JudgeOptions) => Judge;
  /** Counts what a judge that several cases share sees from now to the end of the case: all that is wrong counts in each. */
  readonly looksOn: (judge: Judge) => void;
  /** The fault has ended: the time until right again counts from here. */
  readonly ended: () => void;
  /** Waits until all is as it should be again. The last call counts. */
  readonly right: (what: string, isRight: () => Promise<boolean>) => Promise<void>;
  /** Waits until the fault shows where the documentation says, and notes it. */
  readonly shown: (where: string, isShown: () => Promise<boolean>) => Promise<void>;
  /** Notes where it showed, as it was found. */
  readonly showed: (where: string) => void;
  /** Something else for the column of what clients saw. */
  readonly saw: (what: string) => void;
  /** How many requests the source was sent, and in how many milliseconds. */
  readonly asked: (requests: Requests) => void;
}

/**
 * One row of the table: injects a fault while a judge looks on. It fails when an answer was wrong. `npm run faults`
 * collects the rows.
 */
export function faultRow(fault: Fault, run: (row: Row) => Promise<void>): void {
  test(`${fault.area}: ${fault.fault}`, async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'eurek8s-fault-'));
    const judges: Judge[] = [];
    const looking: (() => Seen)[] = [];
    const onlookers: Judge[] = [];
    const shown: string[] = [];
    const saw: string[] = [];
    let requests: Requests | undefined;
    let endedAt: number | undefined;
    let rightAgainMs: number | undefined;
    const row: Row = {
      t,
      directory,
      judge: (options) => {
        const judge = new Judge(options);
        judges.push(judge);
        onlookers.push(judge);
        looking.push(() => judge.seen);
        return judge;
      },
      looksOn: (judge) => {
        onlookers.push(judge);
        looking.push(judge.fromNow());
      },
      ended: () => void (endedAt = performance.now()),
      right: async (what, isRight) => {
        await until(what, isRight, { ...PATIENCE, everyMs: 25 });
        rightAgainMs = performance.now() - (endedAt ?? performance.now());
      },
      shown: async (where, isShown) => {
        await until(`it shows in ${where}`, isShown, PATIENCE);
        shown.push(where);
      },
      showed: (where) => void shown.push(where),
      saw: (what) => void saw.push(what),
      asked: (made) => void (requests = made),
    };
    try {
      await run(row);
      // What is true at the end has been judged as well.
      for (const looked of onlookers.map((judge) => judge.looksAgain()))
        await until('the judge looks at it once more', async () => looked(), PATIENCE);
    } finally {
      await Promise.all(judges.map((judge) => judge.stop()));
      // Processes of the case end after this, with the test.
      t.after(() => rmSync(directory, { recursive: true, force: true }));
    }
    const seen = looking.map((look) => look());
    const wrong = seen.reduce((sum, each) => sum + each.wrong, 0);
    record({ ...fault, saw: [...seen.map(words), ...saw].join('; '), shown, wrong, rightAgainMs, requests });
    assert.equal(wrong, 0, `wrong answers: ${seen.flatMap((each) => each.words).join('\n')}`);
    for (const { answers, refused } of seen) assert.ok(answers + refused > 0, 'answers were judged');
  });
}

/** Adds a row to the file that `npm run faults` collects them in. */
function record(result: FaultResult): void {
  const file = process.env['FAULTS_RESULTS'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(result)}\n`);
}

function words({ answers, refused, away, renewals, fewest, most }: Seen): string {
  const entries = fewest === most ? `${most}` : `${fewest} to ${most}`;
  const renewed = [...renewals].filter(([status, count]) => status !== 0 && count > 0).toSorted(([a], [b]) => a - b);
  return [
    ...(answers > 0 ? [`${answers} answers with ${entries} entries`] : []),
    ...(refused > 0 ? [`${refused} × 503`] : []),
    ...(away > 0 ? [`${away} × no connection`] : []),
    ...(renewed.length > 0 ? [`renewals ${renewed.map(([status, count]) => `${count} × ${status}`).join(', ')}`] : []),
  ].join(', ');
}
