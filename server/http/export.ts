import type { FastifyInstance } from 'fastify';
import { EXPORT_FORMATS, exportFile, isExportFormat, type ExportFormat } from '../../shared/export/formats.ts';
import { gatewayName, type GatewayName } from '../../shared/export/kubernetes-objects.ts';
import { mappingFor, seenFrom } from '../../shared/export/for-caller.ts';
import { mappingOf } from '../../shared/export/target.ts';
import { err, ok, type Result } from '../../shared/result.ts';
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
    const asked = readQuestion(format, request.query);
    if (!asked.ok) return refuse(request, reply, 400, asked.error);
    const { caller, from, gateway } = asked.value;
    const all = { ...mappingOf(snapshot.applications), notes: [], extent: 'all' } as const;
    if (from !== undefined && !all.targets.some(({ backends }) => backends.some(({ cluster }) => cluster === from)))
      return refuse(request, reply, 404, `nothing is served from a cluster ${from}`);
    const mapping =
      caller === undefined ? all : await ports.inTurn(reply, () => mappingFor(caller, all, ports.census, snapshot));
    if (mapping === undefined) return refuse(request, reply, 503, TOO_MANY_WAIT);
    if (mapping === 'gone') return reply.send();
    if (mapping === 'unseen') return refuse(request, reply, 404, unseen(caller ?? '', ports.census));
    const seen = from === undefined ? mapping : seenFrom(from, mapping);
    const { kind, text } = exportFile(format, seen, seen.notes, gateway, seen.extent);
    return reply.type(TYPES[kind]).send(text);
  });
}

interface ExportQuestion {
  readonly caller: string | undefined;
  /** The cluster that callers run in. */
  readonly from: string | undefined;
  readonly gateway: GatewayName | undefined;
}

function readQuestion(format: ExportFormat, query: unknown): Result<ExportQuestion, string> {
  const names = format === 'httproute' ? ['caller', 'from', 'gateway'] : ['caller', 'from'];
  const unknown = unknownParameter(query, names);
  if (unknown !== undefined) return err(unknown);
  const given = query as Readonly<Record<string, string | readonly string[] | undefined>>;
  const twice = names.find((name) => given[name] !== undefined && typeof given[name] !== 'string');
  if (twice !== undefined) return err(`${twice} is given twice`);
  const { caller, from, gateway } = given as Readonly<Record<string, string | undefined>>;
  const parent = gateway === undefined ? undefined : gatewayName(gateway);
  return gateway !== undefined && parent === undefined
    ? err('gateway must be NAME or NAMESPACE/NAME')
    : ok({ caller, from, gateway: parent });
}

function unseen(caller: string, { since, forgotten }: CensusView): string {
  if (forgotten > 0) return `${caller} is not known here, and not all callers were kept (/eurek8s/callers)`;
  return `${caller} has asked nothing here since ${time(since) ?? 'the start'}: give an application or an address that /eurek8s/callers lists`;
}
