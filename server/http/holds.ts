import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { renderHolds, renderReleased, reportHold, type HoldReport } from '../../shared/api/holds.ts';
import type { Source } from '../ports/source.ts';
import { operatorRefusal } from './operator.ts';
import { refuse } from './refuse.ts';
import { sendEmpty } from './reply.ts';
import { sendReport } from './report.ts';

/** Registers the list of the removals that sources hold back, and the command by which an operator releases one. */
export function registerHolds(app: FastifyInstance, sources: readonly Source[]): void {
  const holds = (): readonly HoldReport[] =>
    sources.flatMap((source) => (source.holds?.() ?? []).map((hold) => reportHold(source.id, hold)));

  app.get('/eurek8s/holds', (request, reply) => {
    const report = { holds: holds() };
    return sendReport(request, reply, report, () => renderHolds(report));
  });

  app.post('/eurek8s/holds/:id/release', { onRequest: operatorsOnly }, (request, reply) => {
    const { id = '' } = request.params as Readonly<Record<string, string>>;
    const all = holds();
    const released = all.find((hold) => hold.id === id);
    if (released === undefined || !sources.some((source) => source.release?.(id) === true)) {
      const others = all.length === 0 ? 'nothing is held' : `held is ${all.map((hold) => hold.id).join(', ')}`;
      return refuse(request, reply, 404, `there is no hold ${id} here: ${others}`);
    }
    return sendReport(request, reply, { released }, () => renderReleased(released));
  });
}

/** Refuses others before the body is read. */
const operatorsOnly: onRequestHookHandler = ({ raw }, reply, done) => {
  const reason = operatorRefusal(raw);
  if (reason === undefined) done();
  else sendEmpty(reply, 403, reason);
};
