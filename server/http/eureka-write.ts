import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { decodeRegistration } from '../../shared/codec/registration.ts';
import { INSTANCE_STATUSES, type InstanceStatus } from '../../shared/model/instance.ts';
import { appName, instanceId } from '../../shared/model/names.ts';
import type { Clock, Log } from '../hub/ports.ts';
import type { RawWrite, Write, WriteOutcome, WriteTarget } from '../hub/writes.ts';
import { sendEmpty } from './reply.ts';

export interface WritePorts {
  /** Where writes go, gates included. */
  readonly target: WriteTarget;
  readonly clock: Clock;
  readonly log: Log;
  readonly count: (kind: Write['kind'], status: number) => void;
}

/** Headers passed on to the legacy: who the client says it is, and its trace. Never the replication header. */
const PASSED_ON = /^(discoveryidentity-.*|traceparent|tracestate|x-b3-.*|b3)$/;

/** The write resources of the Eureka protocol, below `base`. Answers have no body but the 400 texts of register. */
export function registerWrites(app: FastifyInstance, base: string, ports: WritePorts): void {
  const instance = (
    method: 'PUT' | 'DELETE',
    path: string,
    decode: (request: FastifyRequest, identity: Identity, raw: RawWrite) => Write | Refused,
  ): void => {
    app.route({
      method,
      url: base + path,
      handler: async (request, reply) => {
        if (isReplication(request)) return refuseReplication(reply);
        const params = request.params as Readonly<Record<string, string>>;
        const identity = { app: appName(params['app'] ?? ''), id: instanceId(params['id'] ?? '') };
        const write = decode(request, identity, rawOf(request, base));
        if ('refused' in write) return sendEmpty(reply, write.refused, write.reason);
        return conclude(ports, reply, write, await ports.target.apply(write));
      },
    });
  };

  app.post(`${base}/apps/:app`, async (request, reply) => {
    if (isReplication(request)) return refuseReplication(reply);
    const { app: path } = request.params as Readonly<Record<string, string>>;
    const raw = rawOf(request, base);
    const text = raw.body?.toString('utf8') ?? '';
    const decoded = decodeRegistration(appName(path ?? ''), raw.contentType, text, ports.clock.now());
    if (!decoded.ok) {
      ports.count('register', decoded.error.status);
      // The one body that stock servers give on a refused write, labelled as they label it.
      return reply.code(decoded.error.status).header('content-type', 'application/xml').send(decoded.error.body);
    }
    const record = decoded.value;
    const write: Write = { kind: 'register', app: record.app, id: record.id, record, raw };
    const outcome = await ports.target.apply(write);
    return conclude(ports, reply, write, outcome.status === 200 ? { ...outcome, status: 204 } : outcome);
  });

  instance('PUT', '/apps/:app/:id', (request, identity, raw) => {
    const dirty = dirtyOf(request);
    return dirty instanceof NotANumber ? dirty.refusal : { kind: 'renew', ...identity, lastDirtyTimestamp: dirty, raw };
  });
  instance('DELETE', '/apps/:app/:id', (_request, identity, raw) => ({ kind: 'cancel', ...identity, raw }));
  instance('PUT', '/apps/:app/:id/status', (request, identity, raw) =>
    statusWrite('set-status', request, identity, raw),
  );
  instance('DELETE', '/apps/:app/:id/status', (request, identity, raw) =>
    statusWrite('remove-status', request, identity, raw),
  );
  instance('PUT', '/apps/:app/:id/metadata', (request, identity, raw) => ({
    kind: 'metadata',
    ...identity,
    entries: new Map(Object.keys(queryOf(request)).map((key) => [key, first(request, key) ?? ''])),
    raw,
  }));
}

type Identity = Pick<Write, 'app' | 'id'>;

/** What stock answers on parameters it cannot parse, and why. */
interface Refused {
  readonly refused: 500;
  readonly reason: string;
}

class NotANumber {
  readonly refusal: Refused;
  constructor(text: string) {
    this.refusal = { refused: 500, reason: `lastDirtyTimestamp "${text}" is not a number of milliseconds` };
  }
}

function statusWrite(
  kind: 'set-status' | 'remove-status',
  request: FastifyRequest,
  identity: Identity,
  raw: RawWrite,
): Write | Refused {
  const dirty = dirtyOf(request);
  const value = first(request, 'value') ?? (kind === 'remove-status' ? 'UNKNOWN' : '');
  const status = INSTANCE_STATUSES.find((each) => each === value);
  if (status === undefined)
    return { refused: 500, reason: `status "${value}" is none of ${INSTANCE_STATUSES.join(', ')} (case-sensitive)` };
  if (dirty instanceof NotANumber) return dirty.refusal;
  const content: { readonly status: InstanceStatus; readonly lastDirtyTimestamp: number | undefined } = {
    status,
    lastDirtyTimestamp: dirty,
  };
  return { kind, ...identity, ...content, raw };
}

function dirtyOf(request: FastifyRequest): number | undefined | NotANumber {
  const text = first(request, 'lastDirtyTimestamp');
  if (text === undefined) return undefined;
  return /^[+-]?\d+$/.test(text) ? Number(text) : new NotANumber(text);
}

function queryOf(request: FastifyRequest): Readonly<Record<string, string | readonly string[]>> {
  return request.query as Readonly<Record<string, string | readonly string[]>>;
}

/** The first value of a repeated key, as stock takes it. */
function first(request: FastifyRequest, key: string): string | undefined {
  const value = queryOf(request)[key];
  return typeof value === 'object' ? value[0] : value;
}

/** A peer's copy of a write that reached the legacy already: passing it on would send it round in circles. */
function isReplication(request: FastifyRequest): boolean {
  return request.headers['x-netflix-discovery-replication'] === 'true';
}

function refuseReplication(reply: FastifyReply): FastifyReply {
  return sendEmpty(reply, 403, 'replicated writes are not taken here: Eurek8s is no replication peer');
}

function conclude(ports: WritePorts, reply: FastifyReply, write: Write, outcome: WriteOutcome): FastifyReply {
  ports.count(write.kind, outcome.status);
  if (outcome.status >= 500)
    ports.log.warn(
      { write: write.kind, app: write.app, id: write.id, status: outcome.status, reason: outcome.reason },
      'write refused',
    );
  return sendEmpty(reply, outcome.status, outcome.reason);
}

function rawOf(request: FastifyRequest, base: string): RawWrite {
  const [path = '', ...query] = (request.raw.url ?? '').split('?');
  const body = request.body;
  return {
    method: request.method === 'POST' ? 'POST' : request.method === 'PUT' ? 'PUT' : 'DELETE',
    path: path
      .replace(/^\/+/, '')
      .slice(base.length)
      .replace(/^\/+|\/+$/g, ''),
    query: query.join('?'),
    contentType: request.headers['content-type'],
    body: Buffer.isBuffer(body) && body.length > 0 ? body : undefined,
    headers: Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) =>
        PASSED_ON.test(name) && typeof value === 'string' ? [[name, value]] : [],
      ),
    ),
  };
}
