import { mock } from 'node:test';

// Stands in for `node:test` while mutants are tried: tests are collected when their file is loaded, and run one at a
// time, as often as wanted, without loading anything again. It knows what the quick suites use, and no more.

type Body = (context: Context) => unknown;
type Hook = () => unknown;

interface Context {
  readonly name: string;
  readonly mock: typeof mock;
  readonly after: (hook: Hook) => void;
  readonly diagnostic: (text: string) => void;
}

export interface Collected {
  readonly name: string;
  /** Rejects when the test fails. */
  readonly run: () => Promise<void>;
}

interface Scope {
  readonly prefix: string;
  readonly beforeEach: Hook[];
}

let collected: Collected[] = [];
let scopes: readonly Scope[] = [];

/** What `load` registers, in its order. */
export async function collect(load: () => Promise<unknown>): Promise<readonly Collected[]> {
  collected = [];
  scopes = [{ prefix: '', beforeEach: [] }];
  await load();
  return collected;
}

export function test(name: string, body: Body): void {
  const around = scopes;
  collected.push({ name: `${around.at(-1)?.prefix ?? ''}${name}`, run: () => runTest(name, body, around) });
}

export const it = test;

export function describe(name: string, body: () => unknown): void {
  const outer = scopes;
  scopes = [...outer, { prefix: `${outer.at(-1)?.prefix ?? ''}${name}: `, beforeEach: [] }];
  const result = body();
  if (result instanceof Promise) throw new Error(`${name}: a describe with a promise is not understood here`);
  scopes = outer;
}

export function beforeEach(hook: Hook): void {
  scopes.at(-1)?.beforeEach.push(hook);
}

async function runTest(name: string, body: Body, around: readonly Scope[]): Promise<void> {
  const after: Hook[] = [];
  const context: Context = { name, mock, after: (hook) => void after.push(hook), diagnostic: () => undefined };
  try {
    for (const scope of around) for (const hook of scope.beforeEach) await hook();
    await body(context);
  } finally {
    for (const hook of after.toReversed()) await hook();
    mock.reset();
  }
}

export { mock };
