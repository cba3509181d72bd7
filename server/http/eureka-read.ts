import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { instanceById, instanceOf } from '../../shared/registry/lookup.ts';
import type { RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import type { InstanceRecord } from '../../shared/model/instance.ts';
import type { Answers } from '../encode/answers.ts';
import type { Answer, Variant } from '../encode/variant.ts';
import type { RegistryView } from '../hub/view.ts';
import { codingOf, detailOf, instanceFormat, listFormat } from './negotiate.ts';
import { sendAnswer, sendEmpty } from './reply.ts';

export interface ReadPorts {
  readonly registry: RegistryView;
  readonly answers: Answers;
  /** Counts an answered read by resource. */
  readonly count: (resource: ReadResource) => void;
}

export type ReadResource = 'apps' | 'delta' | 'app' | 'instance' | 'vip' | 'svip';

type Params = Readonly<Record<string, string>>;

/** The read resources of the Eureka protocol, below `base`. Every one answers from the current snapshot's bytes. */
export function registerReads(app: FastifyInstance, base: string, ports: ReadPorts): void {
  const list = (
    resource: ReadResource,
    path: string,
    find: (snapshot: RegistrySnapshot, params: Params, variant: Variant) => Answer | undefined,
  ): void => {
    app.get(base + path, (request, reply) => {
      const snapshot = ready(ports, reply);
      if (snapshot === undefined) return reply;
      const variant = listVariant(request);
      if (variant === undefined) return sendEmpty(reply, 406, 'Accept allows neither JSON nor XML');
      ports.count(resource);
      const answer = find(snapshot, paramsOf(request), variant);
      return answer === undefined ? sendEmpty(reply, 404, 'no such application') : sendAnswer(reply, answer);
    });
  };
  const one = (
    path: string,
    find: (snapshot: RegistrySnapshot, params: Params) => InstanceRecord | undefined,
  ): void => {
    app.get(base + path, (request, reply) => {
      const snapshot = ready(ports, reply);
      if (snapshot === undefined) return reply;
      const format = instanceFormat(request.headers.accept);
      if (format === undefined) return sendEmpty(reply, 406, 'Accept allows neither JSON nor XML');
      ports.count('instance');
      const record = find(snapshot, paramsOf(request));
      return record === undefined
        ? sendEmpty(reply, 404, 'no such instance')
        : sendAnswer(reply, ports.answers.instance(record, format));
    });
  };
  list('apps', '/apps', (snapshot, _params, variant) => ports.answers.apps(snapshot, variant));
  list('delta', '/apps/delta', (snapshot, _params, variant) => ports.answers.delta(snapshot, variant));
  list('app', '/apps/:app', (snapshot, params, variant) =>
    ports.answers.application(snapshot, (params['app'] ?? '').toUpperCase(), variant),
  );
  list('vip', '/vips/:vip', (snapshot, params, variant) =>
    ports.answers.vip(snapshot, 'vip', params['vip'] ?? '', variant),
  );
  list('svip', '/svips/:vip', (snapshot, params, variant) =>
    ports.answers.vip(snapshot, 'svip', params['vip'] ?? '', variant),
  );
  one('/apps/:app/:id', (snapshot, params) =>
    instanceOf(snapshot, (params['app'] ?? '').toUpperCase(), params['id'] ?? ''),
  );
  one('/instances/:id', (snapshot, params) => instanceById(snapshot, params['id'] ?? ''));
}

/** The snapshot, or a 503 already sent: a partial answer would make clients drop what is missing from it. */
function ready(ports: ReadPorts, reply: FastifyReply): RegistrySnapshot | undefined {
  const snapshot = ports.registry.snapshot();
  if (snapshot === undefined)
    void sendEmpty(reply, 503, `waiting for the first complete view of ${ports.registry.awaited().join(', ')}`);
  return snapshot;
}

function listVariant(request: FastifyRequest): Variant | undefined {
  const format = listFormat(request.headers.accept);
  if (format === undefined) return undefined;
  return {
    format,
    detail: detailOf(header(request, 'x-eureka-accept')),
    coding: codingOf(header(request, 'accept-encoding')),
  };
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

function paramsOf(request: FastifyRequest): Params {
  // The router fills every named parameter of a matched path with a decoded string.
  return request.params as Params;
}
