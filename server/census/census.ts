import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { clientAddress } from '../../shared/auth/client-address.ts';
import type { Network } from '../../shared/address/network.ts';
import type { Caller } from '../../shared/census/caller.ts';
import { appNameOf, questionOf, writingOf, type Question } from '../../shared/census/question.ts';
import type { AppName } from '../../shared/model/names.ts';
import { ownCopy } from '../../shared/text/own-copy.ts';
import type { Clock } from '../ports/clock.ts';
import { CallerTable, countRead, countWriting, type CallerRow } from './caller-table.ts';

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

/**
 * Counts who asks what. A request costs a few comparisons: clients keep their connection, and a connection whose
 * headers are those of its last request has the same sender.
 */
export class Census {
  readonly #options: CensusOptions;
  readonly #table = new CallerTable();
  readonly #last = new WeakMap<Socket, LastCaller>();
  readonly #questions = new Map<string, Question | undefined>();
  /** Names by their segment in a URL. */
  readonly #apps = new Map<string, AppName>();
  /** Epoch milliseconds since when it has looked. */
  readonly since: number;

  constructor(options: CensusOptions) {
    this.#options = options;
    this.since = options.clock.now();
  }

  get callers(): readonly Caller[] {
    return this.#table.callers;
  }

  get overlay(): readonly Network[] {
    return this.#options.overlay;
  }

  get forgotten(): number {
    return this.#table.forgotten;
  }

  /** Called for every request that may be answered. Copies between servers are no calls. */
  note(request: IncomingMessage): void {
    const { url = '', method = '', headers } = request;
    if (!url.startsWith('/eureka/') || headers['x-netflix-discovery-replication'] === 'true') return;
    if (method === 'GET') this.#noteRead(request, url);
    else if (method === 'PUT' || method === 'POST' || method === 'DELETE') this.#noteWrite(request, method, url);
  }

  #noteRead(request: IncomingMessage, url: string): void {
    const question = this.#questionOf(url);
    const row = question && this.#rowOf(request);
    if (question === undefined || row === undefined) return;
    countRead(row, question, this.#options.clock.now());
    const form = question.kind === 'instance' ? undefined : this.#options.formOf(request.headers);
    if (form === undefined) return;
    row.reads[form.format]++;
    if (form.detail === 'compact') row.reads.compact++;
    if (form.coding === 'gzip') row.reads.gzip++;
  }

  #noteWrite(request: IncomingMessage, method: string, url: string): void {
    const writing = writingOf(method, url, this.#appOf);
    const row = writing && this.#rowOf(request);
    if (writing !== undefined && row !== undefined) countWriting(row, writing, this.#options.clock.now());
  }

  readonly #appOf = (segment: string): AppName => {
    const known = this.#apps.get(segment);
    if (known !== undefined) return known;
    const app = appNameOf(segment);
    if (this.#apps.size >= MAX_URLS) this.#apps.clear();
    if (segment.length <= MAX_TEXT_LENGTH) this.#apps.set(segment, app);
    return app;
  };

  #questionOf(url: string): Question | undefined {
    const known = this.#questions.get(url);
    if (known !== undefined) return known;
    const question = questionOf(url);
    // Any query makes another URL, so a hostile client can send any number of them.
    if (question === undefined || url.length > MAX_TEXT_LENGTH) return question;
    if (this.#questions.size >= MAX_URLS) this.#questions.clear();
    this.#questions.set(url, question);
    return question;
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

function remembered(header: string | readonly string[] | undefined): string | undefined {
  return header === undefined || header.length === 0 ? undefined : ownCopy(String(header), MAX_TEXT_LENGTH);
}
