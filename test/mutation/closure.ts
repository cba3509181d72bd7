import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

const IMPORT = /(?:from\s+|import\s*\(\s*|import\s+)'(\.[^']+)'/g;
const READS_FILES = /readFileSync|globSync/;
const DATA = 'test/golden/**/*.{yaml,json,jsonl}';
/** What decides how mutants are made and tried, besides the worker. */
const APPARATUS = ['package-lock.json', 'test/mutation/instrument.ts', 'test/mutation/properties.ts'] as const;

/** The texts of the repository, and which file loads which. Paths are relative to its root. */
export class Files {
  readonly #root: string;
  readonly #texts = new Map<string, string>();
  readonly #closures = new Map<string, ReadonlySet<string>>();
  readonly #dependents = new Map<string, readonly string[]>();
  readonly #prints = new Map<string, string>();

  constructor(root: string) {
    this.#root = root;
  }

  text(file: string): string {
    let text = this.#texts.get(file);
    if (text === undefined) this.#texts.set(file, (text = readFileSync(`${this.#root}/${file}`, 'utf8')));
    return text;
  }

  imports(file: string): readonly string[] {
    if (!file.endsWith('.ts')) return [];
    const found = [...this.text(file).matchAll(IMPORT)].map(([, path = '']) => posix.join(posix.dirname(file), path));
    return found.filter((path) => /\.(?:ts|json)$/.test(path));
  }

  /** The file and all that it loads. */
  closure(file: string): ReadonlySet<string> {
    let closure = this.#closures.get(file);
    if (closure !== undefined) return closure;
    const reached = new Set([file]);
    for (const each of reached) for (const imported of this.imports(each)) reached.add(imported);
    this.#closures.set(file, (closure = reached));
    return closure;
  }

  /** What loads the file, itself included. */
  dependents(file: string): readonly string[] {
    let dependents = this.#dependents.get(file);
    if (dependents !== undefined) return dependents;
    const all = globSync(['{shared,server,bench}/**/*.ts', 'test/**/*.ts'], { cwd: this.#root });
    dependents = all.filter((each) => this.closure(each).has(file));
    this.#dependents.set(file, dependents);
    return dependents;
  }

  /** Changes when the file or anything that it loads changes; for tests that read files, when any data of tests does. */
  print(file: string): string {
    let print = this.#prints.get(file);
    if (print !== undefined) return print;
    const files = [...this.closure(file), ...this.closure('test/mutation/worker.ts'), ...APPARATUS];
    if (READS_FILES.test(this.text(file))) files.push(...globSync(DATA, { cwd: this.#root }));
    const hash = createHash('sha256').update(process.version);
    for (const each of files.toSorted()) hash.update(each).update('\0').update(this.text(each));
    this.#prints.set(file, (print = hash.digest('base64url')));
    return print;
  }
}
