import { Pool, type Dispatcher } from 'undici';
import { err, ok, type Result } from '../../../../shared/result.ts';
import { basicAuthorization } from '../../../../shared/text/url-credentials.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { RawWrite } from '../../../ports/writes.ts';
import { BodyError, MAX_UNREAD_BYTES, readBody, wholeText, type PackedBody } from './body.ts';
import { Deadline } from './deadline.ts';
import { statusOf } from './status-exchange.ts';

/** Durations in milliseconds, sizes in bytes. */
export interface EndpointSettings {
  /** From the request until the head of a registry answer; also the time to connect. */
  readonly headTimeout: number;
  readonly writeConnections: number;
  readonly maxCompressedBytes: number;
  readonly maxDocumentBytes: number;
}

/** Milliseconds from the start of an exchange until the head, and until the end, of its answer. */
export interface Timeouts {
  readonly head: number;
  readonly body: number;
}

/** An answer that came completely, whatever its status. There is a body only when the status is 200. */
export interface PackedPage {
  readonly status: number;
  readonly body: PackedBody;
}

/** The same with its text. */
export interface Page {
  readonly status: number;
  readonly text: string;
}

const NO_BODY: PackedBody = { chunks: [], encoding: undefined };

/** Polls have connections of their own: a storm of writes must not starve them. */
export type PoolName = 'polls' | 'writes';

/** A forwarded request leaves behind hop headers, the header of our own credentials, and the mark of peers. */
const NOT_FORWARDED = new Set([
  'authorization',
  'accept',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'transfer-encoding',
  'upgrade',
  'x-netflix-discovery-replication',
]);

/** Enough for polls, which run one at a time. */
const MAX_POLL_CONNECTIONS = 2;

/** One base URL of the legacy registry. A failure is a `Result` with a text for people, without user-info. */
export class LegacyEndpoint {
  /** The URL without user-info, for people. */
  readonly url: string;
  readonly #clock: Clock;
  readonly #settings: EndpointSettings;
  readonly #base: string;
  readonly #authorization: string | undefined;
  readonly #pools: Readonly<Record<PoolName, Pool>>;

  constructor(url: string, clock: Clock, settings: EndpointSettings) {
    const parsed = new URL(url);
    this.#authorization = basicAuthorization(url);
    this.#base = parsed.pathname.replace(/\/+$/, '');
    this.url = `${parsed.origin}${this.#base}`;
    this.#clock = clock;
    this.#settings = settings;
    const { headTimeout, writeConnections } = settings;
    this.#pools = {
      polls: pool(parsed.origin, MAX_POLL_CONNECTIONS, headTimeout),
      writes: pool(parsed.origin, writeConnections, headTimeout),
    };
  }

  /** The caller unpacks what came: that takes a registry seconds, and is no part of the exchange. */
  async fetch(
    path: string,
    accept: string,
    poolName: PoolName,
    timeouts: Timeouts,
  ): Promise<Result<PackedPage, string>> {
    // Native servers answer 406 to an Accept-Encoding without gzip, so it is always asked for.
    const headers = { accept, 'accept-encoding': 'gzip', ...this.#credentials() };
    return this.#exchange(
      poolName,
      { method: 'GET', path: `${this.#base}/${path}`, headers },
      timeouts,
      async (answer) => {
        if (answer.statusCode !== 200) {
          await answer.body.dump({ limit: MAX_UNREAD_BYTES });
          return { status: answer.statusCode, body: NO_BODY };
        }
        const encoding = answer.headers['content-encoding']?.toString();
        return { status: 200, body: await readBody(answer.body, encoding, this.#settings.maxCompressedBytes) };
      },
    );
  }

  async get(path: string, accept: string, poolName: PoolName, timeouts: Timeouts): Promise<Result<Page, string>> {
    const page = await this.fetch(path, accept, poolName, timeouts);
    if (!page.ok) return page;
    const { status, body } = page.value;
    try {
      return ok({ status, text: await wholeText(body, this.#settings.maxDocumentBytes) });
    } catch (error) {
      if (error instanceof BodyError) return err(`${this.url}: ${error.message}`);
      throw error;
    }
  }

  /** Passes a write on as it came. The result is the status: bodies of answers are never passed on. */
  async send(write: RawWrite, timeout: number): Promise<Result<number, string>> {
    const kept = Object.entries(write.headers).filter(([name]) => !NOT_FORWARDED.has(name.toLowerCase()));
    const headers = {
      ...Object.fromEntries(kept),
      ...(write.contentType === undefined ? {} : { 'content-type': write.contentType }),
      accept: 'application/json',
      ...this.#credentials(),
    };
    const path = `${this.#base}/${write.path}${write.query === '' ? '' : `?${write.query}`}`;
    const request = { method: write.method, path, headers, body: write.body ?? null };
    const deadline = this.#clock.now() + timeout;
    return this.#attempt(() => statusOf(this.#pools.writes, request, this.#clock, deadline - this.#clock.now()));
  }

  async close(): Promise<void> {
    await Promise.all([this.#pools.polls.destroy(), this.#pools.writes.destroy()]);
  }

  /**
   * One request under our own deadlines, which also cover the body. Those of undici have a grain of a second, and a
   * body that nobody reads would keep its connection for ever.
   */
  async #exchange<T>(
    poolName: PoolName,
    request: Dispatcher.RequestOptions,
    timeouts: Timeouts,
    read: (answer: Dispatcher.ResponseData) => Promise<T>,
  ): Promise<Result<T, string>> {
    const deadline = new Deadline(this.#clock);
    const result = await this.#attempt(async () => {
      deadline.expect('answer', timeouts.head);
      const answer = await this.#pools[poolName].request({ ...request, signal: deadline.signal });
      deadline.expect('complete answer', timeouts.body);
      return read(answer);
    });
    deadline.done();
    return result;
  }

  /**
   * An exchange whose connection breaks is tried once more: the server may just have been closing an idle connection.
   * Every request here may be repeated.
   */
  async #attempt<T>(exchange: () => Promise<T>): Promise<Result<T, string>> {
    try {
      return ok(await exchange().catch((error: unknown) => (isBroken(error) ? exchange() : Promise.reject(error))));
    } catch (error) {
      return err(`${this.url}: ${explain(error)}`);
    }
  }

  #credentials(): { readonly authorization?: string } {
    return this.#authorization === undefined ? {} : { authorization: this.#authorization };
  }
}

function pool(origin: string, connections: number, connectTimeout: number): Pool {
  const timeouts = { connectTimeout, headersTimeout: 0, bodyTimeout: 0 };
  return new Pool(origin, { allowH2: false, pipelining: 1, connections, ...timeouts });
}

const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

function isBroken(error: unknown): boolean {
  return BROKEN.has(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node leaves the message empty when all addresses of a name refused.
  return error.message || codeOf(error) || error.name;
}
