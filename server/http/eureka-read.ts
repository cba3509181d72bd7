import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { InstanceRecord } from '../../shared/model/instance.ts';
import { instanceById, instanceOf } from '../../shared/registry/lookup.ts';
import type { RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import type { Answers } from '../encode/answers.ts';
import type { Answer, Format, Variant } from '../encode/variant.ts';
import type { RegistryView } from '../ports/registry-view.ts';
import type { FastPath } from './fast-path.ts';
import { instanceVariant, listVariant } from './negotiate.ts';
import { sendAnswer, sendEmpty } from './reply.ts';

export interface ReadPorts {
  readonly registry: RegistryView;
  readonly answers: Answers;
  /** Returns the counter of a resource's answers with one status. */
  readonly counter: (resource: ReadResource, status: ReadStatus) => () => void;
  /** Offers the fast path of a URL that has just been answered, for the next request for it. */
  readonly remember: (url: string, again: FastPath) => void;
}

export type ReadResource = 'apps' | 'delta' | 'app' | 'instance' | 'vip' | 'svip';
export type ReadStatus = 200 | 404 | 406 | 503;

type Params = Readonly<Record<string, string>>;

/** Finds the answer in a snapshot by the parameters of the path; `undefined`: there is none (404). */
type Find<Negotiated> = (
  snapshot: RegistrySnapshot,
  params: Params,
  negotiated: Negotiated,
) => Answer | Promise<Answer> | undefined;

/** A read resource: how a request for it is negotiated, and how its answer is found. */
interface Resource<Negotiated> {
  readonly name: ReadResource;
  readonly negotiate: (headers: IncomingHttpHeaders) => Negotiated | undefined;
  readonly find: Find<Negotiated>;
}

/**
 * Registers the read resources of the Eureka protocol below `base`. Each answers with bytes of the current snapshot.
 */
export function registerReads(app: FastifyInstance, base: string, ports: ReadPorts): void {
  const { answers } = ports;
  const get = <Negotiated>(path: string, resource: Resource<Negotiated>): void => {
    app.get(base + path, reader(ports, resource));
  };
  const list = (name: ReadResource, path: string, find: Find<Variant>): void =>
    get(path, { name, negotiate: listVariant, find });
  const one = (
    path: string,
    recordOf: (snapshot: RegistrySnapshot, params: Params) => InstanceRecord | undefined,
  ): void =>
    get<Format>(path, {
      name: 'instance',
      negotiate: instanceVariant,
      find: (snapshot, params, format) => {
        const record = recordOf(snapshot, params);
        return record === undefined ? undefined : answers.instance(record, format);
      },
    });

  list('apps', '/apps', (snapshot, _, variant) => answers.apps(snapshot, variant));
  list('delta', '/apps/delta', (snapshot, _, variant) => answers.delta(snapshot, variant));
  list('app', '/apps/:app', (snapshot, params, variant) => answers.application(snapshot, appOf(params), variant));
  list('vip', '/vips/:vip', (snapshot, { vip = '' }, variant) => answers.vip(snapshot, 'vip', vip, variant));
  list('svip', '/svips/:vip', (snapshot, { vip = '' }, variant) => answers.vip(snapshot, 'svip', vip, variant));
  one('/apps/:app/:id', (snapshot, params) => instanceOf(snapshot, appOf(params), params['id'] ?? ''));
  one('/instances/:id', (snapshot, { id = '' }) => instanceById(snapshot, id));
}

/**
 * The handler of a resource's route. It writes the response itself: the framework would inspect bytes that are ready.
 */
function reader<Negotiated>(
  { registry, counter, remember }: ReadPorts,
  { name, negotiate, find }: Resource<Negotiated>,
): (request: FastifyRequest, reply: FastifyReply) => void | Promise<void> {
  const count = { 200: counter(name, 200), 404: counter(name, 404), 406: counter(name, 406), 503: counter(name, 503) };
  const refuse = (reply: FastifyReply, status: Exclude<ReadStatus, 200>, reason: string): void => {
    count[status]();
    sendEmpty(reply, status, reason);
  };
  const send = (response: ServerResponse, answer: Answer): void => {
    count[200]();
    sendAnswer(response, answer);
  };
  /** Leaves an error to the route, which meets the same error, logs it and answers. */
  const ready = (snapshot: RegistrySnapshot, params: Params, negotiated: Negotiated): Answer | undefined => {
    try {
      const found = find(snapshot, params, negotiated);
      if (!(found instanceof Promise)) return found;
      found.catch(() => undefined);
    } catch {}
    return undefined;
  };
  /** Answers only what is found. The route states the reason for every other answer. */
  const again = (params: Params): FastPath => {
    return ({ headers }, response) => {
      const snapshot = registry.snapshot();
      const negotiated = negotiate(headers);
      const found = snapshot && negotiated && ready(snapshot, params, negotiated);
      if (!found) return false;
      send(response, found);
      return true;
    };
  };
  return ({ raw, params: decoded }, reply) => {
    // The router fills every named parameter of a matched path with a decoded string.
    const params = decoded as Params;
    const fastPath = again(params);
    if (fastPath(raw, reply.raw)) {
      reply.hijack();
      return remember(raw.url ?? '', fastPath);
    }
    const snapshot = registry.snapshot();
    // A partial answer would make clients drop what is missing from it.
    if (snapshot === undefined)
      return refuse(reply, 503, `waiting for the first complete view of ${registry.awaited().join(', ')}`);
    const negotiated = negotiate(raw.headers);
    if (negotiated === undefined) return refuse(reply, 406, 'Accept allows neither JSON nor XML');
    const found = find(snapshot, params, negotiated);
    if (found === undefined) return refuse(reply, 404, `no such ${name === 'app' ? 'application' : name} is known`);
    // A large document that is being encoded for the first time is a promise.
    return Promise.resolve(found).then((answer) => send(reply.hijack().raw, answer));
  };
}

/** Application names are upper-cased before they are looked up, as on stock servers. */
function appOf(params: Params): string {
  return (params['app'] ?? '').toUpperCase();
}
