import type { FollowedFiles } from '../../shared/api/files.ts';
import { readableFile, type ReadFile } from './read-file.ts';
import { Patience } from './patience.ts';
import { stateOf } from './regular-file.ts';
import type { Result } from '../../shared/result.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

/**
 * The interval (milliseconds) at which the files are checked. Only their state is read, which costs a few system calls.
 */
const LOOK_INTERVAL_MS = 1_000;
/** Longest wait (milliseconds) for one answer of the file system. */
const ANSWER_LIMIT_MS = 5_000;

/** Makes a value from files. The error is for people, and contains no secret. */
export type Load<T> = (read: ReadFile) => Promise<Result<T, string>>;

export interface FollowedOptions<T> {
  /** The option that names the files, for people. */
  readonly option: string;
  readonly load: Load<T>;
  /**
   * Why a value must not replace the one in force although it can be used; `undefined`: it may. As that may depend on the
   * time, it is asked again at each look.
   */
  readonly worse?: ((next: T, inForce: T) => string | undefined) | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * A value made from files, and made anew when they change: by a write, by a file that replaces another, and by a link
 * with a new target, as in a mounted Secret. Unusable content leaves the last good value in force.
 */
export class Followed<T> {
  readonly #options: FollowedOptions<T>;
  readonly #patience: Patience;
  readonly #listeners: ((value: T) => void)[] = [];
  #value: T;
  /** By path, the version of the file before it was last read. */
  #versions: ReadonlyMap<string, string>;
  #since: number;
  #problem: string | undefined;
  /**
   * A problem that only one look has found, not reported yet: files that belong together are seldom written at the same
   * moment.
   */
  #suspicion: string | undefined;
  /** Whether what is in the files may come into force without a change of them. */
  #isPostponed = false;
  #cancel: () => void = () => undefined;
  #stopped = false;

  private constructor(options: FollowedOptions<T>, patience: Patience, first: Loaded<T>) {
    this.#options = options;
    this.#patience = patience;
    this.#value = first.value;
    this.#versions = first.versions;
    this.#since = options.clock.now();
    this.#schedule();
  }

  /** Unusable content is an error here, because there is no last good value yet. */
  static async open<T>(options: FollowedOptions<T>): Promise<Result<Followed<T>, string>> {
    const patience = new Patience(options.clock, ANSWER_LIMIT_MS);
    const { result, versions } = await attempt(options.load, patience);
    if (!result.ok) return result;
    return { ok: true, value: new Followed(options, patience, { value: result.value, versions }) };
  }

  get value(): T {
    return this.#value;
  }

  state(): Omit<FollowedFiles, 'notes'> {
    const files = [...this.#versions.keys()];
    return { option: this.#options.option, files, since: this.#since, problem: this.#problem };
  }

  /** The listener is called with every new value, in the turn in which it comes into force. */
  onChange(listener: (value: T) => void): void {
    this.#listeners.push(listener);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
    this.#patience.stop();
  }

  #schedule(): void {
    this.#cancel = this.#options.clock.after(LOOK_INTERVAL_MS, () => {
      const { option, log } = this.#options;
      void this.#look()
        .catch((error: unknown) => log.error({ err: error, option }, 'looking for a change failed'))
        .finally(() => {
          if (!this.#stopped) this.#schedule();
        });
    });
  }

  async #look(): Promise<void> {
    const { load, worse } = this.#options;
    if (this.#suspicion === undefined && !this.#isPostponed && !(await this.#hasChanged())) return;
    const { result, versions } = await attempt(load, this.#patience);
    if (this.#stopped) return;
    this.#versions = versions;
    const reason = result.ok ? worse?.(result.value, this.#value) : undefined;
    this.#isPostponed = reason !== undefined;
    if (!result.ok) this.#keep(result.error);
    else if (reason !== undefined) this.#keep(reason);
    else this.#take(result.value);
  }

  async #hasChanged(): Promise<boolean> {
    for (const [path, version] of this.#versions) if ((await versionOf(path, this.#patience)) !== version) return true;
    return false;
  }

  #take(value: T): void {
    const { option, clock, log } = this.#options;
    this.#value = value;
    this.#since = clock.now();
    this.#problem = this.#suspicion = undefined;
    for (const listener of this.#listeners) listener(value);
    log.info({ option }, 'read again, as it had changed');
  }

  /** Reports a problem only when two looks in a row find one. */
  #keep(problem: string): void {
    const isNew = this.#problem !== problem;
    if (this.#suspicion === undefined && isNew) {
      this.#suspicion = problem;
      return;
    }
    this.#suspicion = undefined;
    this.#problem = problem;
    const { option, log } = this.#options;
    if (isNew)
      log.error({ option, problem }, 'changed into something that cannot be used: the last good one stays in force');
  }
}

interface Loaded<T> {
  readonly value: T;
  readonly versions: ReadonlyMap<string, string>;
}

/** The state of a file is taken before its content is read, so that the next look finds a change in between. */
async function attempt<T>(
  load: Load<T>,
  patience: Patience,
): Promise<{ readonly result: Result<T, string>; readonly versions: ReadonlyMap<string, string> }> {
  const versions = new Map<string, string>();
  const result = await load(async (path) => {
    versions.set(path, await versionOf(path, patience));
    return readableFile(path, (call) => patience.for(path, call));
  });
  return { result, versions };
}

async function versionOf(path: string, patience: Patience): Promise<string> {
  try {
    const state = await patience.for(path, () => stateOf(path));
    if (!state.ok) return state.error;
    return state.value.kind === 'file' ? state.value.version : state.value.kind;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
