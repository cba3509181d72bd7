import type { Clock } from '../ports/clock.ts';
import { codeOf, type NameAnswer, type NameQuery } from './name-query.ts';

/** Answers are kept at least this long, whatever their TTL: with a TTL of 0 names would be asked for all the time. */
const MIN_KEPT_MS = 5_000;
/** Answers are kept at most this long, whatever their TTL: a moved balancer is soon noticed. */
const MAX_KEPT_MS = 60_000;
/** How long an answer without a TTL is kept, such as one of the hosts file. */
const KEPT_WITHOUT_TTL_MS = 30_000;
/** The longest pause between attempts that fail. */
const MAX_RETRY_MS = 30_000;
/** A name without an answer for so long counts as failing, so that nothing waits for it any longer. */
const MAX_WAIT_MS = 5_000;
/** A name that was found once is overdue when it has had no answer for so long: its address may be wrong by now. */
const OVERDUE_AFTER_MS = 120_000;
/** Queries under way at the same time. */
const MAX_CONCURRENT_QUERIES = 32;

interface Watched {
  holders: number;
  addresses: readonly string[] | undefined;
  failure: string | undefined;
  failures: number;
  /** Epoch milliseconds of the first failure in a row. */
  failingSince: number | undefined;
  overdue: string | undefined;
  cancelNext: () => void;
  cancelWait: () => void;
  state: 'queued' | 'asking' | 'resting';
}

export interface NameWatchOptions {
  readonly clock: Clock;
  readonly query: NameQuery;
}

/**
 * Keeps names resolved. It queries a name when it is first held, and again when the TTL is over. The last good answer
 * stays through any failure: an address that was right a minute ago is better than none. All sources share one watch.
 */
export class NameWatch {
  readonly #clock: Clock;
  readonly #query: NameQuery;
  readonly #names = new Map<string, Watched>();
  readonly #queue = new Set<string>();
  readonly #listeners = new Set<(name: string) => void>();
  #asking = 0;

  constructor({ clock, query }: NameWatchOptions) {
    this.#clock = clock;
    this.#query = query;
  }

  hold(name: string): void {
    const known = this.#names.get(name);
    if (known !== undefined) {
      known.holders++;
      return;
    }
    const watched: Watched = {
      holders: 1,
      addresses: undefined,
      failure: undefined,
      failures: 0,
      failingSince: undefined,
      overdue: undefined,
      cancelNext: () => undefined,
      cancelWait: this.#clock.after(MAX_WAIT_MS, () => this.#waitedLongEnough(name)),
      state: 'queued',
    };
    this.#names.set(name, watched);
    this.#enqueue(name, watched);
  }

  drop(name: string): void {
    const watched = this.#names.get(name);
    if (watched === undefined || --watched.holders > 0) return;
    this.#forget(name, watched);
  }

  addresses(name: string): readonly string[] | undefined {
    return this.#names.get(name)?.addresses;
  }

  failure(name: string): string | undefined {
    return this.#names.get(name)?.failure;
  }

  overdue(name: string): string | undefined {
    return this.#names.get(name)?.overdue;
  }

  refresh(name: string): void {
    const watched = this.#names.get(name);
    if (watched?.state === 'resting') this.#enqueue(name, watched);
  }

  onChange(listener: (name: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    for (const [name, watched] of this.#names) this.#forget(name, watched);
    this.#listeners.clear();
  }

  #forget(name: string, watched: Watched): void {
    watched.cancelNext();
    watched.cancelWait();
    this.#queue.delete(name);
    this.#names.delete(name);
  }

  #enqueue(name: string, watched: Watched): void {
    watched.cancelNext();
    watched.state = 'queued';
    this.#queue.add(name);
    this.#askNext();
  }

  #askNext(): void {
    for (const name of this.#queue) {
      if (this.#asking >= MAX_CONCURRENT_QUERIES) return;
      this.#queue.delete(name);
      const watched = this.#names.get(name);
      if (watched !== undefined) void this.#ask(name, watched);
    }
  }

  async #ask(name: string, watched: Watched): Promise<void> {
    watched.state = 'asking';
    this.#asking++;
    const outcome = await this.#query(name).catch(
      (error: unknown): { readonly kind: 'failed'; readonly reason: string } => ({
        kind: 'failed',
        reason: `DNS: ${codeOf(error) ?? String(error)}`,
      }),
    );
    this.#asking--;
    // The name may have been dropped, and held again, while the query was under way.
    if (this.#names.get(name) === watched) this.#take(name, watched, outcome);
    this.#askNext();
  }

  #take(
    name: string,
    watched: Watched,
    outcome: NameAnswer | { readonly kind: 'failed'; readonly reason: string },
  ): void {
    const { addresses, failure, overdue } = watched;
    watched.cancelWait();
    watched.state = 'resting';
    const found = outcome.kind === 'found';
    if (found) watched.addresses = outcome.addresses;
    else if (outcome.kind === 'absent') watched.addresses ??= [];
    watched.failure = found ? undefined : outcome.reason;
    watched.failures = found ? 0 : watched.failures + 1;
    const now = this.#clock.now();
    watched.failingSince = found ? undefined : (watched.failingSince ?? now);
    const late = watched.failingSince !== undefined && now - watched.failingSince >= OVERDUE_AFTER_MS;
    watched.overdue = late && (watched.addresses?.length ?? 0) > 0 ? watched.failure : undefined;
    const pause = found
      ? Math.min(Math.max(outcome.ttlMs ?? KEPT_WITHOUT_TTL_MS, MIN_KEPT_MS), MAX_KEPT_MS)
      : Math.min(MIN_KEPT_MS * 2 ** (watched.failures - 1), MAX_RETRY_MS);
    watched.cancelNext = this.#clock.after(pause, () => this.#enqueue(name, watched));
    const first = addresses === undefined && failure === undefined;
    const news = !sameList(addresses, watched.addresses) || (overdue === undefined) !== (watched.overdue === undefined);
    if (first || news) this.#tell(name);
  }

  #waitedLongEnough(name: string): void {
    const watched = this.#names.get(name);
    if (watched === undefined || watched.addresses !== undefined || watched.failure !== undefined) return;
    watched.failure = `DNS: no answer within ${MAX_WAIT_MS / 1_000} s`;
    this.#tell(name);
  }

  #tell(name: string): void {
    for (const listener of this.#listeners) listener(name);
  }
}

function sameList(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
