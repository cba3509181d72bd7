import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isEurekaPath } from '../../shared/auth/required-right.ts';
import { printable } from '../../shared/text/printable.ts';
import { shownPath } from '../../shared/text/shown-url.ts';
import type { Log } from '../ports/log.ts';
import { prefersText } from './negotiate.ts';
import { oneLine, REASON_HEADER, sendEmpty } from './reply.ts';

/** Answers errors outside the routes: unknown paths, bodies that are too large, paths that cannot be decoded, bugs. */
export function answerErrors(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error: FastifyError, request, reply) => refuseError(log, error, request, reply));
  app.setNotFoundHandler((request, reply) => refuse(request, reply, 404, nothingAt(request)));
}

/** Answers an error that the framework or a handler has thrown. Those from 500 on are logged. */
export function refuseError(log: Log, error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status >= 500) log.error({ err: error, method: request.method, path: shownPath(request.url) }, 'request failed');
  if (status === 413) reply.header('connection', persistence(reply));
  return refuse(request, reply, status, status >= 500 ? 'internal error' : error.message);
}

/**
 * What `Connection` says with a 413. The framework would close the connection, which resets it while the client still
 * sends, and the answer would be lost. Kept open, the rest of the body is read and dropped within the request timeout.
 */
function persistence({ raw }: FastifyReply): 'keep-alive' | 'close' {
  return raw.shouldKeepAlive && raw.getHeader('connection') !== 'close' ? 'keep-alive' : 'close';
}

/**
 * Answers with an error: without a body on Eureka paths (see `sendEmpty`), elsewhere as text or as JSON `{ error }`.
 */
export function refuse(request: FastifyRequest, reply: FastifyReply, status: number, reason: string): FastifyReply {
  if (isEurekaPath(request.url)) return sendEmpty(reply, status, reason);
  const { accept, 'user-agent': userAgent } = request.headers;
  reply.code(status).header(REASON_HEADER, oneLine(reason));
  return prefersText(accept, userAgent)
    ? reply.type('text/plain; charset=utf-8').send(`${printable(reason)}\n`)
    : reply.type('application/json').send(JSON.stringify({ error: reason }));
}

/** The reason of a 404 at a path that has no route. */
export function nothingAt({ url }: FastifyRequest): string {
  return `nothing is served at ${url.split(/[?#]/, 1)[0] ?? ''}`;
}
