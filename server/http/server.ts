import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import fastify, { type FastifyInstance } from 'fastify';
import { changesNothing } from '../../shared/auth/required-right.ts';
import type { NewTimeSlice } from '../../shared/time-slice.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { acceptBodies, dropBody, forgetBadType } from './bodies.ts';
import { Connections, type ConnectionRules, type Cut } from './connections.ts';
import { Exchanges } from './exchanges.ts';
import type { FastPath } from './fast-path.ts';
import { HeldBodies } from './held-bodies.ts';
import { MethodTable } from './methods.ts';
import { Pipelines } from './pipelines.ts';
import { answerErrors, refuseError } from './refuse.ts';
import { RequestTurns } from './request-turns.ts';
import { SlowReaderLog } from './slow-reader-log.ts';
import type { Standing } from './standings.ts';
import { keepTickShape } from './tick-shape.ts';
import type { TlsListener } from './tls-listener.ts';

/** The mounts of the Eureka API: with and without the version segment, as clients of different families send it. */
export const EUREKA_BASES = ['/eureka', '/eureka/v2', '/eureka/v1'] as const;

export interface ServerParts extends ConnectionRules {
  readonly log: Log;
  readonly clock: Clock;
  readonly newTimeSlice: NewTimeSlice;
  /** Counts connections that were ended or refused, by the reason. */
  readonly countCut: (cut: Cut) => void;
  /** Counts requests whose body was one too many. */
  readonly countRefusedBody: () => void;
  /** undefined: plain HTTP alone. */
  readonly tls?: TlsListener | undefined;
}

export interface HttpServer {
  /** Routes are registered here, before `listen`. */
  readonly app: FastifyInstance;
  /**
   * Fast paths see each request first, in the order in which they were added; what one answers never reaches the
   * framework. Called before `listen`.
   */
  readonly addFastPath: (fastPath: FastPath) => void;
  /** The request of this response has this standing: it decides which connections go first when there are too many. */
  readonly noteStanding: (response: ServerResponse, standing: Standing) => void;
  /** True from the beginning of `stop`: requests are still answered, but new ones should go to another server. */
  readonly stopping: () => boolean;
  /** This answer may take its time to begin. */
  readonly allowWait: (response: ServerResponse) => void;
  /** This answer goes on as long as its client follows it. */
  readonly allowStream: (response: ServerResponse) => void;
  listen(address: { readonly host: string; readonly port: number }): Promise<void>;
  /** Other certificates are there for new connections. */
  renewTls(): void;
  /** Ends the connections of TLS, each after the answer that is under way: their clients show themselves anew. */
  endTls(): void;
  /** Ends idle connections at once, gives requests in flight their time (`stopTimeout`), then ends every connection. */
  stop(): Promise<void>;
}

/**
 * Creates the HTTP server. Where the framework's defaults break Eureka clients, they are replaced: both slash forms,
 * long ids, empty bodies under any content type, XML and gzip bodies, errors without a body on Eureka paths.
 */
export function createServer({
  log,
  clock,
  newTimeSlice,
  countCut,
  countRefusedBody,
  tls,
  ...rules
}: ServerParts): HttpServer {
  const { limits } = rules;
  const slowReaders = new SlowReaderLog(log, clock);
  const exchanges = new Exchanges(clock, limits.exchangeTimeout, (response) => {
    countCut('slow');
    slowReaders.note(response);
  });
  const turns = new RequestTurns(newTimeSlice);
  const bodies = new HeldBodies(limits.heldBodyBytes, countRefusedBody, () => countCut('malformed'));
  const pipelines = new Pipelines(turns, bodies, () => countCut('pipelined'));
  const connections = new Connections(rules, exchanges, pipelines, countCut);
  const fastPaths: FastPath[] = [];
  // Work for every request is done here and not in hooks, which cost a ready answer as much as its routing.
  const before =
    (listener: RequestListener): RequestListener =>
    (request, response) => {
      const { url = '/', method } = request;
      if (!url.startsWith('/')) request.url = originForm(url);
      if (url.includes(';')) request.url = withoutPathParameters(request.url ?? url);
      if (method !== 'GET') forgetBadType(request);
      const isHarmless = changesNothing(method ?? '');
      if (isHarmless) dropBody(request);
      for (const fastPath of fastPaths) if (fastPath(request, response)) return;
      if (!isHarmless) bodies.follow(request, response);
      turns.take(request, () => {
        // Nobody is left to read it. A write is done all the same, as it would have been at once.
        if (response.destroyed && isHarmless) return;
        // Its body was refused before its turn came.
        if (response.headersSent) return;
        listener(request, response);
      });
    };
  const app = fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    return503OnClosing: false,
    // No route has a schema: the framework need not load its compilers of schemas.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    serverFactory: (listener) =>
      tls !== undefined && tls.port === undefined
        ? connections.createTlsServer(before(listener), tls)
        : connections.createServer(before(listener)),
    // Answered by `Connections`. The framework would answer at once, in the place of what is due before.
    clientErrorHandler: () => undefined,
    frameworkErrors: (error, request, reply) => void refuseError(log, error, request, reply),
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: limits.headerBytes },
  });
  const methods = new MethodTable(app);
  acceptBodies(app, { turns, held: bodies });
  answerErrors(app, log);
  return {
    app,
    addFastPath: (fastPath) => void fastPaths.push(fastPath),
    noteStanding: (response, standing) => connections.note(response, standing),
    stopping: () => exchanges.stopping,
    allowWait: (response) => exchanges.allowWait(response),
    allowStream: (response) => exchanges.allowStream(response),
    listen: async ({ host, port }) => {
      methods.answerOthers(app);
      await keepTickShape();
      // Node falls back to IPv4 on a machine without IPv6 only when it is given no address.
      const address = { host: host === '::' ? '' : host, backlog: limits.backlog };
      await app.listen({ ...address, port });
      if (tls?.port === undefined) return;
      const beside = connections.createTlsServer(
        before((request, response) => app.routing(request, response)),
        tls,
      );
      await once(beside.listen({ ...address, port: tls.port }), 'listening');
    },
    renewTls: () => {
      if (tls !== undefined) connections.renewTls(tls);
    },
    endTls: () => connections.endTls(),
    stop: async () => {
      const finished = exchanges.finish(limits.stopTimeout);
      connections.closeIdle();
      await finished;
      connections.closeAll();
      await app.close();
    },
  };
}

/**
 * Servlet containers drop what follows a semicolon in each segment of a path, such as `;jsessionid=AB`, so stock
 * servers never see it. An escaped semicolon stays.
 */
function withoutPathParameters(url: string): string {
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  return path.replaceAll(/;[^/]*/g, '') + url.slice(path.length);
}

/** Proxies may send `GET http://host/path`, which every server must accept (RFC 9112, 3.2.2). */
function originForm(url: string): string {
  return url.replace(/^https?:\/\/[^/?#]*/i, '') || '/';
}

function noSchemas(): never {
  throw new Error('no route has a schema');
}
