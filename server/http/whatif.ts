import type { FastifyInstance } from 'fastify';
import { appName } from '../../shared/model/names.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { CLIENT_KINDS, isClientKind, type Caller } from '../../shared/whatif/caller.ts';
import { vipsOf } from '../../shared/whatif/look-up.ts';
import { renderWhatIf } from '../../shared/whatif/render-whatif.ts';
import { whatIf } from '../../shared/whatif/whatif.ts';
import { nothingKnown, type ExplainPorts } from './explain.ts';
import { unknownParameter } from './parameters.ts';
import { refuse } from './refuse.ts';
import { sendReport } from './report.ts';
import { awaitedSources } from './unready.ts';

/** Registers `GET /eurek8s/whatif/{app}`: what a caller would choose among. */
export function registerWhatIf(app: FastifyInstance, ports: ExplainPorts): void {
  app.get('/eurek8s/whatif/:app', (request, reply) => {
    const snapshot = ports.registry.snapshot();
    if (snapshot === undefined) return refuse(request, reply, 503, awaitedSources(ports));
    const name = (request.params as Readonly<Record<string, string>>)['app'] ?? '';
    const caller = readCaller(request.query);
    if (!caller.ok) return refuse(request, reply, 400, caller.error);
    const answer = whatIf(snapshot, name, caller.value);
    if (answer === undefined)
      return refuse(request, reply, 404, nothingKnown(snapshot, appName(name), ports.past, vipsOf(snapshot)));
    return sendReport(request, reply, answer, () => renderWhatIf(answer));
  });
}

function readCaller(query: unknown): Result<Caller, string> {
  const unknown = unknownParameter(query, ['zone', 'client']);
  if (unknown !== undefined) return err(unknown);
  const { zone, client = 'ribbon' } = query as Readonly<Record<string, unknown>>;
  if (typeof client !== 'string') return err('client is given twice');
  if (!isClientKind(client)) return err(`client must be one of ${CLIENT_KINDS.join(', ')}`);
  if (zone === undefined) return ok({ client, zone });
  if (typeof zone !== 'string') return err('zone is given twice');
  // A variable of a script that is not set is no caller without a zone.
  return zone.trim() === '' ? err('zone is empty: leave it out for a caller that has none') : ok({ client, zone });
}
