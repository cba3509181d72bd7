import { countRefusals } from '../../shared/api/refusals.ts';
import { REFUSAL_CODES } from '../../shared/contribution/refusal.ts';
import { INSTANCE_STATUSES } from '../../shared/model/instance.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Source } from '../ports/source.ts';
import type { RegistryView } from '../ports/registry-view.ts';

const SOURCE_STATES = ['starting', 'synced', 'stale'] as const;

/** Sets the gauges that describe the registry and the sources. */
export function observeRegistry(metrics: Metrics, registry: RegistryView, sources: readonly Source[]): void {
  const snapshot = registry.snapshot();
  metrics.gauge('ready', snapshot === undefined ? 0 : 1);
  metrics.gauge('registry_version', snapshot?.version ?? 0);
  metrics.gauge(
    'registry_applications',
    (snapshot?.applications ?? []).filter(({ served }) => served.length > 0).length,
  );
  for (const status of INSTANCE_STATUSES)
    metrics.gauge('registry_instances', snapshot?.counts[status] ?? 0, { status });
  const refusals = snapshot === undefined ? undefined : countRefusals(snapshot);
  for (const code of REFUSAL_CODES) metrics.gauge('refusals', refusals?.get(code) ?? 0, { code });
  for (const source of sources) {
    const { state, lastSuccessAt } = source.health();
    for (const each of SOURCE_STATES)
      metrics.gauge('source_state', state === each ? 1 : 0, { source: source.id, state: each });
    const held = source.holds?.().reduce((sum, { applications }) => sum + applications, 0);
    if (held !== undefined) metrics.gauge('held_applications', held, { source: source.id });
    if (lastSuccessAt !== undefined)
      metrics.gauge('source_last_success_timestamp_seconds', lastSuccessAt / 1000, { source: source.id });
  }
}
