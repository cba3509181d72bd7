import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { unmapped } from '../../shared/address/network.ts';
import { renderHolds, renderKept, renderReleased, reportHold, type HoldReport } from '../../shared/api/holds.ts';
import type { Log } from '../ports/log.ts';
import type { Source } from '../ports/source.ts';
import { NO_PARAMETERS } from './parameters.ts';
import { refuse } from './refuse.ts';
import { sendReport } from './report.ts';

/** The removals that sources hold back, and the commands of an operator for one of them. */
export interface HoldDesk {
  list(): readonly HoldReport[];
  /** The hold as it was; `undefined`: there is none with this id. */
  release(id: string): HoldReport | undefined;
  /** The hold as it is now. */
  keep(id: string): HoldReport | undefined;
}

export function holdDesk(sources: readonly Source[]): HoldDesk {
  const list = (): readonly HoldReport[] =>
    sources.flatMap((source) => (source.holding?.holds() ?? []).map((hold) => reportHold(source.id, hold)));
  const find = (wanted: string): HoldReport | undefined => list().find(({ id }) => id === wanted);
  return {
    list,
    release: (id) => {
      const hold = find(id);
      const released = hold !== undefined && sources.some((source) => source.holding?.release(id) === true);
      return released ? hold : undefined;
    },
    keep: (id) => {
      sources.some((source) => source.holding?.keep(id) === true);
      const hold = find(id);
      return hold?.kept === true ? hold : undefined;
    },
  };
}

/** What the log says of a decision. */
export interface Decisions {
  readonly log: Log;
  /** The names of the credentials of a request. */
  readonly namesOf: (request: IncomingMessage) => readonly string[];
}

/** Registers the list of the holds and the commands for them. */
export function registerHolds(app: FastifyInstance, desk: HoldDesk, { log, namesOf }: Decisions): void {
  const note = ({ raw }: FastifyRequest, hold: HoldReport, decision: string): void => {
    const peer = unmapped(raw.socket.remoteAddress ?? '');
    log.warn({ source: hold.source, hold, peer, credentials: namesOf(raw) }, decision);
  };
  app.get('/eurek8s/holds', NO_PARAMETERS, (request, reply) => {
    const report = { holds: desk.list() };
    return sendReport(request, reply, report, () => renderHolds(report));
  });

  const absent = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const all = desk.list();
    const others = all.length === 0 ? 'nothing is held' : `held is ${all.map(({ id }) => id).join(', ')}`;
    return refuse(request, reply, 404, `there is no hold ${idOf(request)} here: ${others}`);
  };

  app.post('/eurek8s/holds/:id/release', (request, reply) => {
    const released = desk.release(idOf(request));
    if (released === undefined) return absent(request, reply);
    note(request, released, 'a held removal was released');
    return sendReport(request, reply, { released }, () => renderReleased(released));
  });

  app.post('/eurek8s/holds/:id/keep', (request, reply) => {
    const kept = desk.keep(idOf(request));
    if (kept === undefined) return absent(request, reply);
    note(request, kept, 'a held removal is kept until it is released');
    return sendReport(request, reply, { kept }, () => renderKept(kept));
  });
}

function idOf({ params }: FastifyRequest): string {
  return (params as Readonly<Record<string, string>>)['id'] ?? '';
}
