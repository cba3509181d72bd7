import type { IncomingMessage, ServerResponse } from 'node:http';
import { appName, instanceId, type AppName } from '../../shared/model/names.ts';
import { shownPath } from '../../shared/text/shown-url.ts';
import type { Log } from '../ports/log.ts';
import type { Write, WriteOutcome } from '../ports/writes.ts';
import { readHeartbeat } from './heartbeat-url.ts';
import type { FastPath } from './fast-path.ts';
import { ReceivedWrite } from './received-write.ts';
import { oneLine, REASON_HEADER } from './reply.ts';
import { isReplication, noteOutcome, type WritePorts } from './write-ports.ts';
import { isDotSegment } from './write-request.ts';

/** Some generations of clients send `{}` with a heartbeat. No client is known to send more. */
const MAX_BODY_BYTES = 64;
/** `apps/APP/ID` */
const PATH_SEGMENTS = 3;
const EMPTY_BODY = { 'content-length': '0' };

/** Counts who renews what. The sender of a request is told while its connection is there. */
export interface Renewals<Sender> {
  readonly senderOf: (request: IncomingMessage) => Sender;
  readonly renewed: (sender: Sender, app: AppName) => void;
}

/**
 * Answers heartbeats in the form in which clients send them, without the framework. Most requests to a registry are
 * heartbeats, and the work for one is less than what the framework adds to it. A heartbeat of another form is left to
 * the ordinary route, which also defines how these are answered. `renewals` is told of each that is answered here, unless the sender may not renew that.
 */
export function heartbeatFastPath<Sender>(
  bases: readonly string[],
  ports: WritePorts,
  log: Log,
  renewals: Renewals<Sender>,
): FastPath {
  const prefixes = bases.map((base) => `${base}/apps/`);
  const countRenewed = ports.counter('renew', 200);

  const answer = (write: Write, request: IncomingMessage, response: ServerResponse): void => {
    const sender = renewals.senderOf(request);
    const conclude = (outcome: WriteOutcome): void => {
      if (outcome.status !== 403) renewals.renewed(sender, write.app);
      if (outcome.status === 200) countRenewed();
      else noteOutcome(ports, write, outcome);
      sendEmpty(response, outcome.status, outcome.reason);
    };
    const fail = (err: unknown): void => {
      log.error({ err, method: request.method, path: shownPath(request.url ?? '') }, 'request failed');
      sendEmpty(response, 500, 'internal error');
    };
    try {
      const outcome = ports.target.apply(write);
      if (outcome instanceof Promise) outcome.then(conclude).catch(fail);
      else conclude(outcome);
    } catch (error) {
      fail(error);
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

/** The length of a body that only has to be read; `undefined`: it is chunked, packed or too long. */
function bodyBytes({ headers }: IncomingMessage): number | undefined {
  if (headers['transfer-encoding'] !== undefined || headers['content-encoding'] !== undefined) return undefined;
  const length = headers['content-length'];
  if (length === undefined || length === '0') return 0;
  const bytes = Number(length);
  return bytes <= MAX_BODY_BYTES ? bytes : undefined;
}

/** Never calls `then` when the client disconnects before the end of the body. */
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
