import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { InstanceRecord } from '../../shared/model/instance.ts';
import { instanceById, instanceOf } from '../../shared/registry/lookup.ts';
import type { RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import type { Answers } from '../encode/answers.ts';
import type { Answer, Format, Variant } from '../encode/variant.ts';
import type { Clock } from '../ports/clock.ts';
import type { RegistryView } from '../ports/registry-view.ts';
import type { FastPath } from './fast-path.ts';
import { instanceVariant, listVariant } from './negotiate.ts';
import { sendAnswer, sendEmpty } from './reply.ts';

export interface ReadPorts {
  readonly registry: RegistryView;
  readonly answers: Answers;
  readonly clock: Clock;
  /** Returns the counter of a resource's answers with one status. */
  readonly counter: (resource: ReadResource, status: ReadStatus) => () => void;
  /** Offers the fast path of a URL that has just been answered, for the next request for it. */
  readonly remember: (url: string, again: FastPath) => void;
  /** Returns what is told of each answer by the fast path of this URL, with what was negotiated. */
  readonly noteOf: (url: string) => (request: IncomingMessage, negotiated: Variant | Format) => void;
}

export type ReadResource = 'apps' | 'delta' | 'app' | 'instance' | 'vip' | 'svip';
export type ReadStatus = 200 | 404 | 406 | 503;

type Params = Readonly<Record<string, string>>;

/** Finds the answer in a snapshot; `undefined`: there is none (404). */
type Find<Negotiated> = (snapshot: RegistrySnapshot, negotiated: Negotiated) => Answer | Promise<Answer> | undefined;

/** A read resource: how a request for it is negotiated, and how the answer for the parameters of its path is found. */
interface Resource<Negotiated> {
  readonly name: ReadResource;
  readonly negotiate: (headers: IncomingHttpHeaders) => Negotiated | undefined;
  readonly finding: (params: Params) => Find<Negotiated>;
}

/**
 * Registers the read resources of the Eureka protocol below `base`. Each answers with bytes of the current snapshot.
 */
export function registerReads(app: FastifyInstance, base: string, ports: ReadPorts): void {
  const { answers } = ports;
  const get = <Negotiated extends Variant | Format>(path: string, resource: Resource<Negotiated>): void => {
    app.get(base + path, reader(ports, resource));
  };
  const list = (name: ReadResource, path: string, finding: (params: Params) => Find<Variant>): void =>
    get(path, { name, negotiate: listVariant, finding });
  const one = (
    path: string,
    recordOf: (snapshot: RegistrySnapshot, params: Params) => InstanceRecord | undefined,
  ): void =>
    get<Format>(path, {
      name: 'instance',
      negotiate: instanceVariant,
      finding: (params) => (snapshot, format) => {
        const record = recordOf(snapshot, params);
        return record === undefined ? undefined : answers.instance(record, format);
      },
    });

  list('apps', '/apps', () => (snapshot, variant) => answers.apps(snapshot, variant));
  list('delta', '/apps/delta', () => (snapshot, variant) => answers.delta(snapshot, variant));
  list('app', '/apps/:app', (params) => answers.application(appOf(params)));
  list('vip', '/vips/:vip', ({ vip = '' }) => answers.vip('vip', vip));
  list('svip', '/svips/:vip', ({ vip = '' }) => answers.vip('svip', vip));
  one('/apps/:app/:id', (snapshot, params) => instanceOf(snapshot, appOf(params), params['id'] ?? ''));
  one('/instances/:id', (snapshot, { id = '' }) => instanceById(snapshot, id));
}

/**
 * The handler of a resource's route. It writes the response itself: the framework would inspect bytes that are ready.
 */
function reader<Negotiated extends Variant | Format>(
  { registry, clock, counter, remember, noteOf }: ReadPorts,
  { name, negotiate, finding }: Resource<Negotiated>,
): (request: FastifyRequest, reply: FastifyReply) => void | Promise<void> {
  const count = { 200: counter(name, 200), 404: counter(name, 404), 406: counter(name, 406), 503: counter(name, 503) };
  const refuse = (reply: FastifyReply, status: Exclude<ReadStatus, 200>, reason: string): void => {
    count[status]();
    sendEmpty(reply, status, reason);
  };
  const send = (response: ServerResponse, answer: Answer): void => {
    count[200]();
    sendAnswer(response, answer, clock);
  };
  /** Leaves an error to the route, which meets the same error, logs it and answers. */
  const ready = (find: Find<Negotiated>, snapshot: RegistrySnapshot, negotiated: Negotiated): Answer | undefined => {
    try {
      const found = find(snapshot, negotiated);
      if (!(found instanceof Promise)) return found;
      found.catch(() => undefined);
    } catch {}
    return undefined;
  };
  /** Answers only what is found, and returns what was negotiated. The route states the reason for every other answer. */
  const sendReady = (
    find: Find<Negotiated>,
    { headers }: IncomingMessage,
    response: ServerResponse,
  ): Negotiated | undefined => {
    const snapshot = registry.snapshot();
    const negotiated = negotiate(headers);
    const found = snapshot && negotiated && ready(find, snapshot, negotiated);
    if (!found) return undefined;
    send(response, found);
    return negotiated;
  };
  const again = (find: Find<Negotiated>, note: ReturnType<ReadPorts['noteOf']>): FastPath => {
    return (request, response) => {
      const negotiated = sendReady(find, request, response);
      if (negotiated === undefined) return false;
      note(request, negotiated);
      return true;
    };
  };
  return ({ raw, params }, reply) => {
    // The router fills every named parameter of a matched path with a decoded string.
    const find = finding(params as Params);
    if (sendReady(find, raw, reply.raw) !== undefined) {
      reply.hijack();
      const url = raw.url ?? '';
      return remember(url, again(find, noteOf(url)));
    }
    const snapshot = registry.snapshot();
    // A partial answer would make clients drop what is missing from it.
    if (snapshot === undefined)
      return refuse(reply, 503, `waiting for the first complete view of ${registry.awaited().join(', ')}`);
    const negotiated = negotiate(raw.headers);
    if (negotiated === undefined) return refuse(reply, 406, 'Accept allows neither JSON nor XML');
    const found = find(snapshot, negotiated);
    if (found === undefined) return refuse(reply, 404, `no such ${name === 'app' ? 'application' : name} is known`);
    // A large document that is being encoded for the first time is a promise.
    return Promise.resolve(found).then((answer) => send(reply.hijack().raw, answer));
  };
}

/** Application names are upper-cased before they are looked up, as on stock servers. */
function appOf(params: Params): string {
  return (params['app'] ?? '').toUpperCase();
}
