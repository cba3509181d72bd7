import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TappedExchange {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  /** 0: the server gave no answer. */
  readonly status: number;
  readonly userAgent: string | undefined;
}

/** An HTTP relay on a port of its own in front of a server. It records the requests of one client and their answers. */
export interface Tap {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The exchanges that have ended so far, in the order of their ends. */
  readonly exchanges: readonly TappedExchange[];
  /** Whether a request is still unanswered; a client that has ended may leave one. */
  isBusy(): boolean;
  stop(): Promise<void>;
}

/**
 * Relays to `upstream` (`http://127.0.0.1:PORT`), which sees calls from `localAddress`; a server that does not answer is a
 * broken connection here too.
 */
export async function startTap(upstream: string, localAddress = '127.0.0.1'): Promise<Tap> {
  const exchanges: TappedExchange[] = [];
  const { hostname, port } = new URL(upstream);
  let open = 0;

  const relay = (question: IncomingMessage, answer: ServerResponse): void => {
    const { method = '', url: path = '', headers } = question;
    let ended = false;
    open++;
    const note = (status: number): void => {
      if (ended) return;
      ended = true;
      open--;
      exchanges.push({ method, path, status, userAgent: headers['user-agent'] });
    };
    const relayed = { hostname, port, method, path, headers: passedOn(headers), agent: false, localAddress };
    const onward = request(relayed, (reply) => {
      const status = reply.statusCode ?? 0;
      note(status);
      answer.writeHead(status, passedOn(reply.headers));
      reply.pipe(answer);
      reply.once('error', () => answer.destroy());
    });
    onward.once('error', () => {
      note(0);
      question.socket.destroy();
    });
    question.pipe(onward);
  };
  const server = createServer({ keepAliveTimeout: 90_000 }, relay);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    isBusy: () => open > 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Each side of the relay keeps its own connections. */
function passedOn<Headers extends object>(headers: Headers): Headers {
  const { connection: _, 'keep-alive': __, ...rest } = headers as Record<string, unknown>;
  return rest as Headers;
}
