import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** An HTTP proxy on loopback that connects every name to one port of this machine. */
export class FakeProxy {
  /** The requests, as `CONNECT kubernetes.test:6443` or `GET http://kubernetes.test/api`, in order. */
  readonly asked: string[] = [];
  /** The value of the last `Proxy-Authorization`. */
  authorization: string | undefined;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();
  readonly #port: () => number;

  private constructor(port: () => number) {
    this.#port = port;
    this.#server = createServer((asked, response) => this.#forward(asked, response));
    this.#server.on('connect', (asked: IncomingMessage, socket: Duplex) => this.#tunnel(asked, socket));
    this.#server.on('connection', (socket: Duplex) => this.#keep(socket));
  }

  static async start(port: () => number): Promise<FakeProxy> {
    const proxy = new FakeProxy(port);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** `127.0.0.1:3128`. */
  get address(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
    return `127.0.0.1:${address.port}`;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #note(asked: IncomingMessage): void {
    this.asked.push(`${asked.method} ${asked.url}`);
    this.authorization = asked.headers['proxy-authorization'];
  }

  #tunnel(asked: IncomingMessage, socket: Duplex): void {
    this.#note(asked);
    const upstream = connect(this.#port(), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    this.#keep(upstream);
  }

  #forward(asked: IncomingMessage, response: ServerResponse): void {
    this.#note(asked);
    const { pathname, search } = new URL(asked.url ?? '');
    const { method, headers } = asked;
    const upstream = request({ host: '127.0.0.1', port: this.#port(), method, path: pathname + search, headers });
    upstream.on('error', () => response.destroy());
    upstream.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => response.destroy()).pipe(response);
    });
    response.on('close', () => upstream.destroy());
    asked.pipe(upstream);
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
  }
}
