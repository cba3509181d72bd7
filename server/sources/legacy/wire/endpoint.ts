import type { Dispatcher } from 'undici';
import { SERVER_AGENT } from '../../../../shared/census/own-agent.ts';
import { HOPS_HEADER, hopsFrom, hopsOf } from '../../../../shared/model/hops.ts';
import { err, ok, type Result } from '../../../../shared/result.ts';
import { connectionErrorText } from '../../../../shared/text/connection-problem.ts';
import { basicAuthorization } from '../../../../shared/text/url-credentials.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { RawWrite } from '../../../ports/writes.ts';
import { authorOf, headOf, isSigned, MAX_SIGNED_LENGTH, type AnswerHead } from './authorship.ts';
import { BodyError, MAX_UNREAD_BYTES, readBody, wholeText, type PackedBody } from './body.ts';
import { Deadline } from './deadline.ts';
import { Pools, type PoolName, type PoolSettings } from './pools.ts';
import { MAX_HOPS, nextTarget, placeOf, shown, type Place, type Target } from './redirect.ts';
import { statusOf, type AnsweredStatus } from './status-exchange.ts';

/** Durations in milliseconds, sizes in bytes. */
export interface EndpointSettings extends PoolSettings {
  /** From the request until the head of a registry answer; also the time to connect. */
  readonly headTimeout: number;
  readonly maxCompressedBytes: number;
  readonly maxDocumentBytes: number;
  /** As which registries are read; by default as a server. */
  readonly userAgent?: string;
  /** How the authorities in `tls` are named, for people; by default as the server does. */
  readonly authorities?: string;
}

/** Milliseconds from the start of an exchange until the head, and until the end, of its answer. */
export interface Timeouts {
  readonly head: number;
  readonly body: number;
}

/** A complete answer of any status. There is a body only with status 200. */
export interface PackedPage extends AnsweredStatus {
  readonly body: PackedBody;
  /** The server that answered, for people: its URL, and where it redirected to. */
  readonly by: string;
}

/** The same with its text. */
export interface Page extends Omit<PackedPage, 'body'> {
  readonly text: string;
}

/** The answer to a write. */
export interface SentWrite extends AnsweredStatus {
  readonly by: string;
  /** Where the write went; `undefined` when a redirect led it to a path that is not Eureka's. */
  readonly place: Place | undefined;
}

const NO_BODY: PackedBody = { chunks: [], encoding: undefined };

/**
 * A forwarded request does not keep these headers: those of the connection and of the content, the authorization, and
 * the mark of peers.
 */
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

/** An answer and its final origin. */
interface Reached<A> {
  readonly answer: A;
  readonly target: Target;
  readonly by: string;
}

/**
 * One base URL of the legacy registry, and where it redirects to. Failures are `Result`s with a text for people,
 * without user-info.
 */
export class LegacyEndpoint {
  /** The URL without user-info, for people. */
  readonly url: string;
  readonly #clock: Clock;
  readonly #settings: EndpointSettings;
  readonly #place: Place;
  readonly #authorization: string | undefined;
  readonly #pools: Pools;
  readonly #self: string | undefined;

  /** `self`: the random id of this process, by which a loop back to ourselves is recognised. */
  constructor(url: string, clock: Clock, settings: EndpointSettings, self?: string) {
    const parsed = new URL(url);
    this.#authorization = basicAuthorization(url);
    this.#place = { origin: parsed.origin, base: parsed.pathname.replace(/\/+$/, '') };
    this.url = shown({ origin: this.#place.origin, path: this.#place.base });
    this.#clock = clock;
    this.#settings = settings;
    this.#self = self;
    this.#pools = new Pools(parsed.origin, settings);
  }

  /** Fetches a document. The caller unpacks it: unpacking a registry takes seconds and is not part of the exchange. */
  async fetch(
    path: string,
    accept: string,
    poolName: PoolName,
    timeouts: Timeouts,
    place: Place = this.#place,
  ): Promise<Result<PackedPage, string>> {
    // Native Eureka servers answer 406 to an Accept-Encoding without gzip, so gzip is always accepted.
    const agent = this.#settings.userAgent ?? SERVER_AGENT;
    const headers = { accept, 'accept-encoding': 'gzip', 'user-agent': agent, ...this.#hops(undefined) };
    const deadline = new Deadline(this.#clock);
    const reached = await this.#follow(place, path, async ({ origin, path: pathThere }) => {
      deadline.expect('answer', timeouts.head);
      const request = {
        method: 'GET',
        path: pathThere,
        headers: { ...headers, ...this.#credentials(origin) },
      } as const;
      // Our own deadlines also cover the body. Those of undici have a resolution of a second, and an unread body would
      // keep its connection for ever.
      const pool = await this.#pools.get(origin, poolName);
      const answer = await pool.request({ ...request, signal: deadline.signal });
      deadline.expect('complete answer', timeouts.body);
      return this.#read(answer);
    });
    deadline.done();
    return reached.ok ? ok({ ...reached.value.answer, by: reached.value.by }) : reached;
  }

  async get(path: string, accept: string, poolName: PoolName, timeouts: Timeouts): Promise<Result<Page, string>> {
    const page = await this.fetch(path, accept, poolName, timeouts);
    if (!page.ok) return page;
    const { body, ...head } = page.value;
    try {
      return ok({ ...head, text: await wholeText(body, this.#settings.maxDocumentBytes) });
    } catch (error) {
      if (error instanceof BodyError) return err(`${head.by}: ${error.message}`);
      throw error;
    }
  }

  /** Forwards a write unchanged, following redirects. Bodies of answers are never passed on. */
  async send(write: RawWrite, timeout: number): Promise<Result<SentWrite, string>> {
    const kept = Object.entries(write.headers).filter(([name]) => !NOT_FORWARDED.has(name.toLowerCase()));
    const headers = {
      ...Object.fromEntries(kept),
      ...(write.contentType === undefined ? {} : { 'content-type': write.contentType }),
      accept: 'application/json',
      ...this.#hops(write.headers[HOPS_HEADER]),
    };
    const path = `${write.path}${write.query === '' ? '' : `?${write.query}`}`;
    const deadline = this.#clock.now() + timeout;
    const reached = await this.#follow(this.#place, path, async ({ origin, path: pathThere }) => {
      const request = { method: write.method, path: pathThere, body: write.body ?? null };
      const dispatcher = await this.#pools.get(origin, 'writes');
      const withHeaders = { ...request, headers: { ...headers, ...this.#credentials(origin) } };
      return statusOf(dispatcher, withHeaders, this.#clock, deadline - this.#clock.now());
    });
    if (!reached.ok) return reached;
    const { answer, by, target } = reached.value;
    return ok({ ...answer, by, place: by === this.url ? this.#place : placeOf(target, write.path) });
  }

  async close(): Promise<void> {
    await this.#pools.close();
  }

  /** Repeats the request at each redirect, until an answer is not a redirect. */
  async #follow<A extends AnswerHead>(
    { origin, base }: Place,
    path: string,
    ask: (target: Target) => Promise<A>,
  ): Promise<Result<Reached<A>, string>> {
    let target: Target = { origin, path: `${base}/${path}` };
    const [resource = ''] = path.split('?', 1);
    let by = origin === this.#place.origin && base === this.#place.base ? this.url : shown({ origin, path: base });
    for (let hops = 0; ; hops++) {
      const answer = await this.#attempt(by, ask, target);
      if (!answer.ok) return answer;
      const next = nextTarget(target, answer.value, resource);
      if (!next.ok) return err(`${by}: ${next.error}`);
      if (next.value === undefined) return ok({ answer: answer.value, target, by });
      target = next.value;
      by = `${this.url}, redirected to ${shown(target)}`;
      if (hops === MAX_HOPS) return err(`${by}: that is the end after ${MAX_HOPS} redirects`);
    }
  }

  /**
   * An exchange whose connection breaks is tried once more: the server may have been closing an idle connection. Every
   * request here may be repeated.
   */
  async #attempt<A>(by: string, ask: (target: Target) => Promise<A>, target: Target): Promise<Result<A, string>> {
    try {
      return ok(await ask(target).catch((error: unknown) => (isBroken(error) ? ask(target) : Promise.reject(error))));
    } catch (error) {
      const { authorities = 'legacy.tls.ca' } = this.#settings;
      return err(`${by}: ${connectionErrorText(error, { authorities })}`);
    }
  }

  async #read({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Omit<PackedPage, 'by'>> {
    const head = headOf(statusCode, headers);
    if (statusCode === 200) {
      const packed = await readBody(body, head.contentEncoding, this.#settings.maxCompressedBytes);
      return { ...head, signed: true, body: packed };
    }
    const author = authorOf(head);
    if (author === 'see-body') return { ...head, signed: isSigned(statusCode, await beginning(body)), body: NO_BODY };
    await body.dump({ limit: MAX_UNREAD_BYTES });
    return { ...head, signed: author === 'eureka', body: NO_BODY };
  }

  /** The credentials, only for the configured origin. */
  #credentials(origin: string): { readonly authorization?: string } {
    const authorization = this.#authorization;
    return authorization === undefined || origin !== this.#place.origin ? {} : { authorization };
  }

  /** `before`: the hops that the request already lists. */
  #hops(before: string | undefined): Readonly<Record<string, string>> {
    return this.#self === undefined ? {} : { [HOPS_HEADER]: hopsFrom(this.#self, hopsOf(before)) };
  }
}

/** The text of a short body. */
async function beginning(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.byteLength;
    if (length > MAX_SIGNED_LENGTH) return LONG;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Replaces a long body, which is not examined: no Eureka writes one. */
const LONG = '…';

const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

function isBroken(error: unknown): boolean {
  return BROKEN.has(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
