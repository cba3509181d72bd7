import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import type { Log } from '../hub/ports.ts';
import { REASON_HEADER, oneLine, sendEmpty } from './reply.ts';

/** Where Eureka's API is mounted: with and without the version segment that clients of different families send. */
export const EUREKA_BASES = ['/eureka', '/eureka/v2', '/eureka/v1'] as const;

export interface Limits {
  /** Bytes of a request body, before and after decompression. */
  readonly bodyLimit: number;
  /** Milliseconds for a whole request to arrive: a slow sender must not hold a connection for ever. */
  readonly requestTimeout: number;
  /** Milliseconds an idle connection stays open: longer than any client's (45 s) and balancer's (60 s). */
  readonly keepAliveTimeout: number;
}

export const DEFAULT_LIMITS: Limits = { bodyLimit: 1024 * 1024, requestTimeout: 30_000, keepAliveTimeout: 75_000 };

/**
 * The HTTP server, with the framework's defaults that break Eureka clients set right: both slash forms, long ids, empty
 * bodies under any content type, XML and gzip bodies, errors without a body on Eureka paths.
 */
export function createServer(log: Log, limits: Limits = DEFAULT_LIMITS): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: limits.bodyLimit,
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: 2048 },
  });
  acceptBodies(app);
  app.setErrorHandler((error: { readonly statusCode?: number; readonly message: string }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ err: error, method: request.method, url: request.url }, 'request failed');
    return refuse(request.url, reply, status, status >= 500 ? 'internal error' : error.message);
  });
  app.setNotFoundHandler((request, reply) =>
    refuse(
      request.url,
      reply,
      404,
      `${request.method} ${request.url.split('?')[0] ?? ''} is nothing that is served here`,
    ),
  );
  return app;
}

function refuse(url: string, reply: Parameters<typeof sendEmpty>[0], status: number, reason: string): unknown {
  if (/^\/+eureka(\/|$)/.test(url)) return sendEmpty(reply, status, reason);
  return reply.code(status).header(REASON_HEADER, oneLine(reason)).send({ error: reason });
}

/** Every body arrives as bytes; what it must be is the route's business (heartbeats send `{}`, nothing, or anything). */
function acceptBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('preParsing', (request, _reply, payload, done) => {
    if (request.headers['content-encoding'] !== 'gzip') {
      done(null, payload);
      return;
    }
    // The framework counts what comes out of the replaced stream against the body limit, so a small body that unpacks
    // to gigabytes is cut off at the limit that plain bodies have. The length header speaks of the packed form.
    delete request.headers['content-length'];
    const unpacked = createGunzip();
    pipeline(payload, unpacked, () => undefined);
    done(null, unpacked);
  });
}
