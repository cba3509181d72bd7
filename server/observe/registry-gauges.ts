import { STAGES, stageOf, type Stage } from '../../shared/api/stage.ts';
import { isVisible } from '../../shared/api/summary.ts';
import { countRefusals } from '../../shared/api/refusals.ts';
import { REFUSAL_CODES } from '../../shared/contribution/refusal.ts';
import type { MergedApplication } from '../../shared/registry/application.ts';
import { INSTANCE_STATUSES, type InstanceRecord } from '../../shared/model/instance.ts';
import { countStatuses } from '../../shared/registry/hashcode.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Source } from '../ports/source.ts';
import type { RegistryView } from '../ports/registry-view.ts';

const SOURCE_STATES = ['starting', 'synced', 'stale'] as const;

/** `waiting`: before the start of its schedule. `moving`: a step is to come. `last`: none is. */
const SCHEDULE_STATES = ['waiting', 'moving', 'last'] as const;

/** `undecided`: it is let through after the grace period. `kept`: an operator keeps it. */
const HOLD_STATES = ['undecided', 'kept'] as const;

/** Sets the gauges that describe the registry and the sources. `now` in epoch milliseconds. */
export function observeRegistry(
  metrics: Metrics,
  registry: RegistryView,
  sources: readonly Source[],
  now: number,
): void {
  const snapshot = registry.snapshot();
  metrics.gauge('ready', snapshot === undefined ? 0 : 1);
  metrics.gauge('registry_version', snapshot?.version ?? 0);
  metrics.gauge(
    'registry_applications',
    (snapshot?.applications ?? []).filter(({ served }) => served.length > 0).length,
  );
  const copies = countStatuses((snapshot?.applications ?? []).flatMap(copiesOf));
  for (const status of INSTANCE_STATUSES) {
    metrics.gauge('registry_instances', (snapshot?.counts[status] ?? 0) - copies[status], { status });
    metrics.gauge('registry_copies', copies[status], { status });
  }
  const refusals = snapshot === undefined ? undefined : countRefusals(snapshot);
  for (const code of REFUSAL_CODES) metrics.gauge('refusals', refusals?.get(code) ?? 0, { code });
  observeStages(metrics, snapshot?.applications ?? []);
  observeSchedules(metrics, snapshot?.applications ?? [], now);
  for (const source of sources) {
    const { state, lastSuccessAt, restored } = source.health();
    metrics.gauge('source_restored', restored === true ? 1 : 0, { source: source.id });
    for (const each of SOURCE_STATES)
      metrics.gauge('source_state', state === each ? 1 : 0, { source: source.id, state: each });
    observeHolds(metrics, source);
    if (lastSuccessAt !== undefined)
      metrics.gauge('source_last_success_timestamp_seconds', lastSuccessAt / 1000, { source: source.id });
  }
}

/** What an operator keeps is told apart: nobody has to decide on that any more. */
function observeHolds(metrics: Metrics, { id, holding }: Source): void {
  if (holding === undefined) return;
  const counts = { undecided: 0, kept: 0 };
  for (const { releasesAt, waits, applications } of holding.holds())
    counts[releasesAt === undefined && waits !== true ? 'kept' : 'undecided'] += applications;
  for (const state of HOLD_STATES) metrics.gauge('held_applications', counts[state], { source: id, state });
}

/** Most applications have none: their instances are not gone through. */
function copiesOf({ dial, served, origins }: MergedApplication): readonly InstanceRecord[] {
  return (dial?.copies ?? 0) === 0 ? [] : served.filter(({ id }) => origins.get(id)?.kind === 'copy');
}

function observeStages(metrics: Metrics, applications: readonly MergedApplication[]): void {
  const counts = new Map<Stage, number>();
  for (const each of applications) {
    if (!isVisible(each)) continue;
    const stage = stageOf(each);
    counts.set(stage, (counts.get(stage) ?? 0) + 1);
  }
  for (const stage of STAGES) metrics.gauge('stage_applications', counts.get(stage) ?? 0, { stage });
}

function observeSchedules(metrics: Metrics, applications: readonly MergedApplication[], now: number): void {
  const counts = { waiting: 0, moving: 0, last: 0 };
  let nextAt = Number.POSITIVE_INFINITY;
  for (const { dial } of applications) {
    if (dial?.schedule === undefined) continue;
    const { step, next } = dial.schedule;
    counts[next === undefined ? 'last' : step === 0 ? 'waiting' : 'moving'] += 1;
    if (next !== undefined) nextAt = Math.min(nextAt, next.at);
  }
  for (const state of SCHEDULE_STATES) metrics.gauge('scheduled_applications', counts[state], { state });
  metrics.gauge('schedule_next_step_seconds', Math.max(0, (nextAt - now) / 1000));
}
