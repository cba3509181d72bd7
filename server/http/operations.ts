import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { explainApplication, renderExplanation } from '../../shared/api/explain.ts';
import { renderSources, reportSources, type SourcesReport } from '../../shared/api/sources.ts';
import { renderSummary, summarize } from '../../shared/api/summary.ts';
import { application } from '../../shared/registry/snapshot.ts';
import { closest } from '../../shared/closest.ts';
import type { Clock, Source } from '../hub/ports.ts';
import type { RegistryView } from '../hub/view.ts';
import { prefersText } from './negotiate.ts';

export interface OperationsPorts {
  readonly version: string;
  readonly clock: Clock;
  readonly registry: RegistryView;
  readonly sources: readonly Source[];
  /** The metrics in Prometheus' text form, and its content type. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

/** What people, probes and monitoring ask. JSON, or text for curl and whoever prefers it. */
export function registerOperations(app: FastifyInstance, ports: OperationsPorts): void {
  const sources = (): SourcesReport =>
    reportSources(
      ports.sources.map((source) => ({ ...pick(source), health: source.health() })),
      ports.registry.awaited(),
      ports.clock.now(),
    );

  app.get('/', (request, reply) => {
    const summary = summarize(ports.version, ports.registry.snapshot());
    const base = `http://${request.headers.host ?? 'localhost'}`;
    return send(request, reply, { ...summary, sources: sources().sources }, () =>
      renderSummary(summary, sources(), base),
    );
  });

  app.get('/eurek8s/sources', (request, reply) => {
    const report = sources();
    return send(request, reply, report, () => renderSources(report));
  });

  app.get('/eurek8s/explain/:app', (request, reply) => {
    const snapshot = ports.registry.snapshot();
    if (snapshot === undefined)
      return fail(
        request,
        reply,
        503,
        `not ready: waiting for the first complete view of ${ports.registry.awaited().join(', ')}`,
      );
    const name = ((request.params as Readonly<Record<string, string>>)['app'] ?? '').toUpperCase();
    const found = application(snapshot, name);
    if (found === undefined) {
      const near = closest(
        name,
        snapshot.applications.map((each) => each.name),
      );
      return fail(
        request,
        reply,
        404,
        `nothing is known of ${name}: no source has registered it, and no Ingress claims it` +
          (near === undefined ? '' : `. Did you mean ${near}?`),
      );
    }
    const explanation = explainApplication(found);
    return send(request, reply, explanation, () => renderExplanation(explanation, ports.clock.now()));
  });

  app.get('/healthz', (_request, reply) => reply.type('text/plain').send('ok\n'));
  app.get('/readyz', (_request, reply) => {
    const awaited = ports.registry.awaited();
    reply.type('text/plain');
    if (awaited.length === 0) return reply.send('ok\n');
    return reply.code(503).send(`waiting for the first complete view of ${awaited.join(', ')}\n`);
  });
  app.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await ports.metrics();
    return reply.header('content-type', contentType).send(text);
  });
}

function pick({ id, world, required }: Source): Pick<Source, 'id' | 'world' | 'required'> {
  return { id, world, required };
}

function send(request: FastifyRequest, reply: FastifyReply, body: object, text: () => string): FastifyReply {
  if (prefersText(request.headers.accept, request.headers['user-agent']))
    return reply.type('text/plain; charset=utf-8').send(text());
  return reply.type('application/json').send(JSON.stringify(body));
}

function fail(request: FastifyRequest, reply: FastifyReply, status: number, reason: string): FastifyReply {
  return send(request, reply.code(status), { error: reason }, () => `${reason}\n`);
}
