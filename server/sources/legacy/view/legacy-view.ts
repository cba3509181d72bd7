import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../../shared/model/names.ts';
import type { Held, Hold } from '../../../../shared/guard/hold.ts';
import type { AppContribution, ContributionUpdate } from '../../../../shared/contribution/contribution.ts';
import type { LegacyServer } from '../wire/legacy-server.ts';
import { CancelledVersions } from './cancelled-versions.ts';
import { LegacyContributions, type ViewParts } from './contributions.ts';
import { judgeEndedWrites } from './ended-writes.ts';
import type { PendingWrite, Taker, Verdict } from './pending-writes.ts';
import { PollRound, type FetchKind, type Traces } from './poll-round.ts';
import { restoreView } from './restore-view.ts';
import { Unlisted } from './unlisted.ts';
import type { ViewState } from './view-state.ts';

/** What the legacy said when it was asked for a written instance. */
export interface Recheck {
  readonly write: PendingWrite;
  readonly verdict: Verdict;
}

/**
 * What this source contributes: what the legacy's answers list, what the brake holds, and the effects of writes that
 * the answers do not show yet. Answers come in as rounds, rechecks as those of a round, writes and released holds one by one.
 */
export class LegacyView {
  readonly #parts: ViewParts;
  readonly #contributions: LegacyContributions;
  readonly #traces: Traces;

  constructor(parts: ViewParts) {
    this.#parts = parts;
    this.#contributions = new LegacyContributions(parts);
    this.#traces = { cancelled: new CancelledVersions(), unlisted: new Unlisted(parts.polled) };
  }

  /**
   * Before the first round: what a process before this one contributed, and the rest of what its view was. `servers`:
   * those that are configured now.
   */
  restore(
    contributions: ReadonlyMap<AppName, AppContribution>,
    state: ViewState,
    now: number,
    servers: readonly LegacyServer[] = [],
  ): void {
    restoreView(this.#parts, contributions, state, now, servers);
    this.#contributions.restore(contributions);
  }

  state(): ViewState {
    const { polled, brake, pending } = this.#parts;
    return {
      brake: brake.state(),
      pending: [...pending.all(), ...pending.shown()].map(
        ({ app, id, record, confirmedAt, version, dirtyAt, listedAt, taker }) => ({
          app,
          id,
          written: record !== undefined,
          listed: polled.instances(app)?.has(id) === true,
          writtenAt: confirmedAt,
          ...(version !== undefined && { version }),
          ...(dirtyAt !== undefined && { dirtyAt }),
          ...(listedAt !== undefined && { listedAt }),
          ...(taker !== undefined && { by: taker.server.url }),
        }),
      ),
    };
  }

  /**
   * To be called before the request is sent. Before the first commit there may be several rounds, of which one is
   * committed. Later a round ends before the next one begins. `by`: the server that is asked.
   */
  begin(kind: FetchKind, by?: LegacyServer): PollRound {
    return new PollRound(kind, this.#parts, this.#contributions, this.#traces, by);
  }

  /** The hash code of what the answers list. Holds and pending writes are left out: the server does not count them. */
  hashCode(): string {
    return this.#parts.polled.hashCode();
  }

  get polledSize(): number {
    return this.#parts.polled.size;
  }

  /** How many entries the legacy lists that an Eurek8s made. */
  get ownSize(): number {
    return this.#parts.polled.ownSize;
  }

  get pendingSize(): number {
    return this.#parts.pending.size;
  }

  /** All applications with a contribution. */
  apps(): readonly AppName[] {
    return this.#contributions.apps();
  }

  /** The contributions to these applications, as they are now. */
  contributions(apps: Iterable<AppName>): ContributionUpdate {
    return this.#contributions.of(apps);
  }

  /** The instance as this source contributes it now. */
  instance(app: AppName, id: InstanceId): InstanceRecord | undefined {
    const { polled, brake, pending } = this.#parts;
    const write = pending.get(app, id);
    if (write !== undefined) return write.record;
    return polled.instances(app)?.get(id) ?? brake.retained(app)?.get(id);
  }

  /** The server that took the write because of which it is served, as far as is known. */
  takerOf(app: AppName, id: InstanceId): LegacyServer | undefined {
    const write = this.#parts.pending.get(app, id);
    return write?.record === undefined ? undefined : write.taker?.server;
  }

  /** Whether nothing is known of it, not even that it was cancelled lately. */
  isUnknown(app: AppName, id: InstanceId): boolean {
    return this.#parts.pending.get(app, id) === undefined && this.instance(app, id) === undefined;
  }

  /** `lastUpdatedTimestamp` of what was cancelled lately, where that is known. */
  cancelledVersion(app: AppName, id: InstanceId): number | undefined {
    const write = this.#parts.pending.get(app, id);
    // What was cancelled before a restart is known of pending writes alone.
    return this.#traces.cancelled.of(app, id) ?? (write?.record === undefined ? write?.version : undefined);
  }

  /** `version`: the record's `lastUpdatedTimestamp` when it is the legacy's own answer. */
  recordWrite(
    app: AppName,
    record: InstanceRecord,
    version: number | undefined,
    now: number,
    taker?: Taker,
  ): ContributionUpdate {
    const listedAt = this.#parts.polled.instances(app)?.get(record.id)?.lastUpdatedTimestamp;
    this.#parts.pending.put(app, record.id, record, version, now, taker, { listedAt });
    // The legacy has it, so it is served whatever becomes of a hold.
    this.#parts.brake.setAside(app, record.id);
    return this.#contributions.update([app]);
  }

  recordCancel(app: AppName, id: InstanceId, now: number, taker?: Taker): ContributionUpdate {
    const was = this.instance(app, id);
    const version = was?.lastUpdatedTimestamp;
    this.#parts.pending.put(app, id, undefined, version, now, taker, { dirtyAt: was?.lastDirtyTimestamp });
    if (version !== undefined) this.#traces.cancelled.note(app, id, version);
    this.#parts.brake.forget(app, id);
    return this.#contributions.update([app]);
  }

  /** This server has taken a heartbeat of the instance. */
  recordRenewal(app: AppName, id: InstanceId, server: LegacyServer, now: number): void {
    this.#parts.pending.renewed(app, id, server, now);
  }

  /** The writes that polls have contradicted for too long. The legacy must be asked for each of their instances. */
  dueRechecks(now: number, limit: number): readonly PendingWrite[] {
    return this.#parts.pending.due(now, limit);
  }

  /** What was asked for together is judged together: a server that was restarted has lost all of it at once. */
  recordRechecks(rechecks: readonly Recheck[], now: number): ContributionUpdate {
    const ended: PendingWrite[] = [];
    const apps = new Set<AppName>();
    for (const { write, verdict } of rechecks) {
      const effect = this.#parts.pending.recordRecheck(write, verdict, now);
      if (effect === 'ended') ended.push(write);
      if (effect !== 'overtaken') apps.add(write.app);
    }
    if (ended.length > 0) judgeEndedWrites(this.#parts, ended, now);
    return this.#contributions.update([...apps]);
  }

  holds(): readonly Hold[] {
    return this.#parts.brake.holds();
  }

  /** The hold of an instance that is served only because its removal is held. */
  held(app: AppName, id: InstanceId): Held | undefined {
    return this.#parts.brake.held(app, id);
  }

  /**
   * Since when an instance is served although the newest list lacks it, because that list lacks a part; `undefined`: that
   * is not so. Epoch milliseconds.
   */
  unlistedSince(app: AppName, id: InstanceId): number | undefined {
    return this.#parts.pending.get(app, id) === undefined ? this.#traces.unlisted.since(app, id) : undefined;
  }

  get unlistedSize(): number {
    return this.#traces.unlisted.size;
  }

  letThroughBy(app: AppName, id: InstanceId): string | undefined {
    return this.#parts.brake.letThroughBy(app, id);
  }

  /** Whether a full fetch is due to confirm a hold. `lastFullAt`: epoch milliseconds of the last one. */
  wantsFull(lastFullAt: number, now: number): boolean {
    return this.#parts.brake.wantsFull(lastFullAt, now);
  }

  /** The legacy was out of touch: to be called before what it answers then is committed. */
  lostTouch(): void {
    this.#parts.brake.lostTouch();
  }

  isHeld(app: AppName, id: InstanceId): boolean {
    return this.#parts.brake.held(app, id) !== undefined;
  }

  /** Whether other servers of the legacy are to be asked for what is held. */
  wantsOthers(lastAskedAt: number, now: number): boolean {
    return this.#parts.brake.wantsOthers(lastAskedAt, now);
  }

  /** Another server of the legacy lists these. */
  seenElsewhere(ids: ReadonlyMap<AppName, ReadonlySet<InstanceId>>, now: number): void {
    this.#parts.brake.seenElsewhere(ids, now);
  }

  keep(holdId: string): boolean {
    return this.#parts.brake.keep(holdId);
  }

  release(holdId: string): ContributionUpdate {
    return this.#contributions.update(this.#parts.brake.release(holdId));
  }
}
