import type { Change } from '../../shared/registry/diff.ts';
import type { PrometheusMetrics } from './metrics.ts';

/** Counts what is published. A load is one update of 100,000 changes: each must be counted in nanoseconds. */
export function changeCounter(metrics: PrometheusMetrics): (changes: Iterable<readonly Change[]>) => void {
  const count = {
    added: metrics.counter('changes', { kind: 'added' }),
    modified: metrics.counter('changes', { kind: 'modified' }),
    deleted: metrics.counter('changes', { kind: 'deleted' }),
  };
  return (changes) => {
    metrics.count('publications');
    for (const some of changes) for (const { kind } of some) count[kind]();
  };
}
