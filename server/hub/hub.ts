import type { AppName, SourceId } from '../../shared/model/names.ts';
import type { NewPace, Pace } from '../../shared/pace.ts';
import type { Chunks } from '../../shared/registry/chunks.ts';
import { prune } from '../../shared/registry/delta.ts';
import type { Change } from '../../shared/registry/diff.ts';
import { NO_CONTRIBUTION, type AppContribution, type ContributionUpdate } from '../../shared/registry/contribution.ts';
import { mergeApplication, type MergeRules, type SourceContribution } from '../../shared/registry/merge.ts';
import type { MergedApplication } from '../../shared/registry/application.ts';
import { advance, application, emptySnapshot, type RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import type { Clock, ContributionSink, Log, Source, Urgency } from './ports.ts';

/** Contributions that arrive within this many milliseconds after a publication wait for the next one. */
const WINDOW_MS = 100;
/** Applications without any entry are kept so many, for the template their next entry inherits. */
const REMEMBERED = 1000;
/**
 * Of a piece of time: the snapshot with what was merged in it takes twice as long again, and is made in one go, which
 * must leave little garbage: while the collector marks, each 64 KiB that are allocated may cost 5 ms of marking.
 */
const MERGING = 1 / 5;
/** How often the delta log is relieved of what is older than its window; the rhythm of stock's own cleaner. */
const PRUNE_MS = 30_000;

export interface Publication {
  readonly snapshot: RegistrySnapshot;
  readonly changes: Chunks<Change>;
}

export interface HubOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly newPace: NewPace;
  readonly rules: MergeRules;
  /** In the order of precedence: of two registrations with one id the earlier source's is served. */
  readonly sources: readonly Source[];
  /** `versions__delta` of the first snapshot. */
  readonly firstVersion: number;
}

/**
 * The single writer. It keeps what each source last said, merges the applications that something was said about, and
 * publishes immutable snapshots. Nothing is published before every required source has completed its first sync: a
 * partial answer would make clients drop what is missing from it.
 */
export class Hub {
  readonly #options: HubOptions;
  readonly #said = new Map<SourceId, Map<AppName, AppContribution>>();
  readonly #synced = new Set<SourceId>();
  readonly #dirty = new Set<AppName>();
  /** Applications that nothing is served, hidden or refused of, in the order in which they became so. */
  readonly #vanished = new Set<AppName>();
  readonly #listeners: ((publication: Publication) => void)[] = [];
  #snapshot: RegistrySnapshot;
  #open = false;
  #stopped = false;
  /** A load is being published piece by piece. */
  #loading = false;
  #lastPublishedAt = Number.NEGATIVE_INFINITY;
  #cancelWindow: (() => void) | undefined;
  #cancelPrune: (() => void) | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
    for (const source of options.sources) this.#said.set(source.id, new Map());
    this.#snapshot = emptySnapshot(options.firstVersion, options.clock.now());
  }

  /** Starts every source; each has its own sink, so that none can speak for another. */
  start(): void {
    for (const source of this.#options.sources) source.start(this.#sinkOf(source));
    this.#schedulePrune();
    this.#openWhenSynced();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelWindow?.();
    this.#cancelPrune?.();
    await Promise.all(this.#options.sources.map((source) => source.stop()));
  }

  /** The current registry; `undefined` until every required source has given its first complete view. */
  snapshot(): RegistrySnapshot | undefined {
    return this.#open ? this.#snapshot : undefined;
  }

  /** Required sources that reads still wait for. */
  awaited(): readonly SourceId[] {
    return this.#options.sources.filter(({ id, required }) => required && !this.#synced.has(id)).map(({ id }) => id);
  }

  /** Called after each publication, in the same turn, with the snapshot already in place. */
  onPublish(listener: (publication: Publication) => void): void {
    this.#listeners.push(listener);
  }

  #sinkOf(source: Source): ContributionSink {
    return {
      update: (changes, urgency) => this.#take(source.id, changes, urgency),
      replace: (all) => this.#take(source.id, this.#withRemovals(source.id, all), 'coalesced'),
      synced: () => {
        this.#synced.add(source.id);
        this.#openWhenSynced();
      },
    };
  }

  #withRemovals(source: SourceId, all: ReadonlyMap<AppName, AppContribution>): ContributionUpdate {
    const gone = [...this.#saidBy(source).keys()].filter((name) => !all.has(name));
    // A first load removes nothing, and is too large to be copied for it.
    return gone.length === 0 ? all : new Map([...all, ...gone.map((name) => [name, undefined] as const)]);
  }

  #take(source: SourceId, changes: ContributionUpdate, urgency: Urgency): void {
    const said = this.#saidBy(source);
    for (const [name, contribution] of changes) {
      if (said.get(name) === contribution) continue;
      if (contribution === undefined) said.delete(name);
      else said.set(name, contribution);
      this.#dirty.add(name);
    }
    if (this.#dirty.size > 0) this.#schedule(urgency, changes.keys());
  }

  #saidBy(source: SourceId): Map<AppName, AppContribution> {
    const said = this.#said.get(source);
    if (said === undefined) throw new Error(`${source} is not a source of this hub`);
    return said;
  }

  #openWhenSynced(): void {
    if (this.#open || this.#loading || this.awaited().length > 0) return;
    this.#publish();
    // What is left is published in further pieces, the last of which comes back here.
    if (this.#dirty.size > 0) return;
    this.#open = true;
    // The delta tells all of it at first: who has fetched everything from another process must learn here what is
    // different, and the hash code speaks of statuses alone.
    this.#announce({ snapshot: this.#snapshot, changes: this.#snapshot.log.recent });
    this.#options.log.info(
      { applications: this.#snapshot.applications.length, hash: this.#snapshot.hashCode },
      'every required source has synced: reads are answered now',
    );
  }

  /** The first change after a quiet time goes out at once; further ones share the publication at the window's end. */
  #schedule(urgency: Urgency, names: Iterable<AppName>): void {
    if (!this.#open) return;
    if (urgency === 'now') return this.#publish(names);
    if (this.#loading) return;
    const wait = this.#lastPublishedAt + WINDOW_MS - this.#options.clock.now();
    if (wait <= 0) this.#publish();
    else this.#cancelWindow ??= this.#options.clock.after(wait, () => this.#publish());
  }

  /**
   * Publishes what is dirty: `urgent` before the call returns, and of the rest as much as one piece of time takes. What
   * is left of a large load follows in later turns. Each piece is a consistent registry, as it has whole applications.
   */
  #publish(urgent: Iterable<AppName> = []): void {
    this.#cancelWindow?.();
    this.#cancelWindow = undefined;
    const pace = this.#options.newPace(MERGING);
    this.#publishPiece(pace, urgent);
    if (this.#dirty.size > 0 && !this.#loading) void this.#publishRest(pace);
  }

  async #publishRest(pace: Pace): Promise<void> {
    this.#loading = true;
    while (this.#dirty.size > 0 && !this.#stopped) {
      await pace.rest();
      this.#publishPiece(pace, []);
    }
    this.#loading = false;
    if (!this.#stopped) this.#openWhenSynced();
  }

  #publishPiece(pace: Pace, urgent: Iterable<AppName>): void {
    const now = this.#options.clock.now();
    this.#lastPublishedAt = now;
    const merged = new Map<AppName, MergedApplication | undefined>();
    const take = (name: AppName): void => {
      if (this.#dirty.delete(name)) merged.set(name, this.#merge(name, now));
    };
    for (const name of urgent) take(name);
    for (const name of this.#dirty) {
      take(name);
      if (pace.due()) break;
    }
    for (const name of this.#forget()) merged.set(name, undefined);
    const { snapshot, changes } = advance(this.#snapshot, merged, now);
    if (this.#open) this.#announce({ snapshot, changes: [changes] });
    else this.#snapshot = snapshot;
  }

  #announce(publication: Publication): void {
    this.#snapshot = publication.snapshot;
    for (const listener of this.#listeners) {
      try {
        listener(publication);
      } catch (cause) {
        // An observer's fault must not keep the others, or the next publication, from happening.
        this.#options.log.error({ err: cause }, 'an observer of the registry failed');
      }
    }
  }

  #merge(name: AppName, now: number): MergedApplication | undefined {
    const contributions: SourceContribution[] = this.#options.sources.map(({ id }) => ({
      source: id,
      contribution: this.#saidBy(id).get(name) ?? NO_CONTRIBUTION,
    }));
    const before = application(this.#snapshot, name);
    const merged = mergeApplication(name, contributions, this.#options.rules, before, now);
    this.#vanished.delete(name);
    if (merged.served.length + merged.hidden.length + merged.refusals.length === 0) this.#vanished.add(name);
    return merged;
  }

  /** The longest vanished applications beyond the number remembered: registries of ever new names must not fill memory. */
  #forget(): readonly AppName[] {
    const forgotten = [...this.#vanished].slice(0, Math.max(0, this.#vanished.size - REMEMBERED));
    for (const name of forgotten) this.#vanished.delete(name);
    return forgotten;
  }

  #schedulePrune(delayMs = PRUNE_MS): void {
    this.#cancelPrune = this.#options.clock.after(delayMs, () => {
      const log = prune(this.#snapshot.log, this.#options.clock.now());
      const pruned = log !== this.#snapshot.log;
      if (this.#open && pruned) this.#announce({ snapshot: { ...this.#snapshot, log }, changes: [] });
      // A large load leaves the window at one time, but not in one piece.
      this.#schedulePrune(pruned ? WINDOW_MS : PRUNE_MS);
    });
  }
}
