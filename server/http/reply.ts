import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Answer } from '../encode/variant.ts';

/** Header with the reason of an answer that must not have a body: one line of ASCII. */
export const REASON_HEADER = 'x-eurek8s-reason';

/** Parts that are given to a connection at once: thousands would be a megabyte of entries in its queue, made in one turn. */
const MAX_PARTS_AT_ONCE = 512;

/**
 * Sends ready bytes. The parts of all but the largest answers are given to the connection at once: it only refers to
 * them, and a client that does not read is cut off in time (`Exchanges`).
 */
export function sendAnswer(response: ServerResponse, { headers, body }: Answer): void {
  response.writeHead(200, headers as string[]);
  if (typeof body === 'string') response.end(body, 'latin1');
  else if (body.length === 1) response.end(body[0]);
  else if (response.req.method === 'HEAD') response.end();
  else sendParts(response, body);
}

function sendParts(response: ServerResponse, parts: readonly Buffer[], from = 0): void {
  if (response.destroyed) return;
  const end = Math.min(from + MAX_PARTS_AT_ONCE, parts.length);
  for (let i = from; i < end; i++) response.write(parts[i]);
  if (end === parts.length) response.end();
  else if (response.writableNeedDrain) response.once('drain', () => sendParts(response, parts, end));
  else setImmediate(() => sendParts(response, parts, end));
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
