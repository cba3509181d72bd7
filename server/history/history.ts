import { replaceByName } from '../../shared/collections/named-list.ts';
import { causeOf, type Circumstances } from '../../shared/history/cause.ts';
import type { EntryChange } from '../../shared/history/entry-change.ts';
import type { Moment, PastChange } from '../../shared/history/moment.ts';
import { patchOf, Rewind, type ApplicationPatch } from '../../shared/history/patch.ts';
import { weightOf } from '../../shared/history/weight.ts';
import type { AppName, InstanceId } from '../../shared/model/names.ts';
import type { MergedApplication } from '../../shared/registry/application.ts';
import { application, type RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import type { Steps } from '../../shared/time-slice.ts';
import type { Clock } from '../ports/clock.ts';
import type { LetThroughBy } from './let-through.ts';
import type { PresenceOf } from './presence.ts';

/** What is kept besides the current state. An hour of ten changes of a status a second fits in. */
export const MAX_BYTES = 48 * 1024 * 1024;

export interface HistoryOptions {
  readonly clock: Clock;
  /** Milliseconds; 0: nothing is kept. */
  readonly keep: number;
  readonly maxBytes?: number;
  /** The writes to this instance that are under way. */
  readonly writesTo: (app: AppName, id: InstanceId) => Circumstances['writes'];
  readonly letThroughBy: LetThroughBy;
  readonly presenceOf: PresenceOf;
}

type Merged = readonly (readonly [MergedApplication | undefined, MergedApplication | undefined])[];

/**
 * What changed, and the registry as it was. Only what leads from each snapshot back to the one before is kept, so it
 * costs what changed: the parts that did not change are those of the current snapshot.
 */
export class History {
  readonly #options: HistoryOptions;
  readonly #maxBytes: number;
  /** Oldest first; those before `#first` are dropped. */
  #moments: (Moment | undefined)[] = [];
  #first = 0;
  #bytes = 0;
  #lastAt = Number.NEGATIVE_INFINITY;
  /** Epoch milliseconds from which everything is known; `undefined` before the first snapshot. */
  #since: number | undefined;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
  }

  /** The first snapshot is the beginning: nothing of it is a change. */
  note(snapshot: RegistrySnapshot, merged: Merged): void {
    // A clock that is set back must not put a later change before an earlier one.
    const at = Math.max(this.#options.clock.now(), this.#lastAt);
    this.#lastAt = at;
    if (this.#since === undefined || this.#options.keep === 0) {
      this.#since = at;
      return;
    }
    const patches: ApplicationPatch[] = [];
    const changes: PastChange[] = [];
    let weight = 0;
    for (const [before, after] of merged) {
      const patch = patchOf(before, after);
      if (patch === undefined) continue;
      patches.push(patch);
      weight += weightOf(patch, after);
      for (const entry of patch.entries) {
        if (isOriginAlone(entry)) continue;
        const cause = causeOf(entry, before, after, this.#circumstances(patch.name, entry));
        changes.push({ at, version: snapshot.version, app: patch.name, entry, cause });
      }
    }
    // Copies are as long as they are; lists that grew have room for more, a quarter of what a change takes.
    if (patches.length === 0) return;
    this.#moments.push({ at, version: snapshot.version, patches: patches.slice(), changes: changes.slice(), weight });
    this.#bytes += weight;
    this.#prune();
  }

  #circumstances(app: AppName, change: EntryChange): Circumstances {
    const { writesTo, letThroughBy, presenceOf } = this.#options;
    const writes = writesTo(app, change.id);
    if (change.kind !== 'deleted') return { writes, guard: undefined };
    const { origin } = change.entry;
    const presence = origin.kind === 'ingress' ? presenceOf(origin.source, origin.object) : undefined;
    return { writes, guard: letThroughBy(app, change.entry), presence };
  }

  /** Drops what is too old, and the oldest of what is too much. */
  #prune(): void {
    const oldest = this.#options.clock.now() - this.#options.keep;
    for (;;) {
      const moment = this.#moments[this.#first];
      if (moment === undefined || (moment.at >= oldest && this.#bytes <= this.#maxBytes)) break;
      this.#since = moment.at;
      this.#bytes -= moment.weight;
      this.#moments[this.#first++] = undefined;
    }
    if (this.#first * 2 > this.#moments.length) {
      this.#moments = this.#moments.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Epoch milliseconds: how far it goes back. */
  get since(): number | undefined {
    this.#prune();
    return this.#since;
  }

  /** About how many bytes are kept, and in how many changes. */
  get size(): { readonly bytes: number; readonly moments: number } {
    return { bytes: this.#bytes, moments: this.#moments.length - this.#first };
  }

  /** Oldest first. */
  *moments(): Iterable<Moment> {
    this.#prune();
    for (let i = this.#first; i < this.#moments.length; i++) {
      const moment = this.#moments[i];
      if (moment !== undefined) yield moment;
    }
  }

  /** As `moments`, from the other end. */
  *newestFirst(): Iterable<Moment> {
    this.#prune();
    for (let i = this.#moments.length - 1; i >= this.#first; i--) {
      const moment = this.#moments[i];
      if (moment !== undefined) yield moment;
    }
  }

  /**
   * All applications as they were; `at` in epoch milliseconds, not before `since`. `now`: the snapshot at the first step.
   * What happens between two steps does not count.
   */
  *applicationsAt(now: RegistrySnapshot, at: number): Steps<readonly MergedApplication[]> {
    const past = new Map<AppName, MergedApplication | undefined>();
    for (const [name, rewind] of yield* this.#rewinds(at, () => true)) {
      past.set(name, rewind.applyTo(name, application(now, name)));
      yield;
    }
    return replaceByName(now.applications, past);
  }

  /** One application as it was; `undefined`: nothing was known of it. As `applicationsAt`. */
  *applicationAt(now: RegistrySnapshot, name: AppName, at: number): Steps<MergedApplication | undefined> {
    const current = application(now, name);
    const rewind = (yield* this.#rewinds(at, (each) => each === name)).get(name);
    return rewind === undefined ? current : rewind.applyTo(name, current);
  }

  *#rewinds(at: number, concerns: (name: AppName) => boolean): Steps<ReadonlyMap<AppName, Rewind>> {
    const rewinds = new Map<AppName, Rewind>();
    // A copy: between two steps moments are added, and the oldest dropped.
    for (const moment of this.#moments.slice(this.#first).toReversed()) {
      if (moment === undefined || moment.at <= at) break;
      for (const patch of moment.patches) {
        yield;
        if (!concerns(patch.name)) continue;
        const rewind = rewinds.get(patch.name) ?? new Rewind();
        rewinds.set(patch.name, rewind);
        rewind.add(patch);
      }
    }
    return rewinds;
  }
}

/** What an entry was made from may change without its content: of no interest but to those who look back. */
function isOriginAlone(change: EntryChange): boolean {
  return change.kind === 'modified' && Object.keys(change.before).length === 0;
}
