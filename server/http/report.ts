import type { FastifyReply, FastifyRequest } from 'fastify';
import { prefersText } from './negotiate.ts';

/** A report in both forms; only the one that is sent is made. */
export interface Forms {
  readonly json: () => string;
  readonly text: () => string;
}

/** Sends a report of the operations API: as text to people, as JSON to programs. */
export function sendReport(
  request: FastifyRequest,
  reply: FastifyReply,
  body: object,
  text: () => string,
): FastifyReply {
  return sendForms(request, reply, { json: () => JSON.stringify(body), text });
}

export function sendForms(request: FastifyRequest, reply: FastifyReply, { json, text }: Forms): FastifyReply {
  if (prefersText(request.headers.accept, request.headers['user-agent']))
    return reply.type('text/plain; charset=utf-8').send(text());
  return reply.type('application/json').send(json());
}
