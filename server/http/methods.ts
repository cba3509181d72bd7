import type { FastifyInstance } from 'fastify';
import { refuse } from './refuse.ts';
import { sendEmpty } from './reply.ts';

const ORDER = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'];

/** Records the methods of every route that is registered after its construction. */
export class MethodTable {
  readonly #methods = new Map<string, Set<string>>();

  constructor(app: FastifyInstance) {
    app.addHook('onRoute', ({ url, method }) => {
      const methods = this.#methods.get(url) ?? new Set();
      for (const each of [method].flat()) methods.add(each);
      this.#methods.set(url, methods);
    });
  }

  /** Answers `OPTIONS` with the methods of a path, and any method that it lacks with 405 and the same list. */
  answerOthers(app: FastifyInstance): void {
    for (const [url, methods] of this.#methods) {
      const known = new Set([...methods, 'OPTIONS']);
      const allow = ORDER.filter((each) => known.has(each)).join(', ');
      app.options(url, (_request, reply) => sendEmpty(reply.header('allow', allow), 200));
      app.route({
        method: app.supportedMethods.filter((each) => !known.has(each)),
        url,
        exposeHeadRoute: false,
        // Before the body is read, which is not needed.
        onRequest: (request, reply) => {
          refuse(request, reply.header('allow', allow), 405, `${request.method} is not allowed here, but ${allow}`);
        },
        handler: (_request, reply) => reply,
      });
    }
  }
}
