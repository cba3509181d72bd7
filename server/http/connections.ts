import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { LONGEST_TIMER_MS } from '../ports/clock.ts';
import type { Exchanges } from './exchanges.ts';
import type { Limits } from './limits.ts';
import { oneLine, REASON_HEADER } from './reply.ts';

/** Why a connection was ended or refused. */
export type Cut = 'limit' | 'malformed' | 'slow' | 'timeout';

/** Below HTTP semantics: the listening servers, how many connections they take, and what is no request at all. */
export class Connections {
  readonly #limits: Limits;
  readonly #keepAlive: number;
  readonly #exchanges: Exchanges;
  readonly #onCut: (cut: Cut) => void;
  /** More than one where a host name has several addresses. */
  readonly #servers: Server[] = [];
  readonly #open = new Set<Socket>();

  constructor(limits: Limits, keepAlive: number, exchanges: Exchanges, onCut: (cut: Cut) => void) {
    this.#limits = limits;
    this.#keepAlive = keepAlive;
    this.#exchanges = exchanges;
    this.#onCut = onCut;
  }

  createServer(listener: RequestListener): Server {
    const handle: RequestListener = (request, response) => this.#exchanges.handle(listener, request, response);
    const { headerBytes, headerTimeout, requestTimeout, deadPeerProbe, connections } = this.#limits;
    const server = createServer(
      {
        maxHeaderSize: headerBytes,
        headersTimeout: headerTimeout,
        requestTimeout,
        // Node waits a second longer than it says.
        keepAliveTimeout: Math.min(this.#keepAlive, LONGEST_TIMER_MS - 1_000),
        // Hosts that are switched off say no goodbye; without it each would hold a connection for all of that time.
        keepAlive: true,
        keepAliveInitialDelay: deadPeerProbe,
        // We go by no host name, and some probes send none.
        requireHostHeader: false,
        // By default the two above are looked at every 30 s only.
        connectionsCheckingInterval: Math.min(5000, headerTimeout / 3),
      },
      handle,
    );
    server.maxConnections = connections;
    // Other expectations than 100-continue may be ignored; refusing them would be an answer with a body of Node's.
    server.on('checkExpectation', handle);
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
    server.on('drop', () => this.#onCut('limit'));
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => this.#refuse(error, socket));
    this.#servers.push(server);
    return server;
  }

  /** Ends those that nothing is answered on. Node's own would end those too whose answer is only waiting to be read. */
  closeIdle(): void {
    const busy = this.#exchanges.sockets;
    for (const socket of this.#open) if (!busy.has(socket)) socket.destroy();
  }

  closeAll(): void {
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
  }

  /** Bytes that are no request get an answer without a body, like every error: what was asked for is not known. */
  #refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
    const [status, cut, reason] = refusalOf(error);
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    this.#onCut(cut);
    // In the middle of another answer a second one would be taken for its continuation.
    if (this.#exchanges.answersOn(socket)) {
      socket.destroy();
      return;
    }
    socket.end(
      `HTTP/1.1 ${status}\r\n${REASON_HEADER}: ${oneLine(reason)}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
      () => socket.destroy(),
    );
  }
}

function refusalOf({ code, message }: NodeJS.ErrnoException): readonly [status: string, cut: Cut, reason: string] {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return ['408 Request Timeout', 'timeout', 'the request did not arrive in time'];
  if (code === 'HPE_HEADER_OVERFLOW')
    return ['431 Request Header Fields Too Large', 'malformed', 'request line and headers are too large'];
  return ['400 Bad Request', 'malformed', `this is no HTTP request: ${message}`];
}
