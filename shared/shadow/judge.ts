import { ownCopy } from '../text/own-copy.ts';
import { keyOf } from './cause.ts';
import type { Difference } from './difference.ts';

/** A difference that lasted for longer than the allowed lag. Times in epoch milliseconds. */
export interface Finding extends Difference {
  readonly since: number;
  /** When it was seen last. */
  readonly until: number;
  /** What Eurek8s says of the instance, if it says something. */
  readonly reason: string | undefined;
}

export interface JudgeSettings {
  /** Milliseconds for which the judged registry may be behind, or ahead. */
  readonly lagMs: number;
  /** Milliseconds between two looks that count at most: a difference may have been gone while nobody looked. */
  readonly maxStepMs: number;
}

/** A difference that is there now. */
interface Open {
  readonly actual: string;
  readonly since: number;
  /** Milliseconds for which it was looked at. */
  readonly lastedMs: number;
}

/** More of them are counted and not listed: nobody reads so many, and a run may go on for days. */
export const MAX_FINDINGS = 1000;
/** Characters of a value. */
const MAX_VALUE_LENGTH = 200;

/**
 * Tells lasting differences from those of a moment. The two registries are never asked at the same moment, and one polls
 * the other. So a difference counts when the judged registry kept to its value for longer than the lag, and it was
 * different at every look. A value that follows late, again and again, is not one.
 */
export class Judge {
  readonly #settings: JudgeSettings;
  #open = new Map<string, Open>();
  #lastLookAt: number | undefined;
  #lookedMs = 0;
  readonly #findings = new Map<string, Finding>();
  #unlisted = 0;

  constructor(settings: JudgeSettings) {
    this.#settings = settings;
  }

  /** Milliseconds for which it has looked: in less than the lag nothing can count. */
  get lookedMs(): number {
    return this.#lookedMs;
  }

  get findings(): readonly Finding[] {
    return [...this.#findings.values()];
  }

  /** Differences that counted beyond those that are listed. */
  get unlisted(): number {
    return this.#unlisted;
  }

  /**
   * Differences that are there now and did not last long enough to count; those that began by a time, in epoch
   * milliseconds.
   */
  undecided(by = Infinity): number {
    let count = 0;
    for (const { lastedMs, since } of this.#open.values()) if (lastedMs < this.#settings.lagMs && since <= by) count++;
    return count;
  }

  /** Takes all differences that there are at a time, in epoch milliseconds. */
  look(differences: readonly (Difference & { readonly reason?: string | undefined })[], at: number): void {
    const { lagMs, maxStepMs } = this.#settings;
    const stepMs = Math.min(maxStepMs, Math.max(0, at - (this.#lastLookAt ?? at)));
    const open = new Map<string, Open>();
    for (const difference of differences) {
      const key = `${keyOf(difference)}\n${difference.field}`;
      const before = this.#open.get(key);
      const goesOn = before?.actual === difference.actual ? before : undefined;
      const lastedMs = goesOn === undefined ? 0 : goesOn.lastedMs + stepMs;
      open.set(key, { actual: difference.actual, since: goesOn?.since ?? at, lastedMs });
      const counts = lastedMs >= lagMs;
      const isNew = goesOn === undefined || goesOn.lastedMs < lagMs;
      if (counts) this.#note(key, difference, goesOn?.since ?? at, at, isNew);
    }
    this.#open = open;
    this.#lookedMs += stepMs;
    this.#lastLookAt = at;
  }

  #note(
    key: string,
    difference: Difference & { readonly reason?: string | undefined },
    since: number,
    until: number,
    isNew: boolean,
  ): void {
    const known = this.#findings.get(key);
    if (known === undefined && this.#findings.size >= MAX_FINDINGS) {
      if (isNew) this.#unlisted++;
      return;
    }
    const { app, id, field, expected, actual, reason } = difference;
    this.#findings.set(key, {
      app,
      id,
      field: ownCopy(field, MAX_VALUE_LENGTH),
      expected: ownCopy(expected, MAX_VALUE_LENGTH),
      actual: ownCopy(actual, MAX_VALUE_LENGTH),
      since: known?.since ?? since,
      until,
      reason: reason === undefined ? undefined : ownCopy(reason, MAX_VALUE_LENGTH),
    });
  }
}
