import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Answer } from '../encode/variant.ts';
import type { Clock } from '../ports/clock.ts';
import { joinedIfSentOften } from './joined.ts';

/** The header with the reason for an answer that must not have a body: one line of ASCII. */
export const REASON_HEADER = 'x-eurek8s-reason';
const MAX_REASON_LENGTH = 1000;

/**
 * Parts that a connection gets in one turn, some 1.5 MB. Sixty readers of 100 MB that begin together share that turn, and
 * the queue of each refers to no more parts than these.
 */
const MAX_PARTS_AT_ONCE = 64;

/**
 * Sends ready bytes with status 200. All but the largest answers are given to the connection at once: it only refers to
 * the parts, and a client that does not read is cut off (`Exchanges`).
 */
export function sendAnswer(
  response: ServerResponse,
  { headers, body, length }: Answer,
  clock: Pick<Clock, 'now'>,
): void {
  response.writeHead(200, headers as string[]);
  if (typeof body === 'string') response.end(body, 'latin1');
  else if (body.length === 1) response.end(body[0]);
  else if (response.req.method === 'HEAD') response.end();
  else {
    const joined = joinedIfSentOften(body, length, clock);
    if (joined === undefined) sendParts(response, body);
    else response.end(joined);
  }
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
 * Sends an answer without a body. Errors on Eureka paths have none, whatever `Accept` says: some clients crash on an
 * error body, others take it for an empty registry, others stop registering.
 */
export function sendEmpty(reply: FastifyReply, status: number, reason?: string): FastifyReply {
  if (reason !== undefined) reply.header(REASON_HEADER, oneLine(reason));
  return reply.code(status).removeHeader('content-type').send();
}

/** A text as a header value: one line of ASCII, bounded; other characters become `?`. */
export function oneLine(text: string): string {
  return text
    .slice(0, MAX_REASON_LENGTH)
    .replace(/\s+/g, ' ')
    .replace(/[^\x20-\x7e]/g, '?')
    .trim();
}
