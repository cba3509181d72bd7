import type { DeltaCost } from '../../shared/api/delta-cost.ts';
import type { PrometheusMetrics } from './metrics.ts';

/** Sets the gauges of what each poll of every client fetches. `undefined`: nobody has polled yet. */
export function observeDelta(metrics: PrometheusMetrics, cost: DeltaCost | undefined): void {
  metrics.gauge('delta_instances', cost?.instances ?? 0);
  metrics.gauge('delta_bytes', cost?.bytes ?? 0);
  metrics.clear('delta_application_bytes');
  for (const { app, bytes } of cost?.applications ?? []) metrics.gauge('delta_application_bytes', bytes, { app });
}
