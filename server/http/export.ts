import type { FastifyInstance } from 'fastify';
import { EXPORT_FORMATS, exportFile, isExportFormat } from '../../shared/export/formats.ts';
import { mappingFor } from '../../shared/export/for-caller.ts';
import { mappingOf } from '../../shared/export/target.ts';
import { time } from '../../shared/text/printable.ts';
import type { CallersPorts, CensusView } from './callers.ts';
import { TOO_MANY_WAIT } from './in-turn.ts';
import { unknownParameter } from './parameters.ts';
import { refuse } from './refuse.ts';
import { awaitedSources } from './unready.ts';

const TYPES = { properties: 'text/plain; charset=utf-8', yaml: 'application/yaml' } as const;

/** Registers `GET /eurek8s/export/{format}`: always the file itself, for the day the registry goes. */
export function registerExport(app: FastifyInstance, ports: CallersPorts): void {
  app.get('/eurek8s/export/:format', async (request, reply) => {
    const snapshot = ports.registry.snapshot();
    if (snapshot === undefined) return refuse(request, reply, 503, awaitedSources(ports));
    const { format = '' } = request.params as Readonly<Record<string, string>>;
    if (!isExportFormat(format))
      return refuse(request, reply, 404, `there is no such format, but ${EXPORT_FORMATS.join(', ')}`);
    const unknown = unknownParameter(request.query, ['caller']);
    if (unknown !== undefined) return refuse(request, reply, 400, unknown);
    const { caller } = request.query as Readonly<Record<string, unknown>>;
    if (caller !== undefined && typeof caller !== 'string') return refuse(request, reply, 400, 'caller is given twice');
    const all = { ...mappingOf(snapshot.applications), notes: [] };
    const mapping =
      caller === undefined
        ? all
        : await ports.inTurn(reply, () => mappingFor(caller, all, ports.census.callers, snapshot));
    if (mapping === undefined) return refuse(request, reply, 503, TOO_MANY_WAIT);
    if (mapping === 'gone') return reply.send();
    if (mapping === 'unseen') return refuse(request, reply, 404, unseen(caller ?? '', ports.census));
    const { kind, text } = exportFile(format, mapping, mapping.notes);
    return reply.type(TYPES[kind]).send(text);
  });
}

function unseen(caller: string, { since }: CensusView): string {
  return `${caller} has asked nothing here since ${time(since) ?? 'the start'}: give an application or an address that /eurek8s/callers lists`;
}
