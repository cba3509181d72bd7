import type { FastifyInstance } from 'fastify';
import type { Network } from '../../shared/address/network.ts';
import { renderCallers, reportCallers, type CensusFacts } from '../../shared/api/census.ts';
import { renderMigration, reportMigration } from '../../shared/api/migration.ts';
import type { Caller } from '../../shared/census/caller.ts';
import type { Clock } from '../ports/clock.ts';
import type { RegistryView } from '../ports/registry-view.ts';
import type { Source } from '../ports/source.ts';
import { TOO_MANY_WAIT, type InTurn } from './in-turn.ts';
import { NO_PARAMETERS } from './parameters.ts';
import { refuse } from './refuse.ts';
import { sendReport } from './report.ts';
import { awaitedSources } from './unready.ts';

/** Who has asked what, as far as this replica has seen. */
export interface CensusView {
  /** Epoch milliseconds. */
  readonly since: number;
  readonly callers: readonly Caller[];
  readonly forgotten: number;
  /** The networks of Pods. */
  readonly overlay: readonly Network[];
}

export interface CallersPorts {
  readonly clock: Clock;
  readonly registry: RegistryView;
  readonly sources: readonly Source[];
  readonly census: CensusView;
  /** The name of this replica, for people. */
  readonly replica: string;
  readonly inTurn: InTurn;
}

/**
 * Registers `GET /eurek8s/callers`, which needs no registry, as who asks is known before there is an answer, and
 * `GET /eurek8s/migration`.
 */
export function registerCallers(app: FastifyInstance, ports: CallersPorts): void {
  const { clock, registry, inTurn } = ports;
  app.get('/eurek8s/callers', NO_PARAMETERS, async (request, reply) => {
    const report = await inTurn(reply, () => reportCallers(censusFacts(ports), registry.snapshot()));
    if (report === undefined) return refuse(request, reply, 503, TOO_MANY_WAIT);
    if (report === 'gone') return reply.send();
    return sendReport(request, reply, report, () => renderCallers(report, clock.now()));
  });
  app.get('/eurek8s/migration', NO_PARAMETERS, async (request, reply) => {
    const snapshot = registry.snapshot();
    if (snapshot === undefined) return refuse(request, reply, 503, awaitedSources(ports));
    const report = await inTurn(reply, () =>
      reportMigration(registry.snapshot() ?? snapshot, censusFacts(ports), problemsOf(ports.sources), clock.now()),
    );
    if (report === undefined) return refuse(request, reply, 503, TOO_MANY_WAIT);
    if (report === 'gone') return reply.send();
    return sendReport(request, reply, report, () => renderMigration(report));
  });
}

/** As they are now. */
export function censusFacts({ census, replica }: Pick<CallersPorts, 'census' | 'replica'>): CensusFacts {
  const { since, callers, forgotten, overlay } = census;
  return { replica, since, callers, forgotten, overlay };
}

/** What a source that is away had last is no proof of what is there now. */
export function problemsOf(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) => {
    const { state } = source.health();
    const holds = source.holding?.holds().length ?? 0;
    return [
      ...(state === 'synced' ? [] : [`${source.id} is ${state}: what it has now is not known`]),
      ...(holds === 0 ? [] : [`${source.id} holds removals back: release them or wait`]),
    ];
  });
}
