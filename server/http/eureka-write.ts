import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { decodeRegistration, unreadableRegistration } from '../../shared/codec/registration.ts';
import { appName } from '../../shared/model/names.ts';
import { err } from '../../shared/result.ts';
import type { Write, WriteOutcome, WriteTarget } from '../ports/writes.ts';
import { bodyText } from './body-text.ts';
import { sendConflict } from './conflict.ts';
import { oneLine, REASON_HEADER, sendEmpty } from './reply.ts';
import { isReplication, noteOutcome, type WritePorts } from './write-ports.ts';
import { decodeInstanceWrite, DOT_SEGMENT, isDotSegment, rawOf } from './write-request.ts';

const INSTANCE_WRITES = [
  { kind: 'renew', method: 'PUT', path: '/apps/:app/:id' },
  { kind: 'cancel', method: 'DELETE', path: '/apps/:app/:id' },
  { kind: 'set-status', method: 'PUT', path: '/apps/:app/:id/status' },
  { kind: 'remove-status', method: 'DELETE', path: '/apps/:app/:id/status' },
  { kind: 'metadata', method: 'PUT', path: '/apps/:app/:id/metadata' },
] as const;

type Answered = FastifyReply | Promise<FastifyReply>;

/**
 * Registers the write resources of the Eureka protocol below `base`. Answers have no body, except the 400 texts of a
 * registration.
 */
export function registerWrites(app: FastifyInstance, base: string, ports: WritePorts): void {
  app.post(`${base}/apps/:app`, (request, reply) => register(ports, request, reply));
  for (const { kind, method, path } of INSTANCE_WRITES) {
    const segments = path.split('/').length - 1;
    app.route({
      method,
      url: base + path,
      handler: (request, reply) => {
        const target = targetOf(ports, request);
        if (target === undefined) return refuseReplication(ports, kind, reply);
        const decoded = decodeInstanceWrite(kind, request, segments);
        if (decoded.ok) return write(ports, target, decoded.value, reply);
        ports.counter(kind, decoded.error.status)();
        return sendEmpty(reply, decoded.error.status, decoded.error.reason);
      },
    });
  }
}

function register(ports: WritePorts, request: FastifyRequest, reply: FastifyReply): Answered {
  const target = targetOf(ports, request);
  if (target === undefined) return refuseReplication(ports, 'register', reply);
  const { app: path = '' } = request.params as Readonly<Record<string, string>>;
  const refused = (status: 400 | 415, reason: string): FastifyReply => {
    ports.counter('register', status)();
    ports.failed.noteRefused(path, reason);
    return reply.code(status).header(REASON_HEADER, oneLine(reason));
  };
  if (isDotSegment(path)) return refused(400, DOT_SEGMENT).send();
  const raw = rawOf(request, 2);
  const text = bodyText(raw.body ?? Buffer.alloc(0));
  const decoded = text.ok
    ? decodeRegistration(appName(path), raw.contentType, text.value, ports.clock.now())
    : err(unreadableRegistration(raw.contentType, text.error));
  if (!decoded.ok) {
    const { status, contentType, body, reason } = decoded.error;
    if (contentType === undefined) return refused(status, reason).send();
    // The only body that stock servers send with a refused write. It goes out as bytes: the framework adds a charset to
    // text.
    return refused(status, reason).header('content-type', contentType).send(Buffer.from(body));
  }
  const record = decoded.value;
  return write(ports, target, { kind: 'register', app: record.app, id: record.id, record, raw }, reply);
}

function targetOf({ target, fromPeers }: WritePorts, { headers }: FastifyRequest): WriteTarget | undefined {
  return isReplication(headers) ? fromPeers : target;
}

function write(ports: WritePorts, target: WriteTarget, wanted: Write, reply: FastifyReply): Answered {
  const outcome = target.apply(wanted);
  // Our own leases answer synchronously, which saves most of the cost of a promise.
  if (outcome instanceof Promise) return outcome.then((verdict) => conclude(ports, wanted, verdict, reply));
  return conclude(ports, wanted, outcome, reply);
}

function conclude(ports: WritePorts, wanted: Write, verdict: WriteOutcome, reply: FastifyReply): FastifyReply {
  // A registration is answered with exactly 204: clients take 200 for a failure.
  const outcome: WriteOutcome =
    wanted.kind === 'register' && verdict.status === 200 ? { ...verdict, status: 204 } : verdict;
  noteOutcome(ports, wanted, outcome);
  const { status, reason, entity } = outcome;
  return entity === undefined ? sendEmpty(reply, status, reason) : sendConflict(reply, entity, reason);
}

/** Refuses a peer's copy of a write. The legacy has that write already, and forwarded again it would circulate. */
function refuseReplication({ counter }: WritePorts, kind: Write['kind'], reply: FastifyReply): FastifyReply {
  counter(kind, 403)();
  return sendEmpty(reply, 403, 'replicated writes are not taken here: Eurek8s is no replication peer');
}
