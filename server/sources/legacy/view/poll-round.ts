import type { Skipped } from '../../../../shared/codec/decode-error.ts';
import type { ApplicationIntake, DecodedApplication } from '../../../../shared/codec/document.ts';
import { identifierTextFault, shownIdentifier } from '../../../../shared/codec/identifiers.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../../shared/model/names.ts';
import type { LegacyServer } from '../wire/legacy-server.ts';
import { runInSlices, type Steps, type TimeSlice } from '../../../../shared/time-slice.ts';
import type { CancelledVersions } from './cancelled-versions.ts';
import type { LegacyContributions, ViewParts } from './contributions.ts';
import { DeltaDraft } from './delta-draft.ts';
import { judgeEndedWrites } from './ended-writes.ts';
import { FullDraft } from './full-draft.ts';
import { keepUnlisted } from './kept-unlisted.ts';
import { knownInstances } from './known-instances.ts';
import type { LossList } from './loss-list.ts';
import { MAX_APPLICATION_INSTANCES, type Instances, type NextFullView, type NextView } from './polled-view.ts';
import type { Unlisted } from './unlisted.ts';

/** The whole registry, or its recent changes. */
export type FetchKind = 'full' | 'delta';

export interface Committed {
  /** The applications whose contributions changed. */
  readonly changed: ReadonlySet<AppName>;
  /** Whether our view now has the hash code that the server gave. */
  readonly hashAgrees: boolean;
}

/** How a full answer is to be taken. */
export interface Reading {
  /** A part is missing, so what it does not list stays. */
  readonly isPart?: boolean;
  /**
   * The server that was polled until now, when this one is polled for what it lists besides: what only that one listed
   * stays as what that one took, because neither of them is known to have everything.
   */
  readonly insteadOf?: LegacyServer | undefined;
}

/** What rounds leave behind beside the view. */
export interface Traces {
  readonly cancelled: CancelledVersions;
  readonly unlisted: Unlisted;
}

/**
 * One answer on its way into the view, as a transaction. The round begins before the request is sent. Applications are
 * added as they are decoded, to a draft that nothing else reads. Then the round is committed, or dropped when the
 * answer is not a complete document.
 */
export class PollRound implements ApplicationIntake {
  readonly #parts: ViewParts;
  readonly #contributions: LegacyContributions;
  readonly #traces: Traces;
  /** The server that is asked. */
  readonly #by: LegacyServer | undefined;
  /** Writes with a higher sequence came after the request, so the answer need not show them. */
  readonly #sequence: number;
  #draft: FullDraft | DeltaDraft | undefined;
  #broken: Skipped[] = [];
  #overflow: ReadonlyMap<AppName, number> = new Map();

  constructor(
    kind: FetchKind,
    parts: ViewParts,
    contributions: LegacyContributions,
    traces: Traces,
    by: LegacyServer | undefined,
  ) {
    this.#parts = parts;
    this.#contributions = contributions;
    this.#traces = traces;
    this.#by = by;
    this.#sequence = parts.pending.nextSequence();
    this.#draft = kind === 'full' ? new FullDraft(parts.polled) : new DeltaDraft(parts.polled);
  }

  /** The entries of a committed answer that are not served, because no URL can name them or there are too many. */
  get leftOut(): readonly Skipped[] {
    return [...this.#broken, ...overflows(this.#overflow)];
  }

  add(application: DecodedApplication): void {
    this.#open.add(application);
    for (const record of application.instances) {
      const reason = identifierTextFault(record);
      if (reason !== undefined) this.#broken.push({ id: shownIdentifier(`${record.app}/${record.id}`), reason });
    }
  }

  restart(): void {
    this.#open.restart();
    this.#broken = [];
  }

  drop(): void {
    this.#draft = undefined;
  }

  /**
   * Puts the draft in force. `hashCode`: that of the whole registry, as the answer reports it. `now`: epoch
   * milliseconds. A commit may take several turns of the event loop.
   */
  async commit(hashCode: string | undefined, now: number, slice: TimeSlice, reading: Reading = {}): Promise<Committed> {
    const draft = this.#open;
    this.#draft = undefined;
    this.#overflow = draft.overflow;
    return runInSlices(this.#commitSteps(draft, hashCode, now, reading), slice);
  }

  get #open(): FullDraft | DeltaDraft {
    if (this.#draft === undefined) throw new Error('the round has ended');
    return this.#draft;
  }

  /**
   * The answer is put in force, judged by the brake and compared with writes in one turn, without a step in between.
   * The contributions follow in steps, and a write between two of them finds its application in the new state.
   */
  *#commitSteps(
    draft: FullDraft | DeltaDraft,
    hashCode: string | undefined,
    now: number,
    { isPart = false, insteadOf }: Reading,
  ): Steps<Committed> {
    const next = draft instanceof FullDraft ? yield* draft.finishSteps() : draft.finish();
    const { polled, brake } = this.#parts;
    const touched =
      isPart && next.kind === 'full' ? this.#putPartInForce(next, now) : this.#putInForce(next, now, insteadOf);
    const hashAgrees = hashCode === polled.hashCode();
    // What stays although a full list lacked it is counted, and so it is there.
    if (next.kind === 'delta' && hashAgrees) this.#traces.unlisted.clear();
    if (next.kind === 'full' && !isPart) for (const app of brake.confirm(now)) touched.add(app);
    // After a delta, a view with another hash code than the server's has missed something and must not decide about
    // writes. A part of a full answer decides about those to instances that it lists.
    if (next.kind === 'full' || hashAgrees)
      for (const app of this.#settleWrites(isPart ? next.apps : undefined, now)) touched.add(app);
    return { changed: yield* this.#contributions.updateSteps(touched), hashAgrees };
  }

  /** Returns the applications whose contributions may change. */
  #putInForce(next: NextView, now: number, insteadOf: LegacyServer | undefined): Set<AppName> {
    const { polled, brake, pending } = this.#parts;
    const { changed, cancelled, lost } = next.changes;
    const before = polled.size + brake.size;
    polled.advance(next);
    if (next.kind === 'full') this.#traces.unlisted.clear();
    const touched = new Set(changed);
    for (const app of changed) brake.recover(app, (id) => polled.instances(app)?.has(id) === true);
    for (const [app, records] of cancelled.apps) if (this.#endCancelled(app, records)) touched.add(app);
    if (lost.size > 0)
      for (const { app, id, record } of pending.all())
        // A cancel through us is evidence that the instance is really gone.
        if (record === undefined) lost.remove(app, id);
    if (insteadOf !== undefined) this.#leaveTo(insteadOf, lost, now);
    brake.judge(lost, before, polled.size, now, () => knownInstances(polled, lost));
    // What was written is served because of that, and judged when the write ends without a list that has it.
    if (lost.size > 0) for (const { app, id } of pending.all()) brake.setAside(app, id);
    return touched;
  }

  /** What this server has is served while it has it, as if it had been written there. */
  #leaveTo(server: LegacyServer, lost: LossList, now: number): void {
    const { pending } = this.#parts;
    for (const [app, records] of lost.apps)
      for (const [id, record] of records)
        if (pending.get(app, id) === undefined)
          pending.put(app, id, record, record.lastUpdatedTimestamp, now, { server, place: undefined });
    lost.clear();
  }

  /**
   * Ends the holds of what was cancelled. Deltas repeat themselves, and other servers have deltas of their own: the cancel
   * of an earlier registration is no evidence that a later one is gone.
   */
  #endCancelled(app: AppName, records: Instances): boolean {
    const { brake, pending } = this.#parts;
    for (const [id, { lastUpdatedTimestamp }] of records) {
      this.#traces.cancelled.note(app, id, lastUpdatedTimestamp);
      if (this.#by !== undefined) pending.heardCancel(app, id, this.#by, lastUpdatedTimestamp);
    }
    const held = brake.retained(app);
    const meant = [...records].filter(
      ([id, { lastDirtyTimestamp }]) => (held?.get(id)?.lastDirtyTimestamp ?? 0) <= lastDirtyTimestamp,
    );
    return meant.filter(([id]) => brake.forget(app, id)).length > 0;
  }

  /**
   * The same, with nothing lost: the brake does not hear of what is not listed. It stays as it is served, so without what
   * was cancelled through us, and as it was written.
   */
  #putPartInForce(next: NextFullView, now: number): Set<AppName> {
    const { polled, brake, pending } = this.#parts;
    const { changed, lost } = next.changes;
    if (lost.size > 0)
      for (const { app, id, record } of pending.all()) {
        if (lost.apps.get(app)?.has(id) !== true) continue;
        lost.remove(app, id);
        if (record !== undefined) lost.add(app, record);
      }
    polled.advance(keepUnlisted(next, lost));
    this.#traces.unlisted.note(lost, now);
    for (const app of changed) brake.recover(app, (id) => polled.instances(app)?.has(id) === true);
    // It counts more than it lists: whatever is held, that was not confirmed.
    brake.lostTouch();
    return new Set(changed);
  }

  /**
   * Returns the applications whose writes ended. `listed`: what a part of an answer lists, and so can tell of;
   * `undefined`: it can tell of all.
   */
  #settleWrites(listed: ReadonlyMap<AppName, Instances> | undefined, now: number): ReadonlySet<AppName> {
    const { polled, pending } = this.#parts;
    const seen = (app: AppName, id: InstanceId): InstanceRecord | undefined | 'unknown' =>
      listed === undefined ? polled.instances(app)?.get(id) : (listed.get(app)?.get(id) ?? 'unknown');
    const ended = pending.settle(seen, this.#sequence, now, this.#by);
    judgeEndedWrites(this.#parts, ended, now);
    return new Set(ended.map(({ app }) => app));
  }
}

function overflows(overflow: ReadonlyMap<AppName, number>): readonly Skipped[] {
  return Array.from(overflow, ([app, count]) => ({
    id: shownIdentifier(app),
    reason: `it lists ${count} instances beyond the ${MAX_APPLICATION_INSTANCES} that one application may have`,
  }));
}
