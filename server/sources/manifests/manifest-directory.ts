import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { byText } from '../../../shared/model/order.ts';
import type { Result } from '../../../shared/result.ts';
import { readProblem } from '../../../shared/text/file-problem.ts';
import { Patience } from '../../files/patience.ts';
import { readRegular, stateOf, type FileState } from '../../files/regular-file.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ManifestContent } from './manifest-document.ts';
import { ManifestReader, type ReadOutcome } from './manifest-reader.ts';

/** A larger file is there by mistake. The text of a file is held in memory while it is parsed. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;
const MAX_FILES = 10_000;
/** Skipped entries that are named in the health of the source. */
const MAX_EXAMPLES = 10;
/** Milliseconds to wait for one answer of the file system. */
const ANSWER_LIMIT_MS = 5_000;

/** Access to the file system. Tests pass their own, because no real file system can be made to hang. */
export interface FileAccess {
  identityOf(path: string): Promise<string>;
  namesIn(path: string): Promise<readonly string[]>;
  stateOf(path: string): Promise<Result<FileState, string>>;
  read(path: string, maxBytes: number): Promise<Result<Uint8Array<ArrayBuffer>, string>>;
}

export const FILE_SYSTEM: FileAccess = {
  async identityOf(path) {
    const { ino, dev } = await stat(path);
    return `${dev}/${ino}`;
  },
  namesIn: (path) => readdir(path),
  stateOf,
  read: readRegular,
};

interface KnownFile {
  /** Differs between two states of the file. */
  readonly version: string;
  /** The last good content; `undefined` if there never was any. */
  readonly content: ManifestContent | undefined;
  /** `file:line: what is wrong`. */
  readonly error: string | undefined;
}

/** Entries that are not manifests and are skipped. */
export interface Skipped {
  readonly count: number;
  /** The first of them: `team/ is a directory`. */
  readonly examples: readonly string[];
}

/** What a scan found. */
export interface DirectoryState {
  readonly changed: boolean;
  /** Identifies the directory itself, because another one may have replaced it. */
  readonly identity: string;
}

/**
 * The manifests of one directory as last read. A scan costs one `stat` per file; only files that differ are read. A
 * file that is broken, unreadable or empty keeps its last good objects: it is being written, or somebody made a
 * mistake.
 */
export class ManifestDirectory {
  readonly #path: string;
  readonly #access: FileAccess;
  readonly #patience: Patience;
  readonly #reader: ManifestReader;
  #files: ReadonlyMap<string, KnownFile> = new Map();
  #skipped: Skipped = { count: 0, examples: [] };

  constructor(path: string, clock: Clock, access = FILE_SYSTEM) {
    this.#path = path;
    this.#access = access;
    this.#patience = new Patience(clock, ANSWER_LIMIT_MS);
    this.#reader = new ManifestReader(clock);
  }

  /**
   * Reads what has changed. Rejects when the directory cannot be listed or does not answer, and on `stop`; what was
   * known stays.
   */
  async scan(): Promise<DirectoryState> {
    const identity = await this.#ask(this.#path, () => this.#access.identityOf(this.#path));
    const all = (await this.#ask(this.#path, () => this.#access.namesIn(this.#path))).filter(isVisible);
    const names = all.filter(hasEnding);
    if (names.length > MAX_FILES) throw new Error(`${names.length} manifests, more than ${MAX_FILES}`);
    const files = new Map<string, KnownFile>();
    const directories: string[] = [];
    let changed = false;
    for (const name of names.toSorted(byText)) {
      const before = this.#files.get(name);
      const file = await this.#look(name, before);
      if (file === 'directory') directories.push(name);
      else if (file !== undefined) files.set(name, file);
      const content = file === 'directory' ? undefined : file?.content;
      changed ||= content !== before?.content;
    }
    changed ||= [...this.#files].some(([name, { content }]) => content !== undefined && !files.has(name));
    this.#files = files;
    this.#skipped = await this.#skip([...all.filter((name) => !hasEnding(name)), ...directories].toSorted(byText));
    return { changed, identity };
  }

  /** Ends everything that a scan may be waiting for. */
  stop(): void {
    this.#patience.stop();
    this.#reader.stop();
  }

  /**
   * In the order of file names, as `kubectl apply` processes them: of two objects with one name the last one counts.
   */
  contents(): readonly ManifestContent[] {
    return [...this.#files.values()].flatMap(({ content }) => content ?? []);
  }

  get fileCount(): number {
    return this.#files.size;
  }

  get skipped(): Skipped {
    return this.#skipped;
  }

  errors(): readonly string[] {
    return [...this.#files.values()].flatMap(({ error }) => error ?? []);
  }

  async #ask<T>(what: string, call: () => Promise<T>): Promise<T> {
    return this.#patience.for(what, call);
  }

  /** Reads the state only of the entries that are named, because there may be any number of entries. */
  async #skip(names: readonly string[]): Promise<Skipped> {
    const examples: string[] = [];
    for (const name of names.slice(0, MAX_EXAMPLES)) {
      const state = await this.#ask(name, () => this.#access.stateOf(join(this.#path, name))).catch(() => undefined);
      const isDirectory = state?.ok === true && state.value.kind === 'directory';
      examples.push(isDirectory ? `${name}/ is a directory` : `${name} ends neither in .yaml nor in .yml or .json`);
    }
    return { count: names.length, examples };
  }

  /** `undefined` when the file is gone since the directory was listed. */
  async #look(name: string, before: KnownFile | undefined): Promise<KnownFile | 'directory' | undefined> {
    const path = join(this.#path, name);
    try {
      const state = await this.#ask(path, () => this.#access.stateOf(path));
      if (!state.ok) return broken('', before, `${name}: ${state.error}`);
      if (state.value.kind === 'directory') return 'directory';
      const { version } = state.value;
      if (before?.version === version) return before;
      const bytes = await this.#ask(path, () => this.#access.read(path, MAX_FILE_BYTES));
      if (!bytes.ok) return broken(version, before, `${name}: ${bytes.error}`);
      return known(name, version, before, await this.#reader.read(name, bytes.value));
    } catch (error) {
      if (error instanceof Error && 'code' in error && typeof error.code === 'string')
        return error.code === 'ENOENT' ? undefined : broken('', before, `${name}: ${readProblem(error)}`);
      throw error;
    }
  }
}

function known(name: string, version: string, before: KnownFile | undefined, outcome: ReadOutcome): KnownFile {
  if (!outcome.ok) {
    const { line, message } = outcome.error;
    return broken(version, before, `${name}${line === undefined ? '' : `:${line}`}: ${message}`);
  }
  if (outcome.value !== 'empty') return { version, content: outcome.value, error: undefined };
  // `generate > file.yaml` empties the file first and fills it when it is done, perhaps seconds later.
  if (before?.content === undefined || before.content.objects.length === 0)
    return { version, content: { objects: [], ignored: 0 }, error: undefined };
  return broken(version, before, `${name}: empty; delete the file to remove its objects`);
}

function broken(version: string, before: KnownFile | undefined, error: string): KnownFile {
  return { version, content: before?.content, error };
}

/** Hidden files belong to editors, and to the links behind a mounted ConfigMap. */
function isVisible(name: string): boolean {
  return !name.startsWith('.');
}

/** The endings that kubectl accepts, in lower case only. */
function hasEnding(name: string): boolean {
  return /\.(ya?ml|json)$/.test(name);
}
