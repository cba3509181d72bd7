import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Answer } from '../encode/variant.ts';

/** Header with the reason of an answer that must not have a body: one line of ASCII. */
export const REASON_HEADER = 'x-eurek8s-reason';

/** Sends ready bytes. */
export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.header('content-type', answer.contentType);
  reply.header('content-length', answer.length);
  if (answer.coding === 'gzip') reply.header('content-encoding', 'gzip');
  const [only] = answer.parts;
  if (answer.parts.length === 1 && only !== undefined) return reply.send(only);
  return reply.send(Readable.from(answer.parts));
}

/**
 * An answer without a body. On Eureka paths errors have none, whatever the `Accept`: some clients crash on an error
 * body, others take it for an empty registry, others stop registering.
 */
export function sendEmpty(reply: FastifyReply, status: number, reason?: string): FastifyReply {
  if (reason !== undefined) reply.header(REASON_HEADER, oneLine(reason));
  return reply.code(status).removeHeader('content-type').send();
}

/** Header values are ASCII without line ends; what does not fit is shown as `?`. */
export function oneLine(text: string): string {
  return text
    .slice(0, 1000)
    .replace(/\s+/g, ' ')
    .replace(/[^\x20-\x7e]/g, '?')
    .trim();
}
