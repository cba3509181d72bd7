import { createServer } from 'node:http';

export interface BackendOptions {
  readonly name: string;
  /** Loopback address to listen on; 127.0.0.1 by default. */
  readonly host?: string;
  /** A free one by default. */
  readonly port?: number;
}

/** What a backend answers, as JSON. */
export interface BackendAnswer {
  readonly backend: string;
  /** The Host header it was called with: what an ingress controller would route by. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly xForwardedHost: string | null;
}

export interface Backend {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Requests so far, those answered with an error included. */
  readonly received: {
    readonly total: number;
    readonly byHost: ReadonlyMap<string, number>;
    readonly byPath: ReadonlyMap<string, number>;
  };
  resetReceived(): void;
  /** The status of every answer from now on; 200 by default. */
  answerWith(status: 200 | 503): void;
  /** Also ends the connections that callers keep open. */
  stop(): Promise<void>;
}

/**
 * Milliseconds; longer than any pause of a test. A server that closes an idle connection while the next call is on its way
 * costs a client without retries that call (Spring Cloud Gateway: 500, "Connection prematurely closed BEFORE response").
 */
const KEEP_ALIVE_MS = 600_000;

/** A service that answers with its name and with how it was called: a real HTTP server on loopback. */
export async function startBackend({ name, host = '127.0.0.1', port = 0 }: BackendOptions): Promise<Backend> {
  let status: 200 | 503 = 200;
  let total = 0;
  const byHost = new Map<string, number>();
  const byPath = new Map<string, number>();

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (question, answer) => {
    const calledHost = question.headers.host ?? '';
    const path = question.url ?? '/';
    const forwarded = question.headers['x-forwarded-host'];
    total += 1;
    byHost.set(calledHost, (byHost.get(calledHost) ?? 0) + 1);
    byPath.set(path, (byPath.get(path) ?? 0) + 1);
    const body: BackendAnswer = {
      backend: name,
      host: calledHost,
      port: question.socket.localPort ?? 0,
      path,
      xForwardedHost: Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? null),
    };
    question.resume();
    answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');

  return {
    name,
    host,
    port: address.port,
    received: {
      get total() {
        return total;
      },
      byHost,
      byPath,
    },
    resetReceived: () => {
      total = 0;
      byHost.clear();
      byPath.clear();
    },
    answerWith: (next) => void (status = next),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
