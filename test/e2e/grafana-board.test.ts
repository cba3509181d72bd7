import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { METRICS } from '../../server/observe/metric-table.ts';
import { queriesOf, readBoard } from '../support/grafana-board.ts';
import { runHelm, templateWords } from '../support/helm-chart.ts';
import { askPrometheus } from '../testbed/prometheus/engine.ts';

/** Values of labels that a query asks for by name; any other label has one value. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  status: ['UP', '200', '404', '503'],
  state: ['stale', 'waiting', 'undecided'],
};
const MINUTES = 30;

/** Half an hour of every metric, of two replicas. */
function recorded(): readonly string[] {
  const ours = METRICS.map(({ name, type, labels }) => ({
    name: `eurek8s_${name}${type === 'counter' ? '_total' : ''}`,
    labels,
    samples: type === 'counter' ? `0+60x${MINUTES}` : `3x${MINUTES}`,
  }));
  const usual = [
    { name: 'nodejs_eventloop_lag_p99_seconds', labels: [], samples: `0.01x${MINUTES}` },
    { name: 'process_resident_memory_bytes', labels: [], samples: `200000000x${MINUTES}` },
    { name: 'process_cpu_seconds_total', labels: [], samples: `0+6x${MINUTES}` },
  ];
  return [...ours, ...usual].flatMap(({ name, labels, samples }) =>
    ['a', 'b'].flatMap((instance) =>
      labelSets(labels).map((set) => `${name}{job="eurek8s",instance="${instance}"${set}} ${samples}`),
    ),
  );
}

function labelSets(labels: readonly string[]): readonly string[] {
  return labels.reduce<readonly string[]>(
    (sets, label) => sets.flatMap((set) => (VALUES[label] ?? ['some']).map((value) => `${set},${label}="${value}"`)),
    [''],
  );
}

/** As Grafana puts in what was chosen: everything. */
function chosen(query: string): string {
  return query.replaceAll('$job', '.*').replaceAll('$instance', '.*').replaceAll('$__rate_interval', '5m');
}

const NO_RULES = 'groups: []';

test('each query of the board for Grafana finds something, by Prometheus itself', { timeout: 1_200_000 }, async () => {
  const queries = queriesOf(readBoard()).map(chosen);
  const { results } = await askPrometheus({ rules: NO_RULES, series: recorded(), minutes: MINUTES - 1, queries });
  const empty = queries.filter((query) => !((results[query] ?? 0) > 0));
  assert.deepEqual(empty, []);
  const reads = queries.find((query) => query.startsWith('sum by (resource)')) ?? '';
  assert.equal(results[reads], 1);
  const byReplica = queries.find((query) => query.startsWith('sum by (status, instance)')) ?? '';
  assert.equal(results[byReplica], 2 * (VALUES['status']?.length ?? 0));
});

test('the chart brings it for the sidecar of Grafana where it is wanted, and not otherwise', async () => {
  const words = [...templateWords(), '--set', 'config.legacy.urls={http://eureka:8761/eureka}'];
  const render = async (...further: readonly string[]) =>
    parseAllDocuments(await runHelm([...words, ...further]))
      .map((each) => each.toJS() as { kind: string; metadata: { name: string; labels: object }; data?: object } | null)
      .find((object) => object?.metadata.name.endsWith('-dashboard') === true);
  assert.equal(await render(), undefined);
  const labels = ['--set-string', 'monitoring.dashboardLabels.team=platform'];
  const found = await render('--set', 'monitoring.dashboard=true', ...labels);
  assert.equal(found?.kind, 'ConfigMap');
  assert.deepEqual({ ...found.metadata.labels, grafana_dashboard: '1', team: 'platform' }, found.metadata.labels);
  assert.deepEqual(JSON.parse((found.data as Record<string, string>)['eurek8s.json'] ?? ''), readBoard());
});
