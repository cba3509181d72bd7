import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { renderApps, reportApps } from '../../shared/api/apps.ts';
import { renderDiff, reportDiff } from '../../shared/api/differences.ts';
import { renderRefusals, reportRefusals } from '../../shared/api/refusals.ts';
import type { RegistrySnapshot } from '../../shared/registry/snapshot.ts';
import { heldBy, troublesOf, type ExplainPorts } from './explain.ts';
import { NO_PARAMETERS } from './parameters.ts';
import { refuse } from './refuse.ts';
import { sendReport } from './report.ts';
import { awaitedSources } from './unready.ts';

/** What one report says of a snapshot, as data and as text. */
type Report = (snapshot: RegistrySnapshot) => { readonly body: object; readonly text: () => string };

/** Registers the reports that are made of the current snapshot as a whole. */
export function registerRegistryReports(app: FastifyInstance, ports: ExplainPorts): void {
  const get = (path: string, report: Report): void => {
    app.get(path, NO_PARAMETERS, (request, reply) => {
      const snapshot = ports.registry.snapshot();
      if (snapshot === undefined) return refuse(request, reply, 503, awaitedSources(ports));
      return send(request, reply, report(snapshot));
    });
  };
  get('/eurek8s/apps', ({ applications }) => {
    const body = reportApps(applications);
    return { body, text: () => renderApps(body) };
  });
  get('/eurek8s/diff', (snapshot) => {
    const differences = reportDiff(snapshot, ({ name }) => heldBy(ports.sources, name));
    const body = { ...differences, troubles: troublesOf(ports.sources) };
    return { body, text: () => renderDiff(body) };
  });
  get('/eurek8s/refusals', (snapshot) => {
    const body = reportRefusals(snapshot);
    return { body, text: () => renderRefusals(body, ports.clock.now()) };
  });
}

function send(request: FastifyRequest, reply: FastifyReply, { body, text }: ReturnType<Report>): FastifyReply {
  return sendReport(request, reply, body, text);
}
