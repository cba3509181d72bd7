import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Files } from './closure.ts';
import type { Mutant } from './instrument.ts';
import type { Hits, Observed, ObservedTest } from './messages.ts';
import type { Attempt } from './plan.ts';
import type { Verdict } from './pool.ts';

const DIRECTORY = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'eurek8s-mutation');

/** Results of earlier runs, outside of the clone, each with a fingerprint of the contents on which it rests. */
class Kept<T> {
  readonly #file: string;
  readonly #fresh: boolean;
  readonly #known: ReadonlyMap<string, Entry<T>>;
  readonly #own = new Map<string, Entry<T>>();

  constructor(name: string, fresh: boolean) {
    this.#file = join(DIRECTORY, `${name}.json`);
    this.#fresh = fresh;
    this.#known = this.#read();
  }

  get(name: string, rests: (value: T) => string): T | undefined {
    const entry = this.#fresh ? undefined : this.#known.get(name);
    return entry !== undefined && entry[0] === rests(entry[1]) ? entry[1] : undefined;
  }

  set(name: string, rests: string, value: T): void {
    this.#own.set(name, [rests, value]);
  }

  /** Adds to what is there by now: a run of another folder may have written meanwhile. */
  write(): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    const made = `${this.#file}.${process.pid}`;
    writeFileSync(made, JSON.stringify([...new Map([...this.#read(), ...this.#own])]));
    renameSync(made, this.#file);
  }

  #read(): ReadonlyMap<string, Entry<T>> {
    try {
      return new Map(JSON.parse(readFileSync(this.#file, 'utf8')) as readonly (readonly [string, Entry<T>])[]);
    } catch {
      return new Map();
    }
  }
}

type Entry<T> = readonly [rests: string, value: T];

export class KeptVerdicts {
  readonly #files: Files;
  readonly #kept: Kept<Verdict>;

  constructor(files: Files, fresh: boolean) {
    this.#files = files;
    this.#kept = new Kept('verdicts', fresh);
  }

  get({ mutant, tests }: Attempt): Verdict | undefined {
    return this.#kept.get(this.#nameOf(mutant), (verdict) => this.#rests(verdict, tests));
  }

  set({ mutant, tests }: Attempt, verdict: Verdict): void {
    this.#kept.set(this.#nameOf(mutant), this.#rests(verdict, tests), verdict);
  }

  write(): void {
    this.#kept.write();
  }

  #nameOf({ file, line, column, original, replacement }: Mutant): string {
    return digest([this.#files.text(file), `${file}:${line}:${column}`, original, replacement]);
  }

  /** The test that killed it is proof enough; of a survivor all tests must be as they were. */
  #rests(verdict: Verdict, tests: Attempt['tests']): string {
    const counted = verdict.kind === 'killed' ? [verdict.by] : tests.map(({ test }) => test);
    const files = new Set(counted.map((test) => test.split('#')[0] ?? ''));
    return digest([...counted, ...[...files].map((file) => this.#files.print(file))].toSorted());
  }
}

/** What a test file does is the same while it and all that it loads are the same; ids of mutants are not. */
interface Portable {
  readonly tests: readonly (Omit<ObservedTest, 'hits'> & { readonly hits: readonly PortableHits[] })[];
  readonly whileLoading: readonly PortableHits[];
}
/** By file: number of the mutant in the file, and hits. */
type PortableHits = readonly [file: string, ...hits: number[]];

export class KeptObservations {
  readonly #files: Files;
  readonly #kept: Kept<Portable>;
  readonly #firsts = new Map<string, number>();
  readonly #mutants: readonly Mutant[];

  constructor(files: Files, mutants: readonly Mutant[], fresh: boolean) {
    this.#files = files;
    this.#kept = new Kept('observations', fresh);
    this.#mutants = mutants;
    for (const { file, id } of mutants) if (!this.#firsts.has(file)) this.#firsts.set(file, id);
  }

  get(file: string): Observed | undefined {
    const kept = this.#kept.get(file, () => this.#files.print(file));
    if (kept === undefined) return undefined;
    const tests = kept.tests.map((test) => ({ ...test, hits: this.#arrived(test.hits) }));
    return { kind: 'observed', tests, whileLoading: this.#arrived(kept.whileLoading) };
  }

  set(file: string, { tests, whileLoading }: Observed): void {
    this.#kept.set(file, this.#files.print(file), {
      tests: tests.map((test) => ({ ...test, hits: this.#packed(test.hits) })),
      whileLoading: this.#packed(whileLoading),
    });
  }

  write(): void {
    this.#kept.write();
  }

  #packed(hits: readonly Hits[]): readonly PortableHits[] {
    const packed = new Map<string, number[]>();
    for (const [id, times] of hits) {
      const file = this.#mutants[id]?.file ?? '';
      const list = packed.get(file) ?? [];
      list.push(id - (this.#firsts.get(file) ?? 0), times);
      packed.set(file, list);
    }
    return [...packed].map(([file, list]) => [file, ...list]);
  }

  #arrived(packed: readonly PortableHits[]): readonly Hits[] {
    return packed.flatMap(([file, ...list]) => {
      const first = this.#firsts.get(file) ?? 0;
      const hits: Hits[] = [];
      for (let at = 0; at < list.length; at += 2) hits.push([first + list[at]!, list[at + 1]!]);
      return hits;
    });
  }
}

function digest(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('base64url');
}
