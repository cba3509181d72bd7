import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { clientAddress } from '../../shared/auth/client-address.ts';
import { isEurekaPath } from '../../shared/auth/required-right.ts';
import type { Network } from '../../shared/address/network.ts';
import { READ_KINDS, type Caller } from '../../shared/census/caller.ts';
import { questionOf, writingOf, type Question, type Writing } from '../../shared/census/question.ts';
import type { AppName } from '../../shared/model/names.ts';
import { ownCopy } from '../../shared/text/own-copy.ts';
import type { Clock } from '../ports/clock.ts';
import type { CallerRow } from './caller-row.ts';
import { CallerTable, lookupKey } from './caller-table.ts';

/** Characters of a header that are remembered. */
const MAX_TEXT_LENGTH = 200;
/** URLs whose meaning is remembered. */
const MAX_URLS = 2000;

/** The form in which a list is asked for. */
export interface ListForm {
  readonly format: 'json' | 'xml';
  readonly detail: 'full' | 'compact';
  readonly coding: 'gzip' | 'identity';
}

export interface CensusOptions {
  readonly clock: Clock;
  /** Proxies whose `X-Forwarded-For` counts. */
  readonly trustedProxies: readonly Network[];
  /** The networks of Pods. */
  readonly overlay: readonly Network[];
  /** The names of the credentials of a request. */
  readonly credentialsOf: (request: IncomingMessage) => readonly string[];
  readonly formOf: (headers: IncomingHttpHeaders) => ListForm | undefined;
}

/** Who sent the last request of a connection, and the headers by which that is known. */
interface LastCaller {
  readonly userAgent: string | undefined;
  readonly name: unknown;
  readonly version: unknown;
  readonly id: unknown;
  readonly forwardedFor: unknown;
  readonly authorization: string | undefined;
  readonly row: CallerRow;
}

/** What a URL asks for, and under which key it is counted. */
interface Asked {
  readonly question: Question;
  readonly key: string | undefined;
}

/**
 * Counts who asks what. A request costs a few comparisons: clients keep their connection, and a connection whose
 * headers are those of its last request has the same sender.
 */
export class Census {
  readonly #options: CensusOptions;
  readonly #table = new CallerTable();
  readonly #last = new WeakMap<Socket, LastCaller>();
  readonly #asked = new Map<string, Asked>();
  /** Epoch milliseconds since when it has looked. */
  readonly since: number;

  constructor(options: CensusOptions) {
    this.#options = options;
    this.since = options.clock.now();
  }

  get callers(): readonly Caller[] {
    return this.#table.callers.filter(hasAsked);
  }

  /** `bytes`: what the callers take in memory, as counted. */
  get size(): { readonly callers: number; readonly bytes: number } {
    return this.#table.size;
  }

  get overlay(): readonly Network[] {
    return this.#options.overlay;
  }

  get forgotten(): number {
    return this.#table.forgotten;
  }

  /**
   * Called for every request that may be answered, but for those of which it was told already; answers none. Copies
   * between servers are no calls.
   */
  readonly reads = (request: IncomingMessage): false => {
    const { url = '', method, headers } = request;
    const asked = method === 'GET' && isCall(url, headers) ? this.#askedBy(url) : undefined;
    if (asked !== undefined) this.#noteRead(request, asked, this.#options.formOf(headers));
    return false;
  };

  /**
   * Returns what counts the reads of one URL, for whoever answers it again and again and knows the form that is asked for
   * (`json`, `xml`: a single instance, which has no other forms).
   */
  readonly readsOf = (url: string): ((request: IncomingMessage, form: ListForm | 'json' | 'xml') => void) => {
    const asked = isEurekaPath(url) ? this.#askedBy(url) : undefined;
    if (asked === undefined) return () => undefined;
    return (request, form) => {
      if (!isCopy(request.headers)) this.#noteRead(request, asked, typeof form === 'string' ? undefined : form);
    };
  };

  /** The same for writes, by their outcome, but for the renewals that `renewed` has counted. */
  readonly writes = (request: IncomingMessage, response: ServerResponse): false => {
    const { url = '', method, headers } = request;
    if ((method === 'PUT' || method === 'POST' || method === 'DELETE') && isCall(url, headers)) {
      const writing = writingOf(method, url);
      if (writing === undefined) return false;
      const sender = this.senderOf(request);
      if (sender === undefined) return false;
      response.once('close', () => {
        if (!isRefused(request, response)) this.#noteWrite(sender, writing.app, writing.kind);
      });
    }
    return false;
  };

  /** Who sends a request, before it is known whether that counts. `undefined`: nobody that is counted. */
  readonly senderOf = (request: IncomingMessage): CallerRow | undefined => this.#rowOf(request);

  /** A renewal, as most requests to a registry are, by whoever has read its URL already. */
  readonly renewed = (sender: CallerRow | undefined, app: AppName): void => {
    if (sender !== undefined) this.#noteWrite(sender, app, 'renew');
  };

  #noteRead(request: IncomingMessage, { question, key }: Asked, form: ListForm | undefined): void {
    const row = this.#rowOf(request);
    if (row === undefined) return;
    this.#table.countRead(row, question, this.#options.clock.now(), key);
    if (form === undefined || question.kind === 'instance') return;
    row.reads[form.format]++;
    if (form.detail === 'compact') row.reads.compact++;
    if (form.coding === 'gzip') row.reads.gzip++;
  }

  #noteWrite(sender: CallerRow, app: AppName, kind: Writing['kind']): void {
    const now = this.#options.clock.now();
    // It may have made room for others while a slow write was under way.
    const row = sender.forgotten ? this.#table.row(sender, now) : sender;
    if (row !== undefined) this.#table.countWriting(row, app, kind, now);
  }

  #askedBy(url: string): Asked | undefined {
    const known = this.#asked.get(url);
    if (known !== undefined) return known;
    const question = questionOf(url);
    if (question === undefined) return undefined;
    const asked = { question, key: lookupKey(question) };
    // Any query makes another URL, so a hostile client can send any number of them.
    if (url.length > MAX_TEXT_LENGTH) return asked;
    if (this.#asked.size >= MAX_URLS) this.#asked.clear();
    this.#asked.set(url, asked);
    return asked;
  }

  #rowOf(request: IncomingMessage): CallerRow | undefined {
    const { socket, headers } = request;
    const last = this.#last.get(socket);
    if (
      last !== undefined &&
      !last.row.forgotten &&
      last.userAgent === headers['user-agent'] &&
      last.name === headers['discoveryidentity-name'] &&
      last.id === headers['discoveryidentity-id'] &&
      last.version === headers['discoveryidentity-version'] &&
      last.authorization === headers.authorization &&
      last.forwardedFor === headers['x-forwarded-for']
    )
      return last.row;
    return this.#identify(request);
  }

  #identify(request: IncomingMessage): CallerRow | undefined {
    const { clock, trustedProxies, credentialsOf } = this.#options;
    const { socket, headers } = request;
    // The connection was reset before anything read its address: who it was cannot be told any more.
    if (socket.remoteAddress === undefined) return undefined;
    const {
      'user-agent': userAgent,
      'discoveryidentity-name': name,
      'discoveryidentity-version': version,
      'discoveryidentity-id': id,
      'x-forwarded-for': forwardedFor,
      authorization,
    } = headers;
    const key = {
      address: clientAddress(socket.remoteAddress, forwardedFor?.toString(), trustedProxies),
      userAgent: remembered(userAgent),
      identity: { name: remembered(name), version: remembered(version), id: remembered(id) },
      credentials: credentialsOf(request),
    };
    const row = this.#table.row(key, clock.now());
    if (row !== undefined) this.#last.set(socket, { userAgent, name, version, id, forwardedFor, authorization, row });
    return row;
  }
}

/** Whether anything of a sender was counted: one whose writes are all refused registers nothing. */
function hasAsked({ reads, registers, notKept }: Caller): boolean {
  return registers.size > 0 || notKept.registers > 0 || READ_KINDS.some((kind) => reads[kind] > 0);
}

/** A write that the sender may not do, or that never came whole. Any other may be done by now, or next time. */
function isRefused(request: IncomingMessage, { headersSent, statusCode }: ServerResponse): boolean {
  return headersSent ? statusCode === 401 || statusCode === 403 : !request.complete;
}

function isCall(url: string, headers: IncomingHttpHeaders): boolean {
  return isEurekaPath(url) && !isCopy(headers);
}

function isCopy(headers: IncomingHttpHeaders): boolean {
  return headers['x-netflix-discovery-replication'] === 'true';
}

function remembered(header: string | readonly string[] | undefined): string | undefined {
  return header === undefined || header.length === 0 ? undefined : ownCopy(String(header), MAX_TEXT_LENGTH);
}
