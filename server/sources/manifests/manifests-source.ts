import { directoryProblem } from '../../../shared/text/file-problem.ts';
import type { StrippedObject } from '../../../shared/ingress/stripped.ts';
import type { Presence } from '../../../shared/history/cause.ts';
import { sourceId, type AppName, type SourceId } from '../../../shared/model/names.ts';
import { runInSlices, type Steps } from '../../../shared/time-slice.ts';
import type { World } from '../../../shared/contribution/contribution.ts';
import { objectKey } from '../../../shared/ingress/object-key.ts';
import type { DerivationOptions } from '../../derivation/derivation-options.ts';
import { Derivation } from '../../derivation/derivation.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  ContributionSink,
  Detail,
  Holding,
  Restored,
  Source,
  SourceHealth,
  SourceMemory,
} from '../../ports/source.ts';
import { readDerivation, type RestoredDerivation } from '../../derivation/derivation-memory.ts';
import { DirectoryWatch } from './directory-watch.ts';
import { ManifestDirectory, type FileAccess, type Skipped } from './manifest-directory.ts';

export interface ManifestsOptions extends Omit<DerivationOptions, 'sink' | 'cluster' | 'origin' | 'source' | 'viewAt'> {
  /** Used in place of a cluster's name. */
  readonly name: string;
  readonly directory: string;
  /** Milliseconds between two scans without an event. Most changes are noticed by the watch before that. */
  readonly rescanMs?: number;
  /** The file system by default. */
  readonly access?: FileAccess;
}

/** Milliseconds without a further event before a file is read, and milliseconds in all, so that a writer can finish. */
const QUIET_MS = 40;
const MAX_WAIT_MS = 150;
const RESCAN_MS = 2_000;
/** Scans at the start during which the first sync waits for a broken file, because it may just be written. */
const PATIENT_SCANS = 2;

/** A directory of manifests, which is served like a cluster: for trials, static entries and tests. */
export class ManifestsSource implements Source {
  readonly id: SourceId;
  readonly world: World = 'kubernetes';
  readonly required = true;
  readonly #options: ManifestsOptions;
  readonly #clock: Clock;
  readonly #directory: ManifestDirectory;
  readonly #watch: DirectoryWatch;
  #derivation: Derivation | undefined;
  #restored: RestoredDerivation | undefined;
  #scanning: Promise<void> = Promise.resolve();
  #cancelSoon: () => void = () => undefined;
  #cancelRescan: () => void = () => undefined;
  #firstEventAt: number | undefined;
  #patience = PATIENT_SCANS;
  #synced = false;
  /** The objects that the derivation has received, by kind and name. */
  #objects: ReadonlyMap<string, StrippedObject> = new Map();
  #ignored = 0;
  #stopped = false;
  #duplicates = 0;
  #lastSuccessAt: number | undefined;
  #unreadable: string | undefined;
  #reported = '';
  #reportedSkipped = '';

  constructor(options: ManifestsOptions) {
    this.id = sourceId(`manifests:${options.name}`);
    this.#options = options;
    this.#clock = options.clock;
    this.#directory = new ManifestDirectory(options.directory, options.clock, options.access);
    this.#watch = new DirectoryWatch(options.directory, () => this.#onEvent());
  }

  restore(restored: Restored): void {
    this.#restored = readDerivation(restored);
  }

  memory(): SourceMemory {
    return { asOf: undefined, state: this.#derivation?.state() };
  }

  detailsOf(app: AppName): readonly Detail[] {
    return this.#derivation?.detailsOf(app) ?? [];
  }

  remembered(): Iterable<AppName> {
    return this.#derivation?.remembered() ?? [];
  }

  start(sink: ContributionSink, mayConnect?: Promise<void>): void {
    this.#derivation = new Derivation({
      ...this.#options,
      cluster: this.#options.name,
      origin: 'manifests',
      source: this.id,
      viewAt: () => (this.#unreadable === undefined ? this.#lastSuccessAt : undefined),
      sink: {
        update: (changes, urgency) => sink.update(changes, urgency),
        replace: (all) => sink.replace(all),
        synced: () => {
          this.#synced = true;
          sink.synced();
        },
        stateChanged: () => sink.stateChanged?.(),
      },
    });
    if (this.#restored !== undefined) this.#derivation.restore(this.#restored);
    if (mayConnect === undefined) this.#scanNow();
    else void mayConnect.then(() => this.#scanNow());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelSoon();
    this.#cancelRescan();
    this.#watch.close();
    this.#derivation?.stop();
    this.#directory.stop();
    await this.#scanning;
  }

  presence(object: string): Presence | undefined {
    return this.#derivation?.presence(object);
  }

  get holding(): Holding | undefined {
    return this.#derivation?.holding;
  }

  health(): SourceHealth {
    const errors = this.#directory.errors();
    const { skipped } = this.#directory;
    const stale = this.#unreadable !== undefined;
    return {
      state: this.#synced ? (stale ? 'stale' : 'synced') : 'starting',
      lastSuccessAt: this.#lastSuccessAt,
      lastError: this.#unreadable ?? (errors.length > 0 ? errors.join('; ') : undefined),
      detail: {
        directory: this.#options.directory,
        watching: this.#watch.active,
        files: this.#directory.fileCount,
        brokenFiles: errors.length,
        ...(skipped.count === 0 ? {} : { skipped: describeSkipped(skipped) }),
        duplicateObjects: this.#duplicates,
        ignoredObjects: this.#ignored,
        ...this.#derivation?.counts(),
      },
    };
  }

  /**
   * Editors cause several events per save, and some first empty the file or move it away, so it is read when there are
   * no further events.
   */
  #onEvent(): void {
    if (this.#stopped) return;
    const now = this.#clock.now();
    this.#firstEventAt ??= now;
    const left = this.#firstEventAt + MAX_WAIT_MS - now;
    this.#cancelSoon();
    this.#cancelSoon = this.#clock.after(Math.max(0, Math.min(QUIET_MS, left)), () => this.#scanNow());
  }

  /** One scan runs at a time; the next one finds what happened meanwhile. */
  #scanNow(): void {
    this.#cancelSoon();
    this.#cancelRescan();
    this.#firstEventAt = undefined;
    this.#scanning = this.#scanning.then(() => this.#scan());
  }

  async #scan(): Promise<void> {
    if (this.#stopped) return;
    try {
      const { changed, identity } = await this.#directory.scan();
      // A watch that begins after the stop would never end, and would keep the process alive.
      if (this.#stopped) return;
      // The watch begins only now and has missed the changes of the last milliseconds, so its first start causes one
      // more scan.
      const wasActive = this.#watch.active;
      this.#watch.follow(identity);
      if (!wasActive && this.#watch.active) this.#onEvent();
      await this.#apply(changed);
    } catch (error) {
      this.#watch.close();
      if (this.#stopped) return;
      this.#fail(directoryProblem(this.#options.directory, error));
    }
    this.#cancelRescan();
    if (!this.#stopped)
      this.#cancelRescan = this.#clock.after(this.#options.rescanMs ?? RESCAN_MS, () => this.#scanNow());
  }

  async #apply(changed: boolean): Promise<void> {
    const derivation = this.#derivation;
    if (derivation === undefined) return;
    this.#unreadable = undefined;
    this.#lastSuccessAt = this.#clock.now();
    if (changed) {
      const objects = await runInSlices(this.#mergeFiles(), this.#options.newTimeSlice());
      await derivation.batch(this.#passChanges(derivation, objects));
    }
    if (this.#stopped) return;
    const errors = this.#directory.errors();
    this.#report(errors);
    this.#reportSkipped();
    if (errors.length > 0 && --this.#patience >= 0) return;
    derivation.allListed();
  }

  /**
   * Of two objects with one name the one of the last file counts, as with `kubectl apply`. Duplicates are counted,
   * because they are no intention.
   */
  *#mergeFiles(): Steps<ReadonlyMap<string, StrippedObject>> {
    const objects = new Map<string, StrippedObject>();
    let duplicates = 0;
    let ignored = 0;
    for (const content of this.#directory.contents()) {
      ignored += content.ignored;
      for (const object of content.objects) {
        const key = `${object.kind}/${objectKey(object)}`;
        if (objects.has(key)) duplicates++;
        objects.set(key, object);
        yield;
      }
    }
    this.#duplicates = duplicates;
    this.#ignored = ignored;
    return objects;
  }

  /**
   * Passes changes to the derivation. A file that did not change has the same objects as before, so only the others are
   * compared by content.
   */
  *#passChanges(derivation: Derivation, objects: ReadonlyMap<string, StrippedObject>): Steps<void> {
    for (const [key, object] of objects) {
      if (this.#objects.get(key) !== object) derivation.set(object);
      yield;
    }
    for (const [key, { kind, meta }] of this.#objects) {
      if (!objects.has(key)) derivation.remove(kind, meta.namespace, meta.name);
      yield;
    }
    this.#objects = objects;
  }

  #report(errors: readonly string[]): void {
    const text = errors.join('; ');
    if (text !== this.#reported && text !== '')
      this.#options.log.warn({ source: this.id, errors }, 'broken manifests, their last good objects are kept');
    this.#reported = text;
  }

  /** Logged once for as long as it stays the same. */
  #reportSkipped(): void {
    const { skipped } = this.#directory;
    const text = skipped.count === 0 ? '' : describeSkipped(skipped);
    if (text !== this.#reportedSkipped && text !== '')
      this.#options.log.info({ source: this.id, skipped: text }, 'not everything in the directory is a manifest');
    this.#reportedSkipped = text;
  }

  /** The directory cannot be listed: what was read before stays in force. */
  #fail(message: string): void {
    if (this.#unreadable !== message)
      this.#options.log.warn({ source: this.id, error: message }, 'manifests directory is unreadable, last view kept');
    this.#unreadable = message;
  }
}

/** `2 (team/ is a directory, gina.YAML ends …)`. */
function describeSkipped({ count, examples }: Skipped): string {
  const more = count - examples.length;
  return `${count} (${examples.join(', ')}${more > 0 ? `, and ${more} more` : ''})`;
}
