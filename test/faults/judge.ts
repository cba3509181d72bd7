import { Agent, request, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { ClientView, oddities, parseAnswer, type Answer } from './answer.ts';
import { wrongs, type Entry, type Truth } from './truth.ts';

/** Milliseconds between two polls of the judge, and between two renewals. Each poll costs a busy machine some of its time. */
const EVERY_MS = 200;
const RENEW_MS = 500;
/** Generous: a machine may be busy. A client gives up after 8 s. */
const ANSWER_MS = 20_000;
/** Wrong answers that are kept in words; all are counted. */
const MAX_WORDS = 5;

/** Whether no answer at all, or a 503, is right: before the first view, and while the process is down. */
export interface Allowance {
  /** 503 on reads. */
  refused: boolean;
  /** No connection, or one that breaks. */
  away: boolean;
  /** Statuses of a renewal of a live instance. */
  renewals: readonly number[];
}

/** What the judge saw. */
export interface Seen {
  answers: number;
  /** Those of the answers that were deltas. */
  deltas: number;
  refused: number;
  away: number;
  wrong: number;
  readonly words: string[];
  readonly renewals: Map<number, number>;
  /** Entries of the smallest and of the largest full answer. */
  fewest: number;
  most: number;
}

export interface JudgeOptions {
  /** `http://host:port` */
  readonly url: string;
  readonly truth: Truth;
  /** A live instance that is renewed all the time, as `APP/id`. */
  readonly renewed?: string;
  /** One connection for all requests, as a client keeps it; by default each has its own. */
  readonly keepsConnection?: boolean;
  /** Milliseconds between two polls. */
  readonly everyMs?: number;
}

/**
 * A client of its own that asks all the time for the full registry and for the delta, follows the delta as clients do,
 * renews an instance, and judges every answer. It shares nothing with the product but the wire.
 */
export class Judge {
  readonly allowed: Allowance = { refused: false, away: false, renewals: [200] };
  readonly seen: Seen = {
    answers: 0,
    deltas: 0,
    refused: 0,
    away: 0,
    wrong: 0,
    words: [],
    renewals: new Map(),
    fewest: Number.POSITIVE_INFINITY,
    most: 0,
  };
  /** The entries of the last full answer, by `APP/id`. */
  shown: ReadonlyMap<string, Entry> = new Map();
  readonly #options: JudgeOptions;
  readonly #agent: Agent | false;
  #view: ClientView | undefined;
  #running = true;
  readonly #work: Promise<unknown>;

  constructor(options: JudgeOptions) {
    this.#options = options;
    this.#agent = options.keepsConnection === true ? new Agent({ keepAlive: true, maxSockets: 1 }) : false;
    this.#work = Promise.all([this.#poll(), this.#renew()]);
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#work;
    if (this.#agent !== false) this.#agent.destroy();
  }

  /** What is seen from now until the returned function is called. The entries are those of all answers. */
  fromNow(): () => Seen {
    const { answers, deltas, refused, away, wrong, words } = this.seen;
    const { length } = words;
    const renewals = new Map(this.seen.renewals);
    return () => ({
      ...this.seen,
      renewals: new Map(Array.from(this.seen.renewals, ([status, n]) => [status, n - (renewals.get(status) ?? 0)])),
      answers: this.seen.answers - answers,
      deltas: this.seen.deltas - deltas,
      refused: this.seen.refused - refused,
      away: this.seen.away - away,
      wrong: this.seen.wrong - wrong,
      words: this.seen.words.slice(length),
    });
  }

  /**
   * Whether it has had from now on whatever it asks for: a delta, a renewal and, besides the one that may be under way,
   * a full answer. Where a case leaves the process ended there is nothing to be had.
   */
  looksAgain(): () => boolean {
    const since = this.fromNow();
    return () => {
      const { answers, deltas, renewals } = since();
      const hasRenewed = this.#options.renewed === undefined || (renewals.get(200) ?? 0) > 0;
      return this.allowed.away || (deltas > 0 && answers > deltas + 1 && hasRenewed);
    };
  }

  async #poll(): Promise<void> {
    while (this.#running) {
      await this.#askFull();
      await this.#askDelta();
      await sleep(this.#options.everyMs ?? EVERY_MS);
    }
  }

  async #renew(): Promise<void> {
    const { url, renewed } = this.#options;
    while (this.#running && renewed !== undefined) {
      const before = { ...this.allowed };
      const status = await this.#ask('PUT', `${url}/eureka/apps/${renewed}`).then(
        (answer) => answer.status,
        () => 0,
      );
      this.seen.renewals.set(status, (this.seen.renewals.get(status) ?? 0) + 1);
      const fine = [...before.renewals, ...this.allowed.renewals];
      if (status === 0 ? !before.away && !this.allowed.away : !fine.includes(status))
        this.#wrong(`the renewal of ${renewed} was answered ${status}`);
      await sleep(RENEW_MS);
    }
  }

  async #askFull(): Promise<void> {
    const { url, truth } = this.#options;
    const before = truth.facts;
    const answer = await this.#read(`${url}/eureka/apps/`);
    if (answer === undefined) return;
    const view = new ClientView(answer);
    if (view.hash !== answer.hash) this.#wrong(`the hash code is ${answer.hash} and not ${view.hash}`);
    for (const word of oddities(answer, 'full')) this.#wrong(word);
    const { shown } = view;
    this.shown = shown;
    for (const word of wrongs(shown, before, truth.facts)) this.#wrong(word);
    this.seen.fewest = Math.min(this.seen.fewest, shown.size);
    this.seen.most = Math.max(this.seen.most, shown.size);
    this.#view ??= view;
  }

  async #askDelta(): Promise<void> {
    const { url, truth } = this.#options;
    const view = this.#view;
    if (view === undefined) return;
    const before = truth.facts;
    const answer = await this.#read(`${url}/eureka/apps/delta`);
    if (answer === undefined) return;
    this.seen.deltas++;
    view.apply(answer);
    for (const word of oddities(answer, 'delta')) this.#wrong(`in a delta: ${word}`);
    if (view.hash !== answer.hash)
      this.#wrong(`after the delta a client has ${view.hash}, and the hash code is ${answer.hash}`);
    for (const word of wrongs(view.shown, before, truth.facts)) this.#wrong(`by deltas: ${word}`);
  }

  /** The answer to a read; undefined when there is none, which is judged here. */
  async #read(url: string): Promise<Answer | undefined> {
    const before = { ...this.allowed };
    let answer;
    try {
      answer = await this.#ask('GET', url);
    } catch (error) {
      this.seen.away++;
      // A client that finds nobody fetches everything from whoever answers next.
      this.#view = undefined;
      if (!before.away && !this.allowed.away) this.#wrong(`no answer: ${String(error)}`);
      return undefined;
    }
    if (answer.status !== 200) {
      if (answer.status === 503) this.seen.refused++;
      if (answer.status !== 503 || (!before.refused && !this.allowed.refused))
        this.#wrong(`a read was answered ${answer.status}`);
      return undefined;
    }
    this.seen.answers++;
    try {
      return parseAnswer(answer.body);
    } catch (error) {
      this.#wrong(`an answer cannot be read: ${String(error)}`);
      return undefined;
    }
  }

  #wrong(word: string): void {
    this.seen.wrong++;
    if (this.seen.words.length < MAX_WORDS) this.seen.words.push(word);
  }

  async #ask(method: string, url: string): Promise<{ readonly status: number; readonly body: string }> {
    const headers = { accept: 'application/json', 'accept-encoding': 'gzip' };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const question = request(url, { method, headers, agent: this.#agent, timeout: ANSWER_MS }, resolve);
      question.once('timeout', () => question.destroy(new Error(`no answer within ${ANSWER_MS} ms`)));
      question.once('error', reject);
      question.end();
    });
    const bytes = await buffer(answer);
    const body = answer.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
    return { status: answer.statusCode ?? 0, body: body.toString() };
  }
}
