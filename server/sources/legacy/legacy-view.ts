import type { InstanceRecord } from '../../../shared/model/instance.ts';
import type { AppName, InstanceId, SourceId } from '../../../shared/model/names.ts';
import { sameContent } from '../../../shared/model/same-content.ts';
import type { Brake, Hold } from '../../../shared/registry/brake.ts';
import type { AppContribution, ContributionUpdate } from '../../../shared/registry/contribution.ts';
import { buildContribution, sameContribution } from './contribution.ts';
import type { Overlay, OverlayEntry, Recheck } from './overlay.ts';
import type { PolledStep, PolledView, RegistryDocument } from './polled-view.ts';

export interface LegacyViewParts {
  readonly source: SourceId;
  readonly polled: PolledView;
  readonly brake: Brake;
  readonly overlay: Overlay;
}

/**
 * What this source says: what the legacy's answers list, plus what the brake keeps back, with the effects of writes
 * over it that the answers do not show yet. Every method returns the applications that come out different.
 */
export class LegacyView {
  readonly #source: SourceId;
  readonly #polled: PolledView;
  readonly #brake: Brake;
  readonly #overlay: Overlay;
  readonly #said = new Map<AppName, AppContribution>();

  constructor(parts: LegacyViewParts) {
    this.#source = parts.source;
    this.#polled = parts.polled;
    this.#brake = parts.brake;
    this.#overlay = parts.overlay;
    this.#say(this.#polled.apps());
  }

  /** A full answer to a request made at `point`. */
  full(document: RegistryDocument, point: number, now: number): ContributionUpdate {
    const before = this.#polled.size + this.#brake.size;
    const touched = this.#take(this.#polled.replace(document), before, now);
    for (const { app } of this.#brake.confirm(now)) touched.add(app);
    return this.#say([...touched, ...this.#settle(point, now)]);
  }

  /** A delta; whether it leads to the server's view is to be seen from `hashCode`. */
  delta(document: RegistryDocument, point: number, now: number): ContributionUpdate {
    const before = this.#polled.size + this.#brake.size;
    const touched = this.#take(this.#polled.apply(document), before, now);
    // A view that has missed something must not pass judgement on writes.
    const settled = document.hashCode === this.hashCode() ? this.#settle(point, now) : [];
    return this.#say([...touched, ...settled]);
  }

  /** Marks the present: to be called before a poll is sent, and given back with its answer. */
  point(): number {
    return this.#overlay.point();
  }

  /** The polls' view alone, without overlay and holds: only that agrees with the server's hash. */
  hashCode(): string {
    return this.#polled.hashCode();
  }

  get polledSize(): number {
    return this.#polled.size;
  }

  get overlaySize(): number {
    return this.#overlay.size;
  }

  /** `version`: the record's `lastUpdatedTimestamp` when it is the legacy's own answer. */
  wrote(app: AppName, record: InstanceRecord, version: number | undefined, now: number): ContributionUpdate {
    this.#overlay.put(app, record.id, record, version, now);
    return this.#say([app]);
  }

  cancelled(app: AppName, id: InstanceId, now: number): ContributionUpdate {
    const version = this.known(app, id)?.lastUpdatedTimestamp;
    this.#overlay.put(app, id, undefined, version, now);
    this.#brake.forget(app, id);
    return this.#say([app]);
  }

  /** The instance as this source serves it now. */
  known(app: AppName, id: InstanceId): InstanceRecord | undefined {
    const entry = this.#overlay.get(app, id);
    if (entry !== undefined) return entry.record;
    return this.#polled.instances(app)?.get(id) ?? this.#brake.retained(app)?.get(id)?.record;
  }

  /** Written instances that polls have contradicted for too long: to be asked for one by one. */
  contradicted(now: number, limit: number): readonly OverlayEntry[] {
    return this.#overlay.due(now, limit);
  }

  rechecked(entry: OverlayEntry, answer: Recheck, now: number): ContributionUpdate {
    const app = this.#overlay.rechecked(entry, answer, now);
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
    return this.#say(this.#brake.release(holdId).map(({ app }) => app));
  }

  all(): ReadonlyMap<AppName, AppContribution> {
    return new Map(this.#said);
  }

  /** Hands what is gone to the brake; returns the applications that may come out different. */
  #take(step: PolledStep, before: number, now: number): Set<AppName> {
    const touched = new Set(step.changed);
    for (const { app, record } of [...step.added, ...step.cancelled])
      if (this.#brake.forget(app, record.id)) touched.add(app);
    const unexplained = step.lost.filter(({ app, record }) => !this.#cancelledByUs(app, record.id));
    this.#brake.judge(unexplained, before, this.#polled.size, now);
    return touched;
  }

  #settle(point: number, now: number): ReadonlySet<AppName> {
    return this.#overlay.settle((app, id) => this.#polled.instances(app)?.get(id), point, now);
  }

  #cancelledByUs(app: AppName, id: InstanceId): boolean {
    const entry = this.#overlay.get(app, id);
    return entry !== undefined && entry.record === undefined;
  }

  #say(apps: Iterable<AppName>): ContributionUpdate {
    const update = new Map<AppName, AppContribution | undefined>();
    for (const app of apps) {
      const before = this.#said.get(app);
      const after = buildContribution(this.#source, this.#records(app), before);
      if (sameContribution(before, after)) continue;
      if (after === undefined) this.#said.delete(app);
      else this.#said.set(app, after);
      update.set(app, after);
    }
    return update;
  }

  #records(app: AppName): readonly InstanceRecord[] {
    const records = new Map(this.#polled.instances(app));
    for (const [id, held] of this.#brake.retained(app) ?? []) if (!records.has(id)) records.set(id, held.record);
    for (const [id, { record }] of this.#overlay.of(app) ?? []) {
      const polled = records.get(id);
      if (record === undefined) records.delete(id);
      else if (polled === undefined || !sameContent(polled, record)) records.set(id, record);
    }
    return [...records.values()];
  }
}
