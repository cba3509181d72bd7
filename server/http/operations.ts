import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { renderSources } from '../../shared/api/sources.ts';
import { renderSummary, summarize } from '../../shared/api/summary.ts';
import { openApiDocument } from '../../shared/openapi/document.ts';
import { registerExplain, type ExplainPorts } from './explain.ts';
import { prefersPage } from './negotiate.ts';
import { registerRegistryReports } from './registry-reports.ts';
import { NO_PARAMETERS } from './parameters.ts';
import { oneLine, REASON_HEADER } from './reply.ts';
import { sendReport } from './report.ts';
import { sourcesReport, type SourcesReportPorts } from './sources-report.ts';
import { awaitedSources } from './unready.ts';
import { registerWhatIf } from './whatif.ts';

export interface OperationsPorts extends ExplainPorts, SourcesReportPorts {
  readonly version: string;
  /** What a browser gets at `/`. */
  readonly page: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;
  /** Whether everybody may read: probes, which need no right, then give reasons, too. */
  readonly everybodyReads: boolean;
  /** Whether the server is being stopped. */
  readonly stopping: () => boolean;
  /** All metrics in the Prometheus text format, and its content type. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Registers what people, probes and monitoring ask for: JSON, or text for curl and for requests that prefer text. */
export function registerOperations(app: FastifyInstance, ports: OperationsPorts): void {
  app.get('/', (request, reply) => {
    reply.header('vary', 'accept, user-agent');
    if (prefersPage(request.headers.accept)) return ports.page(request, reply);
    const summary = summarize(ports.version, ports.registry.snapshot());
    const base = `${request.protocol}://${request.headers.host ?? 'localhost'}`;
    const report = sourcesReport(ports);
    const { files, registryFile } = report;
    return sendReport(request, reply, { ...summary, sources: report.sources, files, registryFile }, () =>
      renderSummary(summary, report, base),
    );
  });

  app.get('/eurek8s/sources', NO_PARAMETERS, (request, reply) => {
    const report = sourcesReport(ports);
    return sendReport(request, reply, report, () => renderSources(report, 'full'));
  });

  const described = JSON.stringify(openApiDocument(ports.version));
  app.get('/eurek8s/openapi.json', (_request, reply) => reply.type('application/json').send(described));

  registerRegistryReports(app, ports);
  registerExplain(app, ports);
  registerWhatIf(app, ports);

  app.get('/healthz', (_request, reply) => reply.type('text/plain').send('ok\n'));
  const whyNotReady = (): string | undefined => {
    if (ports.stopping()) return 'stopping';
    if (ports.registry.snapshot() !== undefined) return undefined;
    return awaitedSources(ports, ports.everybodyReads ? 'reasons' : 'names');
  };
  app.get('/readyz', (_request, reply) => {
    const reason = whyNotReady();
    reply.type('text/plain');
    return reason === undefined ? reply.send('ok\n') : reply.code(503).send(`${reason}\n`);
  });
  // Balancers in front of a Spring Eureka ask for this path; the verdict is that of /readyz.
  app.get('/actuator/health', (_request, reply) => {
    const reason = whyNotReady();
    const status = reason === undefined ? 'UP' : 'DOWN';
    if (reason !== undefined) reply.code(503).header(REASON_HEADER, oneLine(reason));
    return reply.type('application/json').send(JSON.stringify({ status }));
  });
  app.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await ports.metrics();
    return reply.header('content-type', contentType).send(text);
  });
}
