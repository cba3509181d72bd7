import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { decodeRegistration } from '../../shared/codec/registration.ts';
import { appName } from '../../shared/model/names.ts';
import type { Clock } from '../hub/ports.ts';
import type { Write, WriteOutcome, WriteTarget } from '../hub/writes.ts';
import type { FailedWrites } from './failed-writes.ts';
import { oneLine, REASON_HEADER, sendEmpty } from './reply.ts';
import { decodeInstanceWrite, DOT_SEGMENT, isDotSegment, rawOf } from './write-request.ts';

export interface WritePorts {
  /** Where writes go, gates included. */
  readonly target: WriteTarget;
  readonly clock: Clock;
  readonly failed: FailedWrites;
  readonly count: (kind: Write['kind'], status: number) => void;
}

const INSTANCE_WRITES = [
  { kind: 'renew', method: 'PUT', path: '/apps/:app/:id' },
  { kind: 'cancel', method: 'DELETE', path: '/apps/:app/:id' },
  { kind: 'set-status', method: 'PUT', path: '/apps/:app/:id/status' },
  { kind: 'remove-status', method: 'DELETE', path: '/apps/:app/:id/status' },
  { kind: 'metadata', method: 'PUT', path: '/apps/:app/:id/metadata' },
] as const;

/** The write resources of the Eureka protocol, below `base`. Answers have no body but the 400 texts of register. */
export function registerWrites(app: FastifyInstance, base: string, ports: WritePorts): void {
  app.post(`${base}/apps/:app`, (request, reply) => register(ports, request, reply));
  for (const { kind, method, path } of INSTANCE_WRITES)
    app.route({
      method,
      url: base + path,
      handler: async (request, reply) => {
        if (isReplication(request)) return refuseReplication(ports, kind, reply);
        const decoded = decodeInstanceWrite(kind, request, path.split('/').length - 1);
        if (decoded.ok) return conclude(ports, reply, decoded.value, await ports.target.apply(decoded.value));
        ports.count(kind, decoded.error.status);
        return sendEmpty(reply, decoded.error.status, decoded.error.reason);
      },
    });
}

async function register(ports: WritePorts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  if (isReplication(request)) return refuseReplication(ports, 'register', reply);
  const { app: path = '' } = request.params as Readonly<Record<string, string>>;
  const refused = (status: 400 | 415, reason: string): FastifyReply => {
    ports.count('register', status);
    return reply.code(status).header(REASON_HEADER, oneLine(reason));
  };
  if (isDotSegment(path)) return refused(400, DOT_SEGMENT).send();
  const raw = rawOf(request, 2);
  const decoded = decodeRegistration(
    appName(path),
    raw.contentType,
    raw.body?.toString('utf8') ?? '',
    ports.clock.now(),
  );
  if (!decoded.ok) {
    const { status, contentType, body } = decoded.error;
    if (contentType === undefined)
      return refused(status, 'a registration is application/json or application/xml').send();
    // The one body that stock servers give on a refused write. As bytes: to a text the framework adds a charset.
    return refused(status, body).header('content-type', contentType).send(Buffer.from(body));
  }
  const record = decoded.value;
  const write: Write = { kind: 'register', app: record.app, id: record.id, record, raw };
  const outcome = await ports.target.apply(write);
  // Exactly 204: clients take 200 for a failure.
  return conclude(ports, reply, write, outcome.status === 200 ? { ...outcome, status: 204 } : outcome);
}

/** A peer's copy of a write that reached the legacy already: passing it on would send it round in circles. */
function isReplication(request: FastifyRequest): boolean {
  return request.headers['x-netflix-discovery-replication'] === 'true';
}

function refuseReplication({ count }: WritePorts, kind: Write['kind'], reply: FastifyReply): FastifyReply {
  count(kind, 403);
  return sendEmpty(reply, 403, 'replicated writes are not taken here: Eurek8s is no replication peer');
}

function conclude(ports: WritePorts, reply: FastifyReply, write: Write, outcome: WriteOutcome): FastifyReply {
  ports.count(write.kind, outcome.status);
  if (outcome.status >= 500) ports.failed.note(write, outcome);
  return sendEmpty(reply, outcome.status, outcome.reason);
}
