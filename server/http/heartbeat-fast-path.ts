import type { IncomingMessage, ServerResponse } from 'node:http';
import { appName, instanceId } from '../../shared/model/names.ts';
import type { Log } from '../ports/log.ts';
import type { Write, WriteOutcome } from '../ports/writes.ts';
import { readHeartbeat } from './heartbeat-url.ts';
import type { FastPath } from './fast-path.ts';
import { ReceivedWrite } from './received-write.ts';
import { oneLine, REASON_HEADER } from './reply.ts';
import { isReplication, noteOutcome, type WritePorts } from './write-ports.ts';
import { isDotSegment } from './write-request.ts';

/** Clients of some generations send `{}` with a heartbeat. What is longer is nothing that any client sends. */
const MAX_BODY_BYTES = 64;
/** `apps/APP/ID` */
const PATH_SEGMENTS = 3;
const EMPTY_BODY = { 'content-length': '0' };

/**
 * Heartbeats in the form in which clients send them, answered without the framework: they are most of what a registry
 * is asked, and each does so little that the framework's share of it is larger than all the rest of ours. Whatever is
 * unusual about one is left to the ordinary route, which is also the norm for how these are answered.
 */
export function heartbeatFastPath(bases: readonly string[], ports: WritePorts, log: Log): FastPath {
  const prefixes = bases.map((base) => `${base}/apps/`);
  const countRenewed = ports.counter('renew', 200);

  const answer = (write: Write, request: IncomingMessage, response: ServerResponse): void => {
    const conclude = (outcome: WriteOutcome): void => {
      if (outcome.status === 200) countRenewed();
      else noteOutcome(ports, write, outcome);
      sendEmpty(response, outcome.status, outcome.reason);
    };
    const broke = (err: unknown): void => {
      log.error({ err, method: request.method, url: request.url }, 'request failed');
      sendEmpty(response, 500, 'internal error');
    };
    try {
      const outcome = ports.target.apply(write);
      if (outcome instanceof Promise) outcome.then(conclude).catch(broke);
      else conclude(outcome);
    } catch (error) {
      broke(error);
    }
  };

  return (request, response) => {
    if (request.method !== 'PUT') return false;
    const heartbeat = readHeartbeat(request.url ?? '', prefixes);
    if (heartbeat === undefined || isReplication(request.headers)) return false;
    const { lastDirtyTimestamp } = heartbeat;
    const app = appName(heartbeat.app);
    const id = instanceId(heartbeat.id);
    const bytes = bodyBytes(request);
    if (bytes === undefined || isDotSegment(app) || isDotSegment(id)) return false;
    const renew = (body: Buffer | undefined): void => {
      const raw = new ReceivedWrite(request, PATH_SEGMENTS, body);
      answer({ kind: 'renew', app, id, lastDirtyTimestamp, raw }, request, response);
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
  return bytes <= MAX_BODY_BYTES ? bytes : undefined;
}

/** A client that goes away in the middle never ends its body, and then nothing is done. */
function readBody(request: IncomingMessage, then: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => then(Buffer.concat(chunks)));
}

function sendEmpty(response: ServerResponse, status: number, reason: string | undefined): void {
  response
    .writeHead(status, reason === undefined ? EMPTY_BODY : { [REASON_HEADER]: oneLine(reason), ...EMPTY_BODY })
    .end();
}
