import {
  createServer,
  request as plainRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

export interface Upstream {
  /** `http://host:port` or `https://host:port`. */
  readonly origin: string;
  readonly ca?: string;
}

/** What the proxy does with an answer of the upstream. */
export type Tampering =
  | 'none'
  | 'garbage' // bytes that mean nothing, with 200 and the right content type
  | 'error' // 500 with a page
  | 'page' // a login page with 200
  | 'cut-gzip' // half of the packed bytes, properly ended
  | 'half' // half of the text, properly ended
  | 'slow' // a byte now and then
  | 'silent' // the request is accepted, and that is all
  | 'wrong-hash' // a hash code that never agrees
  | 'empty' // a registry without applications
  | 'half-relist'; // a Kubernetes list is begun anew, and only its first page comes

const SLOW_MS = 100;
const GARBAGE = Buffer.from(Array.from({ length: 2_000 }, (_, n) => (n * 7_919) % 256));
const NO_APPLICATIONS = '{"applications":{"versions__delta":"1","apps__hashcode":"","application":[]}}';
const PAGE = '<!doctype html><html><title>Sign in</title><body><form method="post"></form></body></html>';

/** A reverse proxy on loopback in front of real servers, which plays faults. Its address stays the same. */
export class FaultyProxy {
  tampering: Tampering = 'none';
  /** Asked for each request. */
  upstream: () => Upstream;
  /** Requests so far, whatever became of them. */
  requests = 0;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  private constructor(upstream: () => Upstream) {
    this.upstream = upstream;
  }

  static async start(upstream: Upstream): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(() => upstream);
    await proxy.listen();
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Tampers from now on with everything, watches that are open included. */
  tamper(tampering: Tampering): void {
    this.tampering = tampering;
    this.cut();
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Listens again after `close`, on the same port. */
  async listen(): Promise<void> {
    const server = createServer((question, answer) => {
      this.requests++;
      this.#handle(question, answer).catch(() => answer.destroy());
    });
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** New connections are refused, as by a machine on which nothing listens. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.cut();
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  }

  async #handle(question: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await buffer(question);
    if (this.#answeredInstead(question, answer)) return;
    const came = await this.#ask(question, body, answer);
    const headers = { ...came.headers };
    delete headers['transfer-encoding'];
    delete headers['content-length'];
    if (this.tampering === 'none' || this.tampering === 'half-relist') {
      answer.writeHead(came.statusCode ?? 502, headers);
      // A watch has a head long before its first event.
      answer.flushHeaders();
      came.pipe(answer);
      answer.once('close', () => came.destroy());
      return;
    }
    const bytes = await buffer(came);
    const text = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes).toString() : bytes.toString();
    if (this.tampering !== 'cut-gzip') delete headers['content-encoding'];
    answer.writeHead(came.statusCode ?? 502, headers);
    if (this.tampering === 'cut-gzip') answer.end(bytes.subarray(0, bytes.length / 2));
    else if (this.tampering === 'slow') trickle(text, answer);
    else answer.end(tampered(text, this.tampering));
  }

  /** Plays the faults that need no answer of the upstream. */
  #answeredInstead(question: IncomingMessage, answer: ServerResponse): boolean {
    const reply = (status: number, type: string, body: string | Buffer): true => {
      answer.writeHead(status, { 'content-type': type }).end(body);
      return true;
    };
    const { searchParams } = new URL(question.url ?? '/', this.url);
    if (this.tampering === 'silent') return true;
    if (this.tampering === 'garbage') return reply(200, 'application/json', GARBAGE);
    if (this.tampering === 'error') return reply(500, 'text/html', PAGE);
    if (this.tampering === 'page') return reply(200, 'text/html', PAGE);
    if (this.tampering !== 'half-relist') return false;
    if (searchParams.get('watch') === 'true') return reply(410, 'text/plain', '');
    return searchParams.has('continue') && reply(500, 'text/plain', '');
  }

  async #ask(question: IncomingMessage, body: Buffer, answer: ServerResponse): Promise<IncomingMessage> {
    const { origin, ca } = this.upstream();
    const url = new URL(question.url ?? '/', origin);
    // So that a list of a few objects has several pages.
    if (this.tampering === 'half-relist' && url.searchParams.has('limit')) url.searchParams.set('limit', '2');
    const headers = { ...question.headers, host: url.host };
    const { method } = question;
    return new Promise((resolve, reject) => {
      const call =
        url.protocol === 'https:'
          ? tlsRequest(url, { method, headers, agent: false, ca }, resolve)
          : plainRequest(url, { method, headers, agent: false }, resolve);
      call.once('error', reject);
      answer.once('close', () => call.destroy());
      call.end(body);
    });
  }
}

function tampered(text: string, how: Tampering): string {
  if (how === 'half') return text.slice(0, text.length / 2);
  if (how === 'wrong-hash') return text.replace(/"apps__hashcode":"[^"]*"/, '"apps__hashcode":"UP_0_"');
  return how === 'empty' ? NO_APPLICATIONS : text;
}

function trickle(text: string, answer: ServerResponse): void {
  let sent = 0;
  const timer = setInterval(() => {
    answer.write(text.slice(sent, ++sent));
    if (sent >= text.length) answer.end();
  }, SLOW_MS);
  answer.on('close', () => clearInterval(timer));
}
