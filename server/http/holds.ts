import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { renderHolds, renderKept, renderReleased, reportHold, type HoldReport } from '../../shared/api/holds.ts';
import type { Source } from '../ports/source.ts';
import { refuse } from './refuse.ts';
import { sendReport } from './report.ts';

/** Registers the list of the removals that sources hold back, and the commands by which an operator releases or keeps one. */
export function registerHolds(app: FastifyInstance, sources: readonly Source[]): void {
  const holds = (): readonly HoldReport[] =>
    sources.flatMap((source) => (source.holding?.holds() ?? []).map((hold) => reportHold(source.id, hold)));

  app.get('/eurek8s/holds', (request, reply) => {
    const report = { holds: holds() };
    return sendReport(request, reply, report, () => renderHolds(report));
  });

  const find = (request: FastifyRequest): HoldReport | undefined => holds().find(({ id }) => id === idOf(request));
  const absent = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const all = holds();
    const others = all.length === 0 ? 'nothing is held' : `held is ${all.map(({ id }) => id).join(', ')}`;
    return refuse(request, reply, 404, `there is no hold ${idOf(request)} here: ${others}`);
  };

  app.post('/eurek8s/holds/:id/release', (request, reply) => {
    const released = find(request);
    if (released === undefined || !sources.some((source) => source.holding?.release(released.id) === true))
      return absent(request, reply);
    return sendReport(request, reply, { released }, () => renderReleased(released));
  });

  app.post('/eurek8s/holds/:id/keep', (request, reply) => {
    sources.some((source) => source.holding?.keep(idOf(request)) === true);
    const kept = find(request);
    if (kept?.kept !== true) return absent(request, reply);
    return sendReport(request, reply, { kept }, () => renderKept(kept));
  });
}

function idOf({ params }: FastifyRequest): string {
  return (params as Readonly<Record<string, string>>)['id'] ?? '';
}
