import type { AtPage } from '../../shared/dashboard/page.ts';
import {
  changesOverTime,
  changesSince,
  lookAtPast,
  pastRows,
  readMoment,
  readPastView,
} from '../../shared/dashboard/past.ts';
import { partOf } from '../../shared/dashboard/part.ts';
import { isVisible } from '../../shared/api/summary.ts';
import { MOMENT_ALLOWED } from '../../shared/text/moment.ts';
import { time } from '../../shared/text/printable.ts';
import type { Steps } from '../../shared/time-slice.ts';
import type { Past } from '../http/at.ts';
import { waiting, type Answer, type ModelPorts, type Query } from './models.ts';

export interface AtPagePorts extends ModelPorts {
  readonly past: ModelPorts['past'] & Pick<Past, 'applicationsAt'>;
}

const MAX_CHANGES = 50;
/** Bars of the picture of all that is remembered. */
const BARS = 60;

/** The registry at a moment that is remembered, and what changed since. Without a moment: what there is to choose. */
export function* atPage(ports: AtPagePorts, query: Query): Steps<Answer<AtPage>> {
  const snapshot = ports.registry.snapshot();
  if (snapshot === undefined) return waiting(ports);
  const { past, clock } = ports;
  const now = clock.now();
  const since = past.since;
  const asked = (query('time') ?? '').trim();
  const frame = {
    kind: 'at',
    asked,
    oldest: since === undefined ? undefined : time(since),
    newest: time(now) ?? '',
    bars: since === undefined ? [] : changesOverTime(past.newestFirst(), since, now, BARS),
  } as const;
  const without = (status: number, trouble: string | undefined): Answer<AtPage> => ({
    status,
    page: { ...frame, trouble, look: undefined },
  });
  if (asked === '') return without(200, undefined);
  const at = readMoment(asked, now);
  if (at === undefined)
    return without(
      400,
      `The address of this page has no time that can be read. Pick one below; in the address it may be ${MOMENT_ALLOWED}.`,
    );
  if (at > now) return without(404, 'This moment is still to come.');
  if (since === undefined || at < since) return without(404, 'This moment is no longer remembered.');
  const then = yield* past.applicationsAt(snapshot, at);
  const all = yield* pastRows(then, snapshot.applications);
  const view = readPastView(query);
  const counts = { DOWN: 0, OUT_OF_SERVICE: 0, STARTING: 0, UNKNOWN: 0, UP: 0 };
  for (const row of all)
    if (row.was !== undefined)
      for (const status of ['DOWN', 'OUT_OF_SERVICE', 'STARTING', 'UNKNOWN', 'UP'] as const)
        counts[status] += row.was.counts[status];
  return {
    status: 200,
    page: {
      ...frame,
      trouble: undefined,
      look: {
        at: time(at) ?? '',
        view,
        ...partOf(lookAtPast(all, view), query('page')),
        applications: then.filter(isVisible).length,
        counts,
        since: yield* changesSince(past.newestFirst(), at, MAX_CHANGES),
      },
    },
  };
}
