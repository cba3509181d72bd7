import type { DecodedApplication, DocumentFacts } from '../codec/document.ts';
import { ownCopy } from '../text/own-copy.ts';
import { ClientRegistry } from './client-registry.ts';
import { Cost, type CostReport } from './cost.ts';
import { compareRegistries } from './difference.ts';
import { Judge, type Finding, type JudgeSettings } from './judge.ts';

/** A full answer or a delta. */
export interface Answer {
  readonly applications: readonly DecodedApplication[];
  readonly facts: DocumentFacts;
  /** Milliseconds until it was there as a whole. */
  readonly ms: number;
  /** As they came, packed. */
  readonly bytes: number;
}

/** A hash code that does not agree with the instances that it is for. */
export interface WrongHash {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly stated: string;
  readonly counted: string;
}

export interface SideFacts {
  readonly reached: number;
  readonly notReached: number;
  readonly lastProblem: string | undefined;
  /** Instances that could not be read: their hash code is not judged. */
  readonly unreadable: number;
  readonly full: CostReport;
  readonly delta: CostReport;
  readonly wrongHashes: number;
  readonly wrongHash: WrongHash | undefined;
  /** Deltas after which the hash code did not add up: clients fetch everything then. */
  readonly mismatches: number;
  readonly mismatch: WrongHash | undefined;
  /** No delta added up for longer than the lag. */
  readonly neverAddsUp: boolean;
  /** How often what is held after deltas was compared with a full answer. */
  readonly deltaChecks: number;
  readonly deltaFindings: readonly Finding[];
  readonly unlistedDeltaFindings: number;
}

/** After so many deltas a full answer is fetched beside them. Clients do not, so it costs the server little more. */
const DELTAS_PER_CHECK = 5;
const MAX_TEXT_LENGTH = 200;

/** One of the two servers, as its client sees it, and whether it tells the truth. */
export class Side {
  readonly registry = new ClientRegistry();
  readonly #judge: Judge;
  readonly #settings: JudgeSettings;
  readonly #full = new Cost();
  readonly #delta = new Cost();
  #hasRegistry = false;
  #reached = 0;
  #notReached = 0;
  #lastProblem: string | undefined;
  #unreadable = 0;
  #wrongHashes = 0;
  #wrongHash: WrongHash | undefined;
  #mismatches = 0;
  #mismatch: WrongHash | undefined;
  /** Epoch milliseconds of the first of those deltas in a row that did not add up. */
  #mismatchSince: number | undefined;
  #neverAddsUp = false;
  #deltasSinceCheck = 0;
  #deltaChecks = 0;

  constructor(settings: JudgeSettings) {
    this.#settings = settings;
    this.#judge = new Judge(settings);
  }

  /** Whether there was a full answer: deltas mean nothing before. */
  get hasRegistry(): boolean {
    return this.#hasRegistry;
  }

  /** Whether a full answer shall be compared with what the deltas have led to. */
  get isCheckDue(): boolean {
    return this.#deltasSinceCheck >= DELTAS_PER_CHECK || this.#judge.undecided() > 0;
  }

  /** Of what the deltas have led to: as `Judge` has it. */
  undecided(by?: number): number {
    return this.#judge.undecided(by);
  }

  get isUntrue(): boolean {
    return this.#wrongHashes > 0 || this.#neverAddsUp || this.#judge.findings.length > 0;
  }

  answered(): void {
    this.#reached++;
  }

  failed(problem: string): void {
    this.#notReached++;
    this.#lastProblem = ownCopy(problem, MAX_TEXT_LENGTH);
  }

  /** `at`, here and below, in epoch milliseconds. */
  full(answer: Answer, at: number): void {
    this.registry.replace(this.#counted(answer, at).applications);
    this.#hasRegistry = true;
    this.#deltasSinceCheck = 0;
    this.#judge.look([], at);
  }

  /** `disagrees`: clients fetch everything then. */
  delta({ applications, facts, ms, bytes }: Answer, at: number): 'agrees' | 'disagrees' {
    this.#delta.add(ms, bytes);
    this.registry.apply(applications);
    this.#deltasSinceCheck++;
    const { hashCode: stated } = facts;
    const counted = this.registry.hashCode;
    if (stated === counted) {
      this.#mismatchSince = undefined;
      return 'agrees';
    }
    if (this.#unreadable > 0 || facts.skipped.length > 0) return 'disagrees';
    this.#mismatches++;
    this.#mismatch = wrongHash(stated ?? '', counted, at);
    this.#mismatchSince ??= at;
    // A row of one is no row: whoever was away for longer than changes are kept has one.
    if (this.#mismatchSince < at && at - this.#mismatchSince >= this.#settings.lagMs) this.#neverAddsUp = true;
    return 'disagrees';
  }

  /** Compares a full answer with what the deltas have led to. That stays: a client knows nothing of this answer. */
  check(answer: Answer, at: number): void {
    const truth = new ClientRegistry();
    truth.replace(this.#counted(answer, at).applications);
    this.#judge.look(compareRegistries(truth, this.registry).differences, at);
    this.#deltaChecks++;
    this.#deltasSinceCheck = 0;
  }

  facts(): SideFacts {
    return {
      reached: this.#reached,
      notReached: this.#notReached,
      lastProblem: this.#lastProblem,
      unreadable: this.#unreadable,
      full: this.#full.report(),
      delta: this.#delta.report(),
      wrongHashes: this.#wrongHashes,
      wrongHash: this.#wrongHash,
      mismatches: this.#mismatches,
      mismatch: this.#mismatch,
      neverAddsUp: this.#neverAddsUp,
      deltaChecks: this.#deltaChecks,
      deltaFindings: this.#judge.findings,
      unlistedDeltaFindings: this.#judge.unlisted,
    };
  }

  /** A full answer has its instances and their hash code of one moment: there is no lag that excuses a wrong one. */
  #counted(answer: Answer, at: number): Answer {
    this.#full.add(answer.ms, answer.bytes);
    const { hashCode: stated, skipped } = answer.facts;
    this.#unreadable = skipped.length;
    const registry = new ClientRegistry();
    registry.replace(answer.applications);
    if (stated !== undefined && skipped.length === 0 && stated !== registry.hashCode) {
      this.#wrongHashes++;
      this.#wrongHash ??= wrongHash(stated, registry.hashCode, at);
    }
    return answer;
  }
}

function wrongHash(stated: string, counted: string, at: number): WrongHash {
  return { at, stated: ownCopy(stated, MAX_TEXT_LENGTH), counted };
}
