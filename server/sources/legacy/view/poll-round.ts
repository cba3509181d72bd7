import type { Skipped } from '../../../../shared/codec/decode-error.ts';
import type { ApplicationIntake, DecodedApplication, DocumentFacts } from '../../../../shared/codec/document.ts';
import { identifierTextFault, shownIdentifier } from '../../../../shared/codec/identifiers.ts';
import type { AppName } from '../../../../shared/model/names.ts';
import { instancesCounted } from '../../../../shared/registry/hashcode.ts';
import { runInSlices, type Steps, type TimeSlice } from '../../../../shared/time-slice.ts';
import type { LegacyContributions, ViewParts } from './contributions.ts';
import { DeltaDraft } from './delta-draft.ts';
import { judgeEndedWrites } from './ended-writes.ts';
import { FullDraft } from './full-draft.ts';
import { knownInstances } from './known-instances.ts';
import { MAX_APPLICATION_INSTANCES, type NextView } from './polled-view.ts';

/** The whole registry, or its recent changes. */
export type FetchKind = 'full' | 'delta';

export type AnswerFacts = Pick<DocumentFacts, 'hashCode' | 'skipped'>;

export interface Committed {
  /** The applications whose contributions changed. */
  readonly changed: ReadonlySet<AppName>;
  /** Whether our view now has the hash code that the server gave. */
  readonly hashAgrees: boolean;
}

/**
 * One answer on its way into the view, as a transaction. The round begins before the request is sent. Applications are
 * added as they are decoded, to a draft that nothing else reads. Then the round is committed, or dropped when the
 * answer is not a complete document.
 */
export class PollRound implements ApplicationIntake {
  readonly #parts: ViewParts;
  readonly #contributions: LegacyContributions;
  /** Writes with a higher sequence came after the request, so the answer need not show them. */
  readonly #sequence: number;
  #draft: FullDraft | DeltaDraft | undefined;
  #listed = 0;
  #instances = 0;
  #broken: Skipped[] = [];
  #overflow: ReadonlyMap<AppName, number> = new Map();

  constructor(kind: FetchKind, parts: ViewParts, contributions: LegacyContributions) {
    this.#parts = parts;
    this.#contributions = contributions;
    this.#sequence = parts.pending.nextSequence();
    this.#draft = kind === 'full' ? new FullDraft(parts.polled) : new DeltaDraft(parts.polled);
  }

  /** Whether no application was added. */
  get empty(): boolean {
    return this.#listed === 0;
  }

  /** How many instances more the hash code of the answer counts than it has, what it has and cannot be read included. */
  unlisted({ hashCode, skipped }: AnswerFacts): number {
    return (instancesCounted(hashCode) ?? 0) - this.#instances - skipped.length;
  }

  /** The entries of a committed answer that are not served, because no URL can name them or there are too many. */
  get leftOut(): readonly Skipped[] {
    return [...this.#broken, ...overflows(this.#overflow)];
  }

  add(application: DecodedApplication): void {
    this.#open.add(application);
    this.#listed++;
    this.#instances += application.instances.length;
    for (const record of application.instances) {
      const reason = identifierTextFault(record);
      if (reason !== undefined) this.#broken.push({ id: shownIdentifier(`${record.app}/${record.id}`), reason });
    }
  }

  restart(): void {
    this.#open.restart();
    this.#listed = 0;
    this.#instances = 0;
    this.#broken = [];
  }

  drop(): void {
    this.#draft = undefined;
  }

  /**
   * Puts the draft in force. `facts`: as the answer reports them. `now`: epoch milliseconds. A commit may take several
   * turns of the event loop.
   */
  async commit(facts: AnswerFacts, now: number, slice: TimeSlice): Promise<Committed> {
    const draft = this.#open;
    this.#draft = undefined;
    this.#overflow = draft.overflow;
    return runInSlices(this.#commitSteps(draft, facts, now), slice);
  }

  get #open(): FullDraft | DeltaDraft {
    if (this.#draft === undefined) throw new Error('the round has ended');
    return this.#draft;
  }

  /**
   * The answer is put in force, judged by the brake and compared with writes in one turn, without a step in between.
   * The contributions follow in steps, and a write between two of them finds its application in the new state.
   */
  *#commitSteps(draft: FullDraft | DeltaDraft, facts: AnswerFacts, now: number): Steps<Committed> {
    const next = draft instanceof FullDraft ? yield* draft.finishSteps() : draft.finish();
    const { polled, brake } = this.#parts;
    const whole = next.kind === 'delta' || brake.isWhole(this.unlisted(facts), next.changes.lost.size);
    const touched = this.#putInForce(next, now, whole);
    const hashAgrees = facts.hashCode === polled.hashCode();
    if (!whole) brake.lostTouch();
    else if (next.kind === 'full') for (const app of brake.confirm(now)) touched.add(app);
    // After a delta, a view with another hash code than the server's has missed something and must not decide about
    // writes.
    if (next.kind === 'full' || hashAgrees) for (const app of this.#settleWrites(now)) touched.add(app);
    return { changed: yield* this.#contributions.updateSteps(touched), hashAgrees };
  }

  /** Returns the applications whose contributions may change. */
  #putInForce(next: NextView, now: number, whole: boolean): Set<AppName> {
    const { polled, brake, pending } = this.#parts;
    const { changed, cancelled, lost } = next.changes;
    const before = polled.size + brake.size;
    polled.advance(next);
    const touched = new Set(changed);
    for (const app of changed) brake.recover(app, (id) => polled.instances(app)?.has(id) === true);
    for (const { app, id } of cancelled) if (brake.forget(app, id)) touched.add(app);
    if (lost.size > 0)
      for (const { app, id, record } of pending.all())
        // A cancel through us is evidence that the instance is really gone.
        if (record === undefined) lost.remove(app, id);
    brake.judge(lost, before, polled.size, now, () => knownInstances(polled, lost), whole);
    return touched;
  }

  /** Returns the applications whose writes ended. */
  #settleWrites(now: number): ReadonlySet<AppName> {
    const { polled, pending } = this.#parts;
    const ended = pending.settle((app, id) => polled.instances(app)?.get(id), this.#sequence, now);
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
