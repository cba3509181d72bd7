import type { AppContribution, ContributionUpdate } from '../../shared/contribution/contribution.ts';
import type { AppName, SourceId } from '../../shared/model/names.ts';
import { prune } from '../../shared/registry/delta.ts';
import type { DeltaWindow } from '../../shared/registry/delta-window.ts';
import type { MergeRules } from '../../shared/registry/merge.ts';
import type { MergedApplication, MergeMemory } from '../../shared/registry/application.ts';
import { advance, application, emptySnapshot, type RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import { runInSlices, type NewTimeSlice, type Steps } from '../../shared/time-slice.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { RegistryContents } from '../ports/registry-contents.ts';
import type { ContributionSink, Source, Urgency } from '../ports/source.ts';
import { Contributions } from './contributions.ts';
import { DirtyApplications } from './dirty-applications.ts';
import { FirstSync } from './first-sync.ts';
import { Merging } from './merging.ts';
import type { SnapshotUpdate } from './snapshot-update.ts';
import { RestoredFirst } from './restored-first.ts';
import { stopSources } from './stop-sources.ts';

/** Contributions that arrive within this many milliseconds after a snapshot update wait for the next one. */
const WINDOW_MS = 100;
/** The share of a time slice that a load takes: one step is enough for a turn of the event loop. */
const SLICE_SHARE = 1 / 5;
/** How often changes that have left the window are dropped from the delta log when nothing else happens. */
const PRUNE_MS = 10_000;

export interface HubOptions {
  /** Which traffic schedules go by. */
  readonly clock: Clock;
  /** For durations: a clock that nobody sets. */
  readonly steady: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
  readonly newTimeSlice: NewTimeSlice;
  readonly rules: MergeRules;
  /** In the order of precedence: of two registrations with one id the earlier source's is served. */
  readonly sources: readonly Source[];
  /** The least `versions__delta` of the first snapshot. */
  readonly firstVersion: number;
  /** How long changes stay in the delta. */
  readonly deltaWindow: DeltaWindow;
}

/**
 * The single writer. It keeps the contributions of every source, merges the applications whose contributions changed,
 * and makes immutable snapshots. There is no snapshot for readers before every required source has completed its first
 * sync: a partial answer would make clients drop what is missing from it.
 */
export class Hub {
  readonly #options: HubOptions;
  readonly #contributions: Contributions;
  readonly #merging: Merging;
  readonly #firstSync: FirstSync;
  readonly #dirty = new DirtyApplications();
  readonly #listeners: ((update: SnapshotUpdate) => void)[] = [];
  readonly #stateListeners: (() => void)[] = [];
  #snapshot: RegistrySnapshot;
  #open = false;
  #stopped = false;
  /** A load is being worked through, batch by batch. */
  #loading = false;
  #load: Promise<void> = Promise.resolve();
  #lastUpdateAt = Number.NEGATIVE_INFINITY;
  #cancelWindow: (() => void) | undefined;
  #cancelPrune: (() => void) | undefined;
  #restoredFirst: RestoredFirst | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#contributions = new Contributions(options.sources.map(({ id }) => id));
    this.#merging = new Merging(options);
    this.#firstSync = new FirstSync(options.sources);
    this.#snapshot = emptySnapshot(options.firstVersion, options.steady.now());
  }

  /**
   * Restores the contributions of sources and the merge memories of a previous process. Must be called before the
   * start. `version`: the next ones are higher.
   */
  restore(
    parts: ReadonlyMap<SourceId, ReadonlyMap<AppName, AppContribution>>,
    memory: ReadonlyMap<AppName, MergeMemory>,
    version = 0,
  ): void {
    if (version > this.#snapshot.version) this.#snapshot = emptySnapshot(version, this.#options.steady.now());
    this.#restoredFirst = new RestoredFirst(this.#options.clock);
    this.#merging.restore(memory);
    this.#dirty.add(memory.keys());
    for (const [source, contributions] of parts) {
      this.#dirty.add(this.#contributions.update(source, contributions));
      this.#firstSync.synced(source);
    }
  }

  /**
   * Starts every source; each has its own sink, so that none can contribute for another. What was restored is answered
   * before any of them asks its upstream, which cannot bring it sooner.
   */
  start(): void {
    const first = this.#restoredFirst;
    this.#firstSync.begin(this.#options.clock, () => this.#openWhenSynced());
    this.#schedulePrune();
    for (const source of this.#options.sources) source.start(this.#sinkOf(source), first?.mayConnect);
    this.#openWhenSynced();
    void this.#load.then(() => this.#stopped || first?.merged(this.#open));
  }

  /** Resolves with the sources that did not stop in time. */
  async stop(): Promise<readonly SourceId[]> {
    this.#stopped = true;
    this.#cancelWindow?.();
    this.#cancelPrune?.();
    this.#restoredFirst?.callOff();
    this.#firstSync.end();
    const [left] = await Promise.all([stopSources(this.#options.sources, this.#options.clock), this.#load]);
    return left;
  }

  /** The current registry; `undefined` until every required source has given its first complete view. */
  snapshot(): RegistrySnapshot | undefined {
    return this.#open ? this.#snapshot : undefined;
  }

  /** Sources that reads still wait for. */
  awaited(): readonly SourceId[] {
    return this.#firstSync.awaited();
  }

  /** What a restart needs; `undefined` until reads are answered. */
  contents(): RegistryContents | undefined {
    if (!this.#open) return undefined;
    const missing = this.#firstSync.missing();
    const known = this.#options.sources.filter(({ id }) => !missing.includes(id));
    const sources = known.map((source) => ({
      source,
      contributions: source.known?.() ?? this.#contributions.all(source.id),
    }));
    return { sources, applications: this.#snapshot.applications, version: this.#snapshot.version };
  }

  /** Called after each update, in the same turn, with the snapshot already in place. */
  onUpdate(listener: (update: SnapshotUpdate) => void): void {
    this.#listeners.push(listener);
  }

  /** The listener is called when a part of `contents` that is in no snapshot may have changed. */
  onStateChange(listener: () => void): void {
    this.#stateListeners.push(listener);
  }

  /** Merges these applications again without a new contribution, because the result also depends on the time. */
  remerge(names: Iterable<AppName>): void {
    this.#dirty.add(names);
    if (this.#dirty.size > 0) this.#schedule('coalesced', []);
  }

  #sinkOf({ id }: Source): ContributionSink {
    const replacement = (all: ReadonlyMap<AppName, AppContribution>): ContributionUpdate =>
      this.#contributions.replacement(id, all);
    const stateChanged = (): void => this.#stateListeners.forEach((listener) => listener());
    return {
      update: (changes, urgency) => this.#take(id, changes, urgency),
      replace: (all) => this.#take(id, replacement(all), 'coalesced'),
      synced: () => {
        this.#firstSync.synced(id);
        this.#openWhenSynced();
        stateChanged();
      },
      stateChanged,
    };
  }

  #take(source: SourceId, changes: ContributionUpdate, urgency: Urgency): void {
    this.#dirty.add(this.#contributions.update(source, changes));
    if (this.#dirty.size > 0) this.#schedule(urgency, changes.keys());
  }

  #openWhenSynced(): void {
    if (this.#open || this.#loading || this.awaited().length > 0) return;
    this.#update();
    // The rest follows in further slices, and the last of them calls this method again.
    if (this.#dirty.size > 0) return;
    this.#open = true;
    this.#firstSync.end();
    // The first delta lists the whole registry. A client that fetched it from another process must learn what is
    // different here, and the hash code covers statuses alone.
    // Listeners get only the applications in which Kubernetes has a part: thousands of registered ones are no news.
    const candidates = this.#snapshot.applications.filter(({ dial, refusals }) => dial || refusals.length > 0);
    const merged = candidates.map((each) => [undefined, each] as const);
    this.#announce({ snapshot: this.#snapshot, merged, changes: this.#snapshot.log.recent });
    this.#options.log.info(
      { applications: this.#snapshot.applications.length, hash: this.#snapshot.hashCode },
      'every required source is known: reads are answered now',
    );
    for (const source of this.#firstSync.missing())
      this.#options.log.warn(
        { source },
        'reads are answered without this source, as it is not required: callers drop all its instances until it answers',
      );
  }

  /** The first change after a quiet time goes out at once; further ones share the update at the window's end. */
  #schedule(urgency: Urgency, names: Iterable<AppName>): void {
    if (!this.#open) return;
    if (urgency === 'now') return this.#update(names);
    if (this.#loading) return;
    const wait = this.#lastUpdateAt + WINDOW_MS - this.#options.steady.now();
    if (wait <= 0) this.#update();
    else this.#cancelWindow ??= this.#options.clock.after(wait, () => this.#update());
  }

  /**
   * Brings the snapshot up to date: the applications in `urgent` before the call returns, and as many others as one
   * slice allows. The rest of a large load follows in later turns. Each batch gives a consistent registry, because it
   * consists of whole applications.
   */
  #update(urgent: Iterable<AppName> = []): void {
    this.#cancelWindow?.();
    this.#cancelWindow = undefined;
    if (this.#loading) return this.#updateBatch(urgent);
    this.#loading = true;
    const rest = runInSlices(this.#updateSteps(urgent), this.#options.newTimeSlice(SLICE_SHARE));
    if (rest instanceof Promise) this.#load = this.#finishLoad(rest);
    else this.#loading = false;
  }

  async #finishLoad(rest: Promise<void>): Promise<void> {
    await rest;
    this.#loading = false;
    if (!this.#stopped) this.#openWhenSynced();
  }

  *#updateSteps(urgent: Iterable<AppName>): Steps<void> {
    this.#updateBatch(urgent);
    while (this.#dirty.size > 0 && !this.#stopped) {
      yield;
      this.#updateBatch([]);
    }
  }

  /** Never throws: the source or the client's write that brought a change must not fail for a fault in here. */
  #updateBatch(urgent: Iterable<AppName>): void {
    const names = this.#dirty.takeBatch(urgent, (name) => this.#contributions.weight(name));
    try {
      const now = this.#options.clock.now();
      const steadyNow = this.#options.steady.now();
      this.#lastUpdateAt = steadyNow;
      const merged = new Map<AppName, MergedApplication | undefined>();
      for (const name of names) {
        const before = application(this.#snapshot, name);
        merged.set(name, this.#merging.merge(name, this.#contributions.of(name), before, now));
      }
      for (const name of this.#merging.forgetVanished()) merged.set(name, undefined);
      const { snapshot, changes } = advance(this.#snapshot, merged, steadyNow, this.#options.deltaWindow);
      if (!this.#open) {
        // Listeners are not called for the batches of a first load, so their updates are not made.
        this.#snapshot = snapshot;
        return;
      }
      const pairs = Array.from(
        merged.keys(),
        (name) => [application(this.#snapshot, name), application(snapshot, name)] as const,
      );
      this.#announce({ snapshot, merged: pairs, changes: [changes] });
    } catch (error) {
      this.#options.metrics.count('application_faults', { stage: 'snapshot' });
      this.#options.log.error(
        { err: error, apps: [...names].slice(0, 10) },
        'a snapshot could not be made: the last one stays',
      );
    }
  }

  #announce(update: SnapshotUpdate): void {
    this.#snapshot = update.snapshot;
    for (const listener of this.#listeners) {
      try {
        listener(update);
      } catch (cause) {
        // A fault of one observer must not stop the others or the next update.
        this.#options.log.error({ err: cause }, 'an observer of the registry failed');
      }
    }
  }

  #schedulePrune(delayMs = PRUNE_MS): void {
    this.#cancelPrune = this.#options.clock.after(delayMs, () => {
      const log = prune(this.#snapshot.log, this.#options.steady.now(), this.#options.deltaWindow);
      const pruned = log !== this.#snapshot.log;
      if (this.#open && pruned) this.#announce({ snapshot: { ...this.#snapshot, log }, merged: [], changes: [] });
      // A fault in a merge may depend on the time, or on the state before.
      this.remerge(this.#merging.failed);
      // A large load leaves the window at one moment, and is pruned piece by piece.
      this.#schedulePrune(pruned ? WINDOW_MS : PRUNE_MS);
    });
  }
}
