import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { rowsOf } from '../../shared/dashboard/row.ts';
import type { RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import { codingOf } from '../http/negotiate.ts';
import { refuse } from '../http/refuse.ts';
import { awaitedSources } from '../http/unready.ts';
import type { ModelPorts } from './models.ts';

const pack = promisify(gzip);

/** Of one snapshot all browsers get the same bytes. It is packed away from the event loop. */
const packed = new WeakMap<RegistrySnapshot, Promise<Buffer>>();

/** Answers with all rows of the list, as JSON. */
export async function sendList(request: FastifyRequest, reply: FastifyReply, ports: ModelPorts): Promise<FastifyReply> {
  const snapshot = ports.registry.snapshot();
  if (snapshot === undefined) return refuse(request, reply, 503, awaitedSources(ports));
  reply.type('application/json').headers({ 'cache-control': 'no-store', vary: 'accept-encoding' });
  if (codingOf(request.headers['accept-encoding']) === 'identity') return reply.send(textOf(snapshot));
  const known = packed.get(snapshot) ?? pack(textOf(snapshot), { level: 1 });
  packed.set(snapshot, known);
  return reply.header('content-encoding', 'gzip').send(await known);
}

function textOf({ applications }: RegistrySnapshot): string {
  return JSON.stringify(rowsOf(applications));
}
