import { readFileSync } from 'node:fs';
import { loadAnew, replaceSources, type Anew } from './hooks.ts';
import type { Covering, Hits, Observed, ObservedTest, Reply, Task } from './messages.ts';
import { mutationSwitch } from './switch.ts';
import { collect, type Collected } from './suite.ts';

// A process that runs tests with one mutant active at a time. It loads each test file once: the mutants are all in the
// sources, behind a switch.
/** A mutant is passed that many times as often as without it: its loop does not end. */
const ENDLESS_FACTOR = 100;
const ENDLESS_LEAST = 10_000;
/** A test that waits for something which never comes, but generous: the machine may be busy. */
const HANGS_AFTER_MS = 30_000;
const HANGS_FACTOR = 20;
const OBSERVED_MS = 600_000;
const MAX_MUTANTS = 32_768;

const [root = '', sourcesFile = ''] = process.argv.slice(2);
replaceSources(root, JSON.parse(readFileSync(sourcesFile, 'utf8')) as Readonly<Record<string, string>>);
const whileLoading = new Uint32Array(MAX_MUTANTS);
const loaded = new Map<string, readonly Collected[]>();

// Whatever a mutant makes go astray after its test has ended must not end the process.
process.on('uncaughtException', () => undefined);
process.on('unhandledRejection', () => undefined);

async function testsOf(file: string, known: Map<string, readonly Collected[]>): Promise<readonly Collected[]> {
  let tests = known.get(file);
  if (tests === undefined) {
    tests = await collect(() => import(`${root}/${file}`));
    known.set(file, tests);
  }
  return tests;
}

async function observe(file: string): Promise<Observed> {
  const tests: ObservedTest[] = [];
  mutationSwitch.count(whileLoading);
  for (const [index, { name, run }] of (await testsOf(file, loaded)).entries()) {
    const counts = new Uint32Array(MAX_MUTANTS);
    mutationSwitch.count(counts);
    const started = performance.now();
    const failure = await outcome(run, OBSERVED_MS);
    const ms = performance.now() - started;
    mutationSwitch.count(whileLoading);
    const seen = { test: `${file}#${index}`, name, ms, hits: passed(counts) };
    tests.push(failure === undefined ? seen : { ...seen, failure: failure.message });
  }
  return { kind: 'observed', tests, whileLoading: passed(whileLoading) };
}

function passed(counts: Uint32Array): readonly Hits[] {
  return [...counts.entries()].filter(([, hits]) => hits > 0);
}

async function tryMutant(mutant: number, tests: readonly Covering[], anew: Anew | undefined): Promise<Reply> {
  const loadedAnew = new Map<string, readonly Collected[]>();
  for (const { test, hits, ms } of tests) {
    send({ kind: 'begins', test });
    const [file = '', index = ''] = test.split('#');
    const limit = Math.max(ENDLESS_LEAST, hits * ENDLESS_FACTOR);
    if (anew !== undefined) mutationSwitch.on(mutant, limit);
    loadAnew(anew);
    let run;
    try {
      run = (await testsOf(file, anew === undefined ? loaded : loadedAnew))[Number(index)]?.run;
    } catch (error) {
      if (anew === undefined) throw error;
    } finally {
      loadAnew(undefined);
    }
    // A mutant with which the tests cannot be loaded, or are other tests, is noticed too.
    if (run === undefined) {
      mutationSwitch.off();
      return { kind: 'killed', by: test, how: 'failed' };
    }
    mutationSwitch.on(mutant, limit);
    const failure = await outcome(run, HANGS_AFTER_MS + HANGS_FACTOR * ms);
    mutationSwitch.off();
    if (failure instanceof Hangs || mutationSwitch.isEndless) return { kind: 'killed', by: test, how: 'endless' };
    if (failure === undefined) continue;
    if (anew === undefined && (await outcome(run, HANGS_AFTER_MS + HANGS_FACTOR * ms)) !== undefined)
      return { kind: 'spoilt' };
    return { kind: 'killed', by: test, how: 'failed' };
  }
  return { kind: 'survived' };
}

class Hangs extends Error {}

/** The failure of the test. A test for which nothing is left to happen hangs. */
async function outcome(run: () => Promise<void>, limitMs: number): Promise<Error | undefined> {
  // Without its connection to the run this process has nothing that keeps it alive but the test.
  process.channel?.unref();
  let hang: () => void = () => undefined;
  const hanging = new Promise<never>((_resolve, reject) => {
    hang = () => {
      process.channel?.ref();
      reject(new Hangs('the test does not end'));
    };
  });
  const timer = setTimeout(hang, limitMs).unref();
  process.once('beforeExit', hang);
  try {
    await Promise.race([run(), hanging]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    clearTimeout(timer);
    process.off('beforeExit', hang);
    process.channel?.ref();
  }
}

function send(reply: Reply): void {
  process.send?.(reply);
}

let tasks = 0;

async function answer(task: Task): Promise<Reply> {
  if (task.kind === 'observe') return observe(task.file);
  tasks += 1;
  const anew = task.anew === undefined ? undefined : { name: String(tasks), files: new Set(task.anew) };
  return tryMutant(task.mutant, task.tests, anew);
}

process.on('message', (task: Task) => {
  answer(task).then(send, (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  });
});
