import type { DocumentFacts } from '../../../../shared/codec/document.ts';
import { isWhole, lackOf } from './lack.ts';

/** Consecutive lists that lack a part, after which the hash codes are those of a product whose never are true. */
const MAX_DOUBTED = 10;

/**
 * Whether hash codes count what is listed. Those of some products never do, and what these do not list is gone. Of a
 * server whose hash code was that of its list once, a list that lacks a part is a part.
 */
export class HashCounts {
  /** `undefined`: a process before this one may have seen a list that has what its hash code counts. */
  #areTrue: boolean | undefined = false;
  #doubted = 0;

  /** `undefined` while it is not known. */
  get known(): boolean | undefined {
    return this.#areTrue;
  }

  /** What a process before this one knew. */
  restore(known: boolean | undefined): void {
    this.#areTrue = known;
  }

  /** Must be called once with each full answer that counts. */
  note(facts: Pick<DocumentFacts, 'hashCode' | 'listed'>): void {
    if (isWhole(facts)) this.#areTrue = true;
    if (this.#areTrue !== undefined) return;
    this.#doubted = lackOf(facts) === undefined ? 0 : this.#doubted + 1;
    if (this.#doubted >= MAX_DOUBTED) this.#areTrue = false;
  }

  /** Nothing is taken for gone because of what is not known. */
  get areTrue(): boolean {
    return this.#areTrue ?? true;
  }
}
