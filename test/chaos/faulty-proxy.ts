import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

/** How the proxy treats what passes through it. */
export type ProxyMode =
  | 'through'
  | 'garbage'
  | '500'
  | 'html'
  | 'truncated gzip'
  | 'slow'
  | 'reset'
  /** Of a Eureka: a registry in which nobody is registered, as a node has that lost its peers. */
  | 'empty registry';

export interface ProxyTarget {
  /** `http:` or `https:`, host and port. */
  readonly origin: string;
  readonly ca?: Buffer;
  /** Headers that the proxy adds. */
  readonly headers?: Readonly<Record<string, string>>;
}

const EMPTY = '{"applications":{"versions__delta":"1","apps__hashcode":"","application":[]}}';
const HTML = '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>';
const GARBAGE = Buffer.from(
  '{"applications":{"versions__delta":"1","apps__hashcode":"UP_3_","application":[{"na\u0000\u0007',
  'latin1',
);

/** Stands between the replicas and a source; what it does can be changed at any time. */
export class FaultyProxy {
  readonly #server: Server;
  readonly #target: ProxyTarget;
  readonly #sockets = new Set<Socket>();
  #mode: ProxyMode = 'through';

  private constructor(target: ProxyTarget) {
    this.#target = target;
    this.#server = createServer((question, answer) => this.#pass(question, answer));
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
    });
  }

  static async start(target: ProxyTarget, port: number): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(port, '127.0.0.1', resolve));
    return proxy;
  }

  /** Open connections end, so that no exchange of the mode before goes on. */
  turn(mode: ProxyMode): void {
    this.#mode = mode;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(question: IncomingMessage, answer: ServerResponse): void {
    const mode = this.#mode;
    const json = { 'content-type': 'application/json' };
    switch (mode) {
      case 'reset':
        question.socket.resetAndDestroy();
        return;
      case '500':
        answer.writeHead(500, json).end('{"timestamp":"now","status":500,"error":"Internal Server Error"}');
        return;
      case 'html':
        answer.writeHead(200, { 'content-type': 'text/html' }).end(HTML);
        return;
      case 'garbage':
        answer.writeHead(200, json).end(GARBAGE);
        return;
      case 'truncated gzip': {
        const whole = gzipSync(Buffer.from(EMPTY.repeat(20)));
        answer.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(whole.subarray(0, whole.length / 2));
        return;
      }
      case 'empty registry':
        if (question.method === 'GET' && /\/apps(\/|\/delta\/?)?$/.test(question.url ?? '')) {
          answer.writeHead(200, json).end(EMPTY);
          return;
        }
        this.#forward(question, answer, false);
        return;
      case 'slow':
      case 'through':
        this.#forward(question, answer, mode === 'slow');
        return;
    }
  }

  #forward(question: IncomingMessage, answer: ServerResponse, slow: boolean): void {
    const { origin, ca, headers } = this.#target;
    const url = new URL(question.url ?? '/', origin);
    const options = { method: question.method, headers: { ...question.headers, host: url.host, ...headers }, ca };
    const far = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, { ...options, agent: false }, (said) => {
      answer.writeHead(said.statusCode ?? 502, said.headers);
      // A watch must show at once what it has.
      answer.flushHeaders();
      said.on('error', () => answer.destroy());
      said.on('aborted', () => answer.destroy());
      if (slow) void drip(said, answer);
      else said.pipe(answer);
    });
    far.on('error', () => answer.destroy());
    answer.on('close', () => far.destroy());
    question.on('error', () => far.destroy());
    question.pipe(far);
  }
}

const DRIP_MS = 250;
const DRIP_BYTES = 40;

/** A few bytes at a time, as over a line that is nearly dead. */
async function drip(from: IncomingMessage, to: ServerResponse): Promise<void> {
  try {
    for await (const chunk of from as AsyncIterable<Buffer>)
      for (let i = 0; i < chunk.length && !to.destroyed; i += DRIP_BYTES) {
        to.write(chunk.subarray(i, i + DRIP_BYTES));
        await new Promise((resolve) => setTimeout(resolve, DRIP_MS));
      }
    to.end();
  } catch {
    to.destroy();
  }
}
