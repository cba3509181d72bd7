import type { Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { HttpServer, ServerParts } from '../../server/http/server.ts';
import { bareServer, listenBare } from './bare-server.ts';

export function get(path: string, headers = ''): string {
  return `GET ${path} HTTP/1.1\r\nhost: eurek8s\r\n${headers}\r\n`;
}

export function post(path: string, body: string): string {
  const type = `content-type: text/plain\r\ncontent-length: ${body.length}`;
  return `POST ${path} HTTP/1.1\r\nhost: eurek8s\r\n${type}\r\n\r\n${body}`;
}

export const CHUNKED_HEAD =
  'POST /now/4 HTTP/1.1\r\nhost: eurek8s\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n';

export interface Scene {
  readonly http: HttpServer;
  readonly url: string;
  /** What has begun, in order. */
  readonly begun: string[];
  /** Whose connection was closed before the answer. */
  readonly gone: string[];
  /** Why connections were ended. */
  readonly cuts: string[];
  /** Ends the oldest answer that waits for this. */
  readonly answer: () => void;
}

/** `/later/…` is answered when the test says so, `/now/…` at once, each with its own path. */
export async function scene(t: TestContext, parts: Partial<ServerParts> = {}): Promise<Scene> {
  const cuts: string[] = [];
  const countCut = (cut: string): void => void cuts.push(cut);
  const http = bareServer({ countCut, ...parts });
  const begun: string[] = [];
  const gone: string[] = [];
  const waiting: (() => void)[] = [];
  const route = (url: string, wait: () => Promise<void> | undefined): void => {
    http.app.route({
      method: ['GET', 'POST'],
      url,
      handler: (request, reply) => {
        begun.push(request.url);
        reply.raw.once('close', () => {
          if (!reply.raw.writableEnded) gone.push(request.url);
        });
        const waited = wait();
        return waited === undefined
          ? reply.send(`[${request.url}]`)
          : waited.then(() => reply.send(`[${request.url}]`));
      },
    });
  };
  route('/now/:n', () => undefined);
  route('/later/:n', async () => new Promise<void>((resolve) => waiting.push(resolve)));
  return { http, url: await listenBare(t, http), begun, gone, cuts, answer: () => waiting.shift()?.() };
}

/** The paths of the answers that have come, in order. */
export function answersOn(socket: Socket): () => readonly string[] {
  const text = textOn(socket);
  return () => Array.from(text().matchAll(/\[([^\]]+)\]/g), ([, path = '']) => path);
}

/** All that has come. */
export function textOn(socket: Socket): () => string {
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => (text += part));
  return () => text;
}

/** Long enough for what is already read to be handled, were it to be. */
export async function someTurns(): Promise<void> {
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
}
