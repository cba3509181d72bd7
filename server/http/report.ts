import type { FastifyReply, FastifyRequest } from 'fastify';
import { prefersText } from './negotiate.ts';

/** Sends a report of the operations API: as text to people, as JSON to programs. */
export function sendReport(
  request: FastifyRequest,
  reply: FastifyReply,
  body: object,
  text: () => string,
): FastifyReply {
  if (prefersText(request.headers.accept, request.headers['user-agent']))
    return reply.type('text/plain; charset=utf-8').send(text());
  return reply.type('application/json').send(JSON.stringify(body));
}
