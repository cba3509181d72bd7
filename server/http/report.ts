import type { FastifyReply, FastifyRequest } from 'fastify';
import { prefersText } from './negotiate.ts';

/** What people and programs ask of the operations API: text for the ones, JSON for the others. */
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
