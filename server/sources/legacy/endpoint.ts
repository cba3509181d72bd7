import { Pool, type Dispatcher } from 'undici';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { Clock } from '../../hub/ports.ts';
import type { RawWrite } from '../../hub/writes.ts';
import { decodeBody, readBody } from './body.ts';
import { Deadline } from './deadline.ts';
import type { LegacySettings } from './settings.ts';

/** An answer that came completely, whatever its status. The text is empty unless the status is 200. */
export interface Page {
  readonly status: number;
  readonly text: string;
}

/** Polls have connections of their own: a storm of writes must not starve them. */
type Lane = 'polls' | 'writes';

/** What a forwarded request must not bring along: hop headers, our own credentials' header, the mark of peers. */
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

/** Enough for any error page; of a longer body the connection is closed instead. */
const UNREAD_LIMIT = 64 * 1024;

/** One base URL of the legacy registry. Failures are `Result`s with a text for people, without user-info. */
export class LegacyEndpoint {
  /** The URL without user-info, for people. */
  readonly url: string;
  readonly #clock: Clock;
  readonly #settings: LegacySettings;
  readonly #base: string;
  readonly #authorization: string | undefined;
  readonly #pools: Readonly<Record<Lane, Pool>>;

  constructor(url: string, clock: Clock, settings: LegacySettings) {
    const parsed = new URL(url);
    const user = decodeURIComponent(parsed.username);
    const password = decodeURIComponent(parsed.password);
    this.#authorization =
      user === '' && password === '' ? undefined : `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    this.#base = parsed.pathname.replace(/\/+$/, '');
    this.url = `${parsed.origin}${this.#base}`;
    this.#clock = clock;
    this.#settings = settings;
    const { headTimeout, writeConnections } = settings;
    this.#pools = {
      polls: pool(parsed.origin, 2, headTimeout),
      writes: pool(parsed.origin, writeConnections, headTimeout),
    };
  }

  async get(path: string, accept: string, lane: Lane, timeouts: Timeouts): Promise<Result<Page, string>> {
    // Native servers answer 406 to an Accept-Encoding without gzip, so it is always asked for.
    const headers = { accept, 'accept-encoding': 'gzip', ...this.#credentials() };
    return this.#exchange(lane, { method: 'GET', path: `${this.#base}/${path}`, headers }, timeouts, async (answer) => {
      if (answer.statusCode !== 200) {
        await answer.body.dump({ limit: UNREAD_LIMIT });
        return { status: answer.statusCode, text: '' };
      }
      const bytes = await readBody(answer.body, this.#settings.maxCompressedBytes);
      const encoding = answer.headers['content-encoding'];
      const text = await decodeBody(bytes, encoding?.toString(), this.#settings.maxDocumentBytes);
      return { status: 200, text };
    });
  }

  /** Passes a write on as it came; the result is the status, bodies of answers are never passed on. */
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
    return this.#exchange('writes', request, { head: timeout, body: timeout }, async (answer) => {
      // The verdict is in the status: a body that breaks off after it changes nothing.
      await answer.body.dump({ limit: UNREAD_LIMIT }).catch(() => undefined);
      return answer.statusCode;
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#pools.polls.destroy(), this.#pools.writes.destroy()]);
  }

  /**
   * One request under our own deadlines, which also cover bodies: undici's have a grain of a second, and a body that
   * nobody reads would keep its connection for ever. A connection that breaks is tried once more, as it may have been
   * an idle one that the server was just closing; every request here may be repeated.
   */
  async #exchange<T>(
    lane: Lane,
    request: Dispatcher.RequestOptions,
    timeouts: Timeouts,
    read: (answer: Dispatcher.ResponseData) => Promise<T>,
  ): Promise<Result<T, string>> {
    const deadline = new Deadline(this.#clock);
    const attempt = async (): Promise<T> => {
      deadline.expect('answer', timeouts.head);
      const answer = await this.#pools[lane].request({ ...request, signal: deadline.signal });
      deadline.expect('complete answer', timeouts.body);
      return read(answer);
    };
    try {
      return ok(await attempt().catch((error: unknown) => (isBroken(error) ? attempt() : Promise.reject(error))));
    } catch (error) {
      return err(`${this.url}: ${explain(error)}`);
    } finally {
      deadline.done();
    }
  }

  #credentials(): { readonly authorization?: string } {
    return this.#authorization === undefined ? {} : { authorization: this.#authorization };
  }
}

/** Milliseconds from the start of an exchange until the head, and until the end, of its answer. */
export interface Timeouts {
  readonly head: number;
  readonly body: number;
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
