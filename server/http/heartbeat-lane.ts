import type { IncomingMessage, ServerResponse } from 'node:http';
import { appName, instanceId } from '../../shared/model/names.ts';
import type { Log } from '../hub/ports.ts';
import type { Write, WriteOutcome } from '../hub/writes.ts';
import { readHeartbeat } from './heartbeat-url.ts';
import { ReceivedWrite } from './received-write.ts';
import { oneLine, REASON_HEADER } from './reply.ts';
import { isReplication, noteOutcome, type WritePorts } from './write-ports.ts';
import { isDotSegment } from './write-request.ts';

/** Answers a request before the framework sees it; false when it is not one that it knows, and nothing has happened. */
export type Lane = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Clients of some generations send `{}` with a heartbeat. What is longer than that is somebody else's idea. */
const SMALL_BODY_BYTES = 64;
const SEGMENTS = 3;

const EMPTY = { 'content-length': '0' };

/**
 * Heartbeats in the form in which clients send them, answered without the framework: they are most of what a registry
 * is asked, each does next to nothing, and the framework's share of one is larger than all the rest. Whatever is
 * unusual about a heartbeat is left to the ordinary route, which is also the norm for how these are answered.
 */
export function heartbeatLane(bases: readonly string[], ports: WritePorts, log: Log): Lane {
  const prefixes = bases.map((base) => `${base}/apps/`);
  return (request, response) => {
    if (request.method !== 'PUT') return false;
    const heartbeat = readHeartbeat(request.url ?? '', prefixes);
    if (heartbeat === undefined) return false;
    const app = appName(heartbeat.app);
    const id = instanceId(heartbeat.id);
    const bytes = bodyBytes(request);
    if (bytes === undefined || isDotSegment(app) || isDotSegment(id) || isReplication(request.headers)) return false;
    const renew = (body: Buffer | undefined): void => {
      const { lastDirtyTimestamp } = heartbeat;
      const raw = new ReceivedWrite(request, SEGMENTS, body);
      answer(ports, log, { kind: 'renew', app, id, lastDirtyTimestamp, raw }, request, response);
    };
    if (bytes === 0) renew(undefined);
    else readBody(request, renew);
    return true;
  };
}

/** `undefined`: a body that takes more than to be read. */
function bodyBytes({ headers }: IncomingMessage): number | undefined {
  if (headers['transfer-encoding'] !== undefined || headers['content-encoding'] !== undefined) return undefined;
  const length = headers['content-length'];
  if (length === undefined || length === '0') return 0;
  const bytes = Number(length);
  return bytes <= SMALL_BODY_BYTES ? bytes : undefined;
}

/** A client that goes away in the middle never ends its body, and then nothing is done. */
function readBody(request: IncomingMessage, then: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => then(Buffer.concat(chunks)));
}

function answer(ports: WritePorts, log: Log, write: Write, request: IncomingMessage, response: ServerResponse): void {
  const broke = (err: unknown): void => {
    log.error({ err, method: request.method, url: request.url }, 'request failed');
    sendEmpty(response, 500, 'internal error');
  };
  const conclude = (outcome: WriteOutcome): void => {
    noteOutcome(ports, write, outcome);
    sendEmpty(response, outcome.status, outcome.reason);
  };
  try {
    const outcome = ports.target.apply(write);
    if (outcome instanceof Promise) outcome.then(conclude).catch(broke);
    else conclude(outcome);
  } catch (error) {
    broke(error);
  }
}

function sendEmpty(response: ServerResponse, status: number, reason: string | undefined): void {
  const headers = reason === undefined ? EMPTY : { [REASON_HEADER]: oneLine(reason), ...EMPTY };
  response.writeHead(status, headers).end();
}
