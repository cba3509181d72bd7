import type { LegacyServer } from '../wire/legacy-server.ts';
import type { ListFacts } from '../wire/own-count.ts';
import { lackOf } from './lack.ts';
import { countedSize, sizeOf } from './list-size.ts';

/** The last full answer, when it listed fewer instances than its own hash code counts. */
export interface Part {
  /** Of the legacy. */
  readonly counted: number;
  /** How many entries of an Eurek8s are there, listed or not, as far as is known. */
  readonly own: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** What it lacks, for people. */
  readonly shortfall: string;
}

/** A full answer that is in force. */
export interface Taken {
  readonly server: LegacyServer;
  readonly facts: ListFacts;
  readonly part: Part | undefined;
}

interface OtherList {
  readonly server: LegacyServer;
  /** How many instances of the legacy it has. */
  readonly size: number;
  /** Nothing that it counts is missing. */
  readonly isComplete: boolean;
}

/** Poll intervals between two searches for a better list at one server. */
const POLLS_PER_SEARCH = 6;

/**
 * Compares what is polled with what other servers list, and decides when another one is polled. A part gives way to a
 * list that is complete, unless that has less than the part counts: it may be of a server that was restarted. And what
 * was believed at a start although it was too little gives way to a longer list.
 */
export class OtherLists {
  readonly #searchInterval: number;
  readonly #size: () => number;
  #part: Part | undefined;
  /** No list since the start has listed anything of the legacy. */
  #isEmptyStart = false;
  /** They are not heard since too little was believed, or they say that there is more. */
  readonly #doubted = new Set<LegacyServer>();
  /** Epoch milliseconds. */
  readonly #heardAt = new Map<LegacyServer, number>();
  #next: OtherList | undefined;

  /** `size`: how many instances of the legacy the list that counts has. */
  constructor(pollInterval: number, size: () => number) {
    this.#searchInterval = POLLS_PER_SEARCH * pollInterval;
    this.#size = size;
  }

  get part(): Part | undefined {
    return this.#part;
  }

  /** Deltas have led to what this server counts, which is the one that is polled. */
  completed(server: LegacyServer): void {
    this.#part = undefined;
    this.#doubted.delete(server);
    if (this.#size() > 0) this.#isEmptyStart = false;
  }

  /**
   * A full answer is in force. `others`: all servers but the one that gave it. `isTooLittle`: it is believed for want of
   * a better one, at the start.
   */
  took({ server, facts, part }: Taken, others: readonly LegacyServer[], isTooLittle: boolean): void {
    this.#part = part;
    this.#isEmptyStart = sizeOf(facts) === 0 && (isTooLittle || this.#isEmptyStart);
    if (isTooLittle || this.#isEmptyStart) for (const other of others) this.#doubted.add(other);
    // Its list counts now. When another one does later, what it still lists may be old.
    if (part === undefined) this.#doubted.delete(server);
  }

  /** Whether another server is to be asked. `askedAt`: epoch milliseconds of the last request to it. */
  isWanted(server: LegacyServer, askedAt: number, now: number): boolean {
    // An Eurek8s lists what it holds itself, which is no evidence.
    const isDoubted = this.#doubted.has(server) && server.hops.length === 0;
    // One that does not answer is asked again as soon as it has rested.
    if (isDoubted && now - (this.#heardAt.get(server) ?? -Infinity) >= this.#searchInterval) return true;
    return this.#part !== undefined && this.#part.at > askedAt && now - askedAt >= this.#searchInterval;
  }

  /** What another server lists, or one of those that are compared at the start. Returns whether it says that there is more. */
  heard(server: LegacyServer, facts: ListFacts, now: number): boolean {
    const saysMore = countedSize(facts) > this.#size();
    const list = { server, size: sizeOf(facts), isComplete: lackOf(facts) === undefined };
    if (this.#isBetter(list) && list.size > (this.#next?.size ?? 0)) this.#next = list;
    this.#heardAt.set(server, now);
    if (!saysMore && !this.#isNothingYet) this.#doubted.delete(server);
    return saysMore;
  }

  /** The server that is to be polled from now on, if that is another one. It is returned once. */
  takeNext(): LegacyServer | undefined {
    const next = this.#next;
    this.#next = undefined;
    return next !== undefined && this.#isBetter(next) ? next.server : undefined;
  }

  get #isNothingYet(): boolean {
    return this.#isEmptyStart && this.#size() === 0;
  }

  #isBetter({ server, size, isComplete }: OtherList): boolean {
    if (this.#part !== undefined) return isComplete && size >= this.#part.counted;
    const here = this.#size();
    // Of two parts nobody knows what is gone.
    return this.#doubted.has(server) && size > here && (isComplete || here === 0);
  }
}
