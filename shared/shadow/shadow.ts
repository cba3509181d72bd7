import { isOwnEntry } from '../model/own-entry.ts';
import { ownCopy } from '../text/own-copy.ts';
import { rfc3339 } from '../text/rfc3339.ts';
import { causeOf, keyOf, missingEntries, type Cause, type Statements } from './cause.ts';
import { compareRegistries, type Comparison, type Difference } from './difference.ts';
import { Judge } from './judge.ts';
import { reportedSide, reportedFinding, type IntendedReport, type ShadowReport, type Verdict } from './report.ts';
import { Side } from './side.ts';

export interface ShadowSettings {
  /** URLs as people may see them. */
  readonly legacy: string;
  readonly against: string;
  /** Milliseconds between two looks. */
  readonly intervalMs: number;
  /** Milliseconds for which the two may differ. */
  readonly lagMs: number;
}

/** What one look at both has brought. */
export interface Look {
  readonly same: number;
  /** Instances that differ as they shall. */
  readonly intended: number;
  /** Differences without an intended cause, those of a moment too. */
  readonly others: number;
}

interface Intended extends IntendedReport {
  /** Instances that have this cause now. */
  readonly keys: Set<string>;
}

/** One look shows no delta, and nothing that changes. */
const LEAST_LOOKS = 2;
const MAX_EXAMPLES = 5;
/** Causes come from a server, so their number is bounded. */
const MAX_CAUSES = 50;
const MAX_REASON_LENGTH = 300;

/** The verdict on two servers, look by look. What it keeps does not grow with time. */
export class Shadow {
  readonly legacy: Side;
  readonly against: Side;
  readonly #settings: ShadowSettings;
  readonly #judge: Judge;
  #intended = new Map<string, Intended>();
  #looks = 0;
  #compared = 0;
  #isReached = true;
  #identical = 0;
  #last: ShadowReport['entries'];
  #unexplained: string | undefined;

  constructor(settings: ShadowSettings) {
    this.#settings = settings;
    const judging = { lagMs: settings.lagMs, maxStepMs: 2 * settings.intervalMs };
    this.legacy = new Side(judging);
    this.against = new Side(judging);
    this.#judge = new Judge(judging);
  }

  /** Lasting differences so far, of answers and of truth. */
  get unintended(): number {
    return this.#judge.findings.length + this.#judge.unlisted;
  }

  /** Differences that are there now and are too young to count; those that began by a time, in epoch milliseconds. */
  undecided(by?: number): number {
    return this.#judge.undecided(by) + this.against.undecided(by);
  }

  /** Whether both answered in the last look. */
  get isReached(): boolean {
    return this.#isReached;
  }

  /** One of both did not answer: there is nothing to compare. */
  missed(): void {
    this.#looks++;
    this.#isReached = false;
  }

  compare(): Comparison {
    return compareRegistries(this.legacy.registry, this.against.registry);
  }

  /** `at` in epoch milliseconds. `statements`: what Eurek8s says, or why it says nothing. */
  look({ differences, same }: Comparison, statements: Statements | string, at: number): Look {
    const said: Statements = typeof statements === 'string' ? new Map() : statements;
    this.#unexplained = typeof statements === 'string' ? ownCopy(statements, MAX_REASON_LENGTH) : undefined;
    for (const each of this.#intended.values()) each.keys.clear();
    const others: (Difference & { readonly reason: string | undefined })[] = [];
    const intended = new Set<string>();
    const missing = missingEntries(said, (app, id) =>
      [this.legacy, this.against].some(({ registry }) => registry.find(app, id) !== undefined),
    );
    for (const difference of [...differences, ...missing]) {
      const cause = causeOf(difference, this.#isMarked(difference), said);
      if (cause.kind === 'unintended') others.push({ ...difference, reason: cause.reason });
      else {
        intended.add(keyOf(difference));
        this.#noteIntended(difference, cause);
      }
    }
    this.#judge.look(others, at);
    this.#looks++;
    this.#compared++;
    this.#isReached = true;
    if (others.length === 0) this.#identical++;
    this.#last = { legacy: this.legacy.registry.size, against: this.against.registry.size, same };
    return { same, intended: intended.size, others: others.length };
  }

  /** Times in epoch milliseconds. */
  report(startedAt: number, endedAt: number): ShadowReport {
    const { legacy, against, intervalMs, lagMs } = this.#settings;
    return {
      verdict: this.#verdict(),
      from: rfc3339(startedAt),
      until: rfc3339(endedAt),
      intervalMs,
      lagMs,
      looks: { taken: this.#looks, compared: this.#compared, identical: this.#identical },
      entries: this.#last,
      intended: [...this.#intended.values()]
        .map(({ cause, most, examples, keys }) => ({ cause, entries: keys.size, most, examples }))
        .toSorted((a, b) => b.most - a.most),
      unintended: this.#judge.findings.map(reportedFinding),
      unlisted: this.#judge.unlisted,
      undecided: this.undecided(),
      unexplained: this.#unexplained,
      legacy: reportedSide(legacy, this.legacy.facts(), this.legacy.isUntrue),
      against: reportedSide(against, this.against.facts(), this.against.isUntrue),
    };
  }

  #verdict(): Verdict {
    if (this.#compared === 0) return 'unknown';
    if (this.unintended > 0 || this.against.isUntrue) return 'different';
    if (this.#compared < LEAST_LOOKS) return 'unknown';
    // Nothing could count, so nothing that differs is excused.
    const isTooShort = this.#judge.lookedMs < this.#settings.lagMs && this.undecided() > 0;
    return isTooShort ? 'unknown' : 'clean';
  }

  #noteIntended(difference: Difference, { cause, reason }: Extract<Cause, { kind: 'intended' }>): void {
    const name = this.#intended.has(cause) || this.#intended.size < MAX_CAUSES ? cause : 'others';
    const known = this.#intended.get(name) ?? { cause: name, entries: 0, most: 0, examples: [], keys: new Set() };
    const key = keyOf(difference);
    known.keys.add(key);
    const isNew = !known.examples.some(({ app, instance }) => keyOf({ app, id: instance }) === key);
    const example = { app: difference.app, instance: difference.id, reason: ownCopy(reason, MAX_REASON_LENGTH) };
    const examples = isNew && known.examples.length < MAX_EXAMPLES ? [...known.examples, example] : known.examples;
    this.#intended.set(name, { ...known, most: Math.max(known.most, known.keys.size), examples });
  }

  #isMarked({ app, id }: Difference): boolean {
    return [this.legacy, this.against].some(({ registry }) => {
      const record = registry.find(app, id);
      return record !== undefined && isOwnEntry(record);
    });
  }
}
