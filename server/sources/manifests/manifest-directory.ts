import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { byText } from '../../../shared/model/order.ts';
import { parseManifest, type ManifestContent } from './manifest-file.ts';

/** Anything larger was put there by mistake; the text of a file is held in memory while it is parsed. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;
const MAX_FILES = 10_000;

interface KnownFile {
  /** Tells one state of the file from the next. */
  readonly version: string;
  /** Last good content; `undefined` while it never was good. */
  readonly content: ManifestContent | undefined;
  /** `file:line: what is wrong`. */
  readonly error: string | undefined;
}

/** What a scan found. */
export interface DirectoryState {
  readonly changed: boolean;
  /** Identifies the directory itself: another one may have taken its place. */
  readonly identity: string;
}

/**
 * The manifests of one directory as last read. A scan costs a `stat` per file; only files that differ are read. A file
 * that is broken, unreadable or empty keeps its last good objects: it is being written, or somebody made a mistake.
 */
export class ManifestDirectory {
  readonly #path: string;
  #files: ReadonlyMap<string, KnownFile> = new Map();

  constructor(path: string) {
    this.#path = path;
  }

  /** Rejects when the directory cannot be listed; what was known stays. */
  async scan(): Promise<DirectoryState> {
    const { ino, dev } = await stat(this.#path);
    const names = (await readdir(this.#path)).filter(isManifest).toSorted(byText);
    if (names.length > MAX_FILES) throw new Error(`${names.length} manifests, more than ${MAX_FILES}`);
    const files = new Map<string, KnownFile>();
    let changed = false;
    for (const name of names) {
      const before = this.#files.get(name);
      const file = await this.#look(name, before);
      if (file !== undefined) files.set(name, file);
      changed ||= file?.content !== before?.content;
    }
    changed ||= [...this.#files].some(([name, { content }]) => content !== undefined && !files.has(name));
    this.#files = files;
    return { changed, identity: `${dev}/${ino}` };
  }

  /** In the order of file names, as `kubectl apply` takes them: of two objects with one name the last counts. */
  contents(): readonly ManifestContent[] {
    return [...this.#files.values()].flatMap(({ content }) => content ?? []);
  }

  get fileCount(): number {
    return this.#files.size;
  }

  errors(): readonly string[] {
    return [...this.#files.values()].flatMap(({ error }) => error ?? []);
  }

  /** `undefined`: it went away since it was listed. */
  async #look(name: string, before: KnownFile | undefined): Promise<KnownFile | undefined> {
    const path = join(this.#path, name);
    try {
      const { mtimeMs, ctimeMs, size, ino, isDirectory } = await describe(path);
      if (isDirectory) return undefined;
      const version = `${mtimeMs}/${ctimeMs}/${size}/${ino}`;
      if (before?.version === version) return before;
      if (size > MAX_FILE_BYTES) return broken(version, before, `${name}: larger than ${MAX_FILE_BYTES} bytes`);
      return read(name, version, before, await readFile(path, 'utf8'));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      return broken('', before, `${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function read(name: string, version: string, before: KnownFile | undefined, text: string): KnownFile {
  // `generate > file.yaml` empties the file first and fills it when it is done, perhaps seconds later.
  if (text.trim() === '') {
    if (before?.content === undefined || before.content.objects.length === 0)
      return { version, content: { objects: [], ignored: 0 }, error: undefined };
    return broken(version, before, `${name}: empty; delete the file to remove its objects`);
  }
  const parsed = parseManifest(name, text);
  if (parsed.ok) return { version, content: parsed.value, error: undefined };
  const { line, message } = parsed.error;
  return broken(version, before, `${name}${line === undefined ? '' : `:${line}`}: ${message}`);
}

function broken(version: string, before: KnownFile | undefined, error: string): KnownFile {
  return { version, content: before?.content, error };
}

async function describe(path: string): Promise<{
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly size: number;
  readonly ino: number;
  readonly isDirectory: boolean;
}> {
  const stats = await stat(path);
  const { mtimeMs, ctimeMs, size, ino } = stats;
  return { mtimeMs, ctimeMs, size, ino, isDirectory: stats.isDirectory() };
}

/** Hidden files are those of editors and the links behind a mounted ConfigMap. */
function isManifest(name: string): boolean {
  return !name.startsWith('.') && /\.(ya?ml|json)$/.test(name);
}
