import type { Metrics } from '../../server/ports/metrics.ts';

/** Records nothing. */
export const NO_METRICS: Metrics = { count: () => undefined, gauge: () => undefined };
