import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';

/** A URL that a server has a route for, parameters filled in. */
export type RouteUrl = string;

/**
 * The routes of servers that `start` makes, as the framework is told of them: whatever a test does with all of them, it does
 * with those that are added later, too.
 */
export async function withRoutes<T>(start: () => Promise<T>): Promise<readonly [T, readonly RouteUrl[]]> {
  const urls = new Set<string>();
  const listen = (message: unknown): void => {
    const { fastify } = message as { readonly fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ url }) => void urls.add(url));
  };
  subscribe('fastify.initialization', listen);
  try {
    const started = await start();
    return [started, Array.from(urls, (url) => url.replaceAll(/:\w+/g, 'X'))];
  } finally {
    unsubscribe('fastify.initialization', listen);
  }
}
