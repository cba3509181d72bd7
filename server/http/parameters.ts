import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from './refuse.ts';

/**
 * What is wrong with a query that has parameters besides the known ones; `undefined`: nothing. A misspelt `app=` would
 * otherwise be answered with all applications, as if it had been understood.
 */
export function unknownParameter(query: unknown, known: readonly string[]): string | undefined {
  const unknown = Object.keys(query as object).find((key) => !known.includes(key));
  if (unknown === undefined) return undefined;
  return `there is no parameter "${unknown}"${known.length === 0 ? ' here, nor any other' : `, but ${known.join(', ')}`}`;
}

/** The options of a route without parameters. */
export const NO_PARAMETERS = {
  preHandler: (request: FastifyRequest, reply: FastifyReply, proceed: () => void): void => {
    const unknown = unknownParameter(request.query, []);
    if (unknown === undefined) proceed();
    else void refuse(request, reply, 400, unknown);
  },
};
