import { reportCallers } from '../../shared/api/census.ts';
import { callMap } from '../../shared/dashboard/call-map.ts';
import { callerRow } from '../../shared/dashboard/caller-row.ts';
import { lookAtCallers, readCallerView } from '../../shared/dashboard/caller-view.ts';
import type { CallersPage } from '../../shared/dashboard/page.ts';
import { partOf } from '../../shared/dashboard/part.ts';
import type { Steps } from '../../shared/time-slice.ts';
import { censusFacts, type CensusView } from '../http/callers.ts';
import type { Answer, ModelPorts, Query } from './models.ts';

export interface CallersPagePorts extends ModelPorts {
  readonly census: CensusView;
  /** The name of this replica, for people. */
  readonly replica: string;
}

/** Needs no registry: who asks is known before there is an answer. */
export function* callersPage(ports: CallersPagePorts, query: Query): Steps<Answer<CallersPage>> {
  const view = readCallerView(query);
  const { replica, callers, forgotten } = yield* reportCallers(censusFacts(ports), ports.registry.snapshot());
  const { callers: chosen, all, counts } = yield* lookAtCallers(callers, view);
  const part = partOf(chosen, query('page'));
  return {
    status: 200,
    page: {
      kind: 'callers',
      view,
      ...part,
      rows: part.rows.map(callerRow),
      total: callers.length,
      seen: { all, counts },
      observer: replica,
      forgotten,
      map: callMap(chosen),
    },
  };
}
