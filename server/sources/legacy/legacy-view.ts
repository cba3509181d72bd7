import type { InstanceRecord } from '../../../shared/model/instance.ts';
import type { AppName, InstanceId, SourceId } from '../../../shared/model/names.ts';
import { sameContent } from '../../../shared/model/same-content.ts';
import type { TimeSlice } from '../../../shared/time-slice.ts';
import type { Brake, Hold } from '../../../shared/guard/brake.ts';
import type { AppContribution, ContributionUpdate } from '../../../shared/contribution/contribution.ts';
import { buildContribution, sameContribution } from './contribution.ts';
import type { DeltaDraft } from './delta-draft.ts';
import type { FullDraft } from './full-draft.ts';
import type { PendingWrites, PendingWrite, Recheck } from './pending-writes.ts';
import type { PolledView } from './polled-view.ts';
import type { NextView } from './view-state.ts';

export interface LegacyViewParts {
  readonly source: SourceId;
  readonly polled: PolledView;
  readonly brake: Brake;
  readonly pending: PendingWrites;
}

/**
 * What this source says: what the legacy's answers list, plus what the brake keeps back, with the effects of writes
 * over it that the answers do not show yet. Taking in an answer may last some turns of the event loop. An answer is in
 * force, judged by the brake and compared with writes in a single one of them; after it the applications are gone
 * through, and a write to one of them that comes in between finds it as it will be.
 */
export class LegacyView {
  readonly #source: SourceId;
  readonly #polled: PolledView;
  readonly #brake: Brake;
  readonly #pending: PendingWrites;
  readonly #said = new Map<AppName, AppContribution>();

  constructor(parts: LegacyViewParts) {
    this.#source = parts.source;
    this.#polled = parts.polled;
    this.#brake = parts.brake;
    this.#pending = parts.pending;
    this.#say(this.#polled.apps.keys());
  }

  draftFull(): FullDraft {
    return this.#polled.draftFull();
  }

  draftDelta(): DeltaDraft {
    return this.#polled.draftDelta();
  }

  /** Takes in a full answer to a request made at `point`; the applications that come out different. */
  async full(draft: FullDraft, point: number, now: number, slice: TimeSlice): Promise<ReadonlySet<AppName>> {
    const next = await draft.finish(slice);
    const touched = this.#take(next, now);
    for (const app of this.#brake.confirm(now)) touched.add(app);
    for (const app of this.#settle(point, now)) touched.add(app);
    return this.#sayInPieces(touched, slice);
  }

  /** The same for a delta; whether it led to the server's view, whose hash code is given, is to be seen from ours. */
  async delta(
    draft: DeltaDraft,
    hashCode: string | undefined,
    point: number,
    now: number,
    slice: TimeSlice,
  ): Promise<ReadonlySet<AppName>> {
    const touched = this.#take(draft.finish(), now);
    // A view that has missed something must not pass judgement on writes.
    if (hashCode === this.hashCode()) for (const app of this.#settle(point, now)) touched.add(app);
    return this.#sayInPieces(touched, slice);
  }

  /** Marks the present: to be called before a poll is sent, and given back with its answer. */
  point(): number {
    return this.#pending.point();
  }

  /** The polls' view alone, without pending and holds: only that agrees with the server's hash. */
  hashCode(): string {
    return this.#polled.hashCode();
  }

  get polledSize(): number {
    return this.#polled.size;
  }

  get pendingSize(): number {
    return this.#pending.size;
  }

  /** `version`: the record's `lastUpdatedTimestamp` when it is the legacy's own answer. */
  wrote(app: AppName, record: InstanceRecord, version: number | undefined, now: number): ContributionUpdate {
    this.#pending.put(app, record.id, record, version, now);
    return this.#say([app]);
  }

  cancelled(app: AppName, id: InstanceId, now: number): ContributionUpdate {
    const version = this.known(app, id)?.lastUpdatedTimestamp;
    this.#pending.put(app, id, undefined, version, now);
    this.#brake.forget(app, id);
    return this.#say([app]);
  }

  /** The instance as this source serves it now. */
  known(app: AppName, id: InstanceId): InstanceRecord | undefined {
    const entry = this.#pending.get(app, id);
    if (entry !== undefined) return entry.record;
    return this.#polled.instances(app)?.get(id) ?? this.#brake.retained(app)?.get(id);
  }

  /** Written instances that polls have contradicted for too long: to be asked for one by one. */
  contradicted(now: number, limit: number): readonly PendingWrite[] {
    return this.#pending.due(now, limit);
  }

  rechecked(entry: PendingWrite, answer: Recheck, now: number): ContributionUpdate {
    const app = this.#pending.rechecked(entry, answer, now);
    return app === undefined ? new Map() : this.#say([app]);
  }

  holds(): readonly Hold[] {
    return this.#brake.holds();
  }

  /** Whether a full fetch is wanted to confirm what is held. */
  wantsFull(lastFullAt: number, now: number): boolean {
    return this.#brake.wantsFull(lastFullAt, now);
  }

  release(holdId: string): ContributionUpdate {
    return this.#say(this.#brake.release(holdId));
  }

  /** All applications that something is said about. */
  apps(): readonly AppName[] {
    return [...this.#said.keys()];
  }

  /** These applications as they are now. */
  said(apps: Iterable<AppName>): ContributionUpdate {
    return new Map(Array.from(apps, (app) => [app, this.#said.get(app)]));
  }

  /** Puts a view in force and hands what is gone to the brake; returns the applications that may come out different. */
  #take(next: NextView, now: number): Set<AppName> {
    const { changed, cancelled, lost } = next.step;
    const before = this.#polled.size + this.#brake.size;
    this.#polled.take(next);
    const touched = new Set(changed);
    if (this.#brake.size > 0) {
      for (const app of changed)
        for (const id of this.#brake.retained(app)?.keys() ?? [])
          if (this.#polled.instances(app)?.has(id) === true) this.#brake.forget(app, id);
      for (const { app, id } of cancelled) if (this.#brake.forget(app, id)) touched.add(app);
    }
    // Cancelled through us: that is evidence.
    if (lost.size > 0)
      for (const { app, id, record } of this.#pending.all()) if (record === undefined) lost.remove(app, id);
    this.#brake.judge(lost, before, this.#polled.size, now);
    return touched;
  }

  #settle(point: number, now: number): ReadonlySet<AppName> {
    return this.#pending.settle((app, id) => this.#polled.instances(app)?.get(id), point, now);
  }

  #say(apps: Iterable<AppName>): ContributionUpdate {
    return this.said([...apps].filter((app) => this.#sayOne(app)));
  }

  async #sayInPieces(apps: Iterable<AppName>, slice: TimeSlice): Promise<ReadonlySet<AppName>> {
    const different = new Set<AppName>();
    for (const app of apps) {
      if (this.#sayOne(app)) different.add(app);
      if (slice.isSpent()) await slice.next();
    }
    return different;
  }

  /** Whether it comes out different. */
  #sayOne(app: AppName): boolean {
    const before = this.#said.get(app);
    const after = buildContribution(this.#source, this.#records(app), before);
    if (sameContribution(before, after)) return false;
    if (after === undefined) this.#said.delete(app);
    else this.#said.set(app, after);
    return true;
  }

  #records(app: AppName): readonly InstanceRecord[] {
    const records = new Map(this.#polled.instances(app));
    for (const [id, held] of this.#brake.retained(app) ?? []) if (!records.has(id)) records.set(id, held);
    for (const [id, { record }] of this.#pending.of(app) ?? []) {
      const polled = records.get(id);
      if (record === undefined) records.delete(id);
      else if (polled === undefined || !sameContent(polled, record)) records.set(id, record);
    }
    return [...records.values()];
  }
}
