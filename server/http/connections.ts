import { createServer, type RequestListener, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { LONGEST_TIMER_MS } from '../ports/clock.ts';
import type { Exchanges } from './exchanges.ts';
import type { Limits } from './limits.ts';
import type { Pipelines } from './pipelines.ts';
import { ReceivedRequest } from './received-request.ts';
import { oneLine, REASON_HEADER } from './reply.ts';
import { Standings, type Standing } from './standings.ts';
import { carrierOf, failedHandshake, tlsOptions, type TlsListener } from './tls-listener.ts';

/** Why a connection was ended or refused. */
export type Cut = 'limit' | 'malformed' | 'pipelined' | 'slow' | 'timeout' | 'tls';

export interface ConnectionRules {
  readonly limits: Limits;
  /** Milliseconds that an idle connection stays open. */
  readonly keepAlive: number;
  /** Where there are none, no connection shows more than another. */
  readonly hasCredentials: boolean;
}

interface Listening {
  readonly server: Server;
  connections: number;
}

/** The level below HTTP semantics: listening servers, the limit of their connections, bytes that are not a request. */
export class Connections {
  readonly #limits: Limits;
  readonly #keepAlive: number;
  readonly #hasCredentials: boolean;
  readonly #exchanges: Exchanges;
  readonly #pipelines: Pipelines;
  readonly #onCut: (cut: Cut) => void;
  /** More than one where a host name has several addresses, or TLS has a port of its own. */
  readonly #listening: Listening[] = [];
  readonly #tlsServers: TlsServer[] = [];
  /** Those that requests come on. */
  readonly #open = new Set<Socket>();
  readonly #standings = new Standings();
  /** Those that end after the answers that are due. */
  readonly #ending = new WeakSet<Duplex>();
  /** What lies below those of TLS, while their handshakes last. Oldest first. */
  readonly #handshakes = new Set<Socket>();

  constructor(
    { limits, keepAlive, hasCredentials }: ConnectionRules,
    exchanges: Exchanges,
    pipelines: Pipelines,
    onCut: (cut: Cut) => void,
  ) {
    this.#limits = limits;
    this.#keepAlive = keepAlive;
    this.#hasCredentials = hasCredentials;
    this.#exchanges = exchanges;
    this.#pipelines = pipelines;
    this.#onCut = onCut;
  }

  createServer(listener: RequestListener): Server {
    const server = createServer(this.#options());
    server.on('connection', (socket: Socket) => this.#follow(socket));
    return this.#prepared(server, listener);
  }

  createTlsServer(listener: RequestListener, tls: TlsListener): TlsServer {
    // A handshake that does not go on holds a connection as a slow header does.
    const server = createTlsServer({ ...this.#options(), ...tlsOptions(tls, this.#limits.headerTimeout) });
    server.on('connection', (socket: Socket) => {
      this.#handshakes.add(socket);
      socket.once('close', () => this.#handshakes.delete(socket));
      // It remembers the address, which is asked for when it is closed.
      if (tls.clientAuth === 'require') void socket.remoteAddress;
    });
    server.on('secureConnection', (socket: TLSSocket) => {
      const carrier = carrierOf(socket);
      if (carrier !== undefined) this.#handshakes.delete(carrier);
      this.#follow(socket);
      tls.opened(socket);
    });
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
      const handshake = failedHandshake(error, socket);
      socket.destroy();
      if (handshake === undefined) return;
      this.#onCut('tls');
      tls.failed(handshake);
    });
    this.#tlsServers.push(server);
    return this.#prepared(server, listener);
  }

  /** New connections get other certificates; those that are there stay as they are. */
  renewTls({ context }: TlsListener): void {
    for (const server of this.#tlsServers) server.setSecureContext(context());
  }

  #options(): ServerOptions {
    const { headerBytes, headerTimeout, requestTimeout, deadPeerProbe } = this.#limits;
    return {
      IncomingMessage: ReceivedRequest,
      maxHeaderSize: headerBytes,
      headersTimeout: headerTimeout,
      requestTimeout,
      // Node waits one second longer than this.
      keepAliveTimeout: Math.min(this.#keepAlive, LONGEST_TIMER_MS - 1_000),
      // A host that is switched off closes no connection. Without probes each would hold one for the keep-alive time.
      keepAlive: true,
      keepAliveInitialDelay: deadPeerProbe,
      // No answer depends on the host name, and some probes send none.
      requireHostHeader: false,
      // A request without a body has no stream to be read to its end, which costs a small answer as much as its routing.
      optimizeEmptyRequests: true,
      // By default Node checks `headersTimeout` and `requestTimeout` only every 30 s.
      connectionsCheckingInterval: Math.min(5000, headerTimeout / 3),
    };
  }

  #prepared<S extends Server>(server: S, listener: RequestListener): S {
    const begin: RequestListener = (request, response) => this.#exchanges.handle(listener, request, response);
    const handle: RequestListener = (request, response) => {
      if (response.socket === null) this.#pipelines.beginLater(begin, request, response);
      else begin(request, response);
    };
    const listening = { server, connections: 0 };
    this.#listening.push(listening);
    // A request with more is refused by Node, as one with larger headers is.
    server.maxHeadersCount = this.#limits.headers;
    this.#shareLimit();
    server.on('connection', (socket: Socket) => {
      listening.connections++;
      this.#shareLimit();
      socket.once('close', () => {
        listening.connections--;
        this.#shareLimit();
      });
    });
    server.on('request', handle);
    // Expectations other than 100-continue may be ignored (RFC 9110, 10.1.1). Node would refuse them with a body.
    server.on('checkExpectation', handle);
    server.on('drop', () => {
      this.#onCut('limit');
      this.#makeRoom();
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => this.#refuse(error, socket));
    return server;
  }

  /**
   * Ends the connections on which no answer is under way. Node's `closeIdleConnections` would also end those whose
   * answer waits to be read.
   */
  closeIdle(): void {
    const busy = this.#exchanges.sockets;
    for (const socket of this.#open) if (!busy.has(socket)) socket.destroy();
  }

  /**
   * Ends the connections of TLS, each after the answer that is under way. A handshake that has begun ends as well: it
   * would be done by what was in force at its beginning.
   */
  endTls(): void {
    for (const carrier of this.#handshakes) carrier.destroy();
    const busy = this.#exchanges.sockets;
    for (const socket of this.#open) if (isOfTls(socket) && !busy.has(socket)) socket.destroy();
    this.#exchanges.endConnections(isOfTls);
  }

  closeAll(): void {
    for (const { server } of this.#listening) {
      server.close();
      server.closeAllConnections();
    }
    for (const sockets of [this.#handshakes, this.#open]) for (const socket of sockets) socket.destroy();
  }

  /** The request of this response has this standing. */
  note(response: ServerResponse, standing: Standing): void {
    this.#standings.note(response, standing);
  }

  #follow(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    this.#standings.begin(socket);
  }

  /**
   * They go when there is no room, and not before: a balancer that has sent something refused, or probes, sends requests
   * of others on the same connection.
   */
  #makeRoom(): void {
    const { firstToGo, silent } = this.#standings;
    if (firstToGo.length > 0) {
      const kept = new Set<Duplex>();
      for (const response of this.#exchanges.underWay)
        if (this.#standings.isKeptBy(response)) kept.add(response.req.socket);
      for (const socket of firstToGo) if (!kept.has(socket)) socket.destroy();
    }
    if (!this.#hasCredentials) return;
    for (const sockets of [this.#handshakes, silent]) destroyOlderHalf(sockets);
  }

  /** The limit is that of the process. What is beyond it Node closes at once, and tells. */
  #shareLimit(): void {
    const all = this.#listening.reduce((sum, { connections }) => sum + connections, 0);
    for (const { server, connections } of this.#listening)
      server.maxConnections = this.#limits.connections - (all - connections);
  }

  /**
   * Answers bytes that are not a request, when the requests before them have their answers. As no path is known, the
   * answer has no body, like errors on Eureka paths.
   */
  #refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
    const [status, cut, reason] = refusalOf(error, this.#limits);
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const underWay = this.#exchanges.openOn(socket);
    const unanswered = [...(underWay ? [underWay] : []), ...this.#pipelines.waitingOn(socket)];
    // What is wrong is wrong with the last of them, unless that has arrived to its end.
    if (unanswered.at(-1)?.req.complete === false) unanswered.pop();
    const before = unanswered.at(-1);
    // Its client has gone, or the answer to what is wrong has begun: a second one would be read as its continuation.
    if (before === undefined ? underWay?.headersSent : socket.readableEnded) {
      this.#onCut(cut);
      socket.destroy();
      return;
    }
    // All that comes behind is as wrong.
    if (this.#ending.has(socket)) return;
    this.#ending.add(socket);
    this.#onCut(cut);
    const answer = (): void => {
      if (!socket.writable) return;
      socket.end(
        `HTTP/1.1 ${status}\r\n${REASON_HEADER}: ${oneLine(reason)}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
        () => socket.destroy(),
      );
    };
    if (before === undefined) answer();
    else before.once('finish', answer);
  }
}

function isOfTls(socket: Duplex): boolean {
  return 'encrypted' in socket;
}

/**
 * One that has just been opened gets its time, unless as many have come after it. Of a burst that finds no room only the
 * first ends any: what was ended last has not left yet.
 */
function destroyOlderHalf(sockets: ReadonlySet<Socket>): void {
  let left = Math.floor(sockets.size / 2);
  for (const socket of sockets) {
    if (left-- === 0 || socket.destroyed) return;
    socket.destroy();
  }
}

function refusalOf(
  { code, message }: NodeJS.ErrnoException,
  { headers }: Limits,
): readonly [status: string, cut: Cut, reason: string] {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return ['408 Request Timeout', 'timeout', 'the request did not arrive in time'];
  if (code === 'HPE_HEADER_OVERFLOW')
    return [
      '431 Request Header Fields Too Large',
      'malformed',
      `request line and headers are too large, or these are more than ${headers}`,
    ];
  return ['400 Bad Request', 'malformed', `this is no HTTP request: ${message}`];
}
