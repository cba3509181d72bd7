import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { observeDelta } from '../../../../server/observe/delta-gauges.ts';
import { METRICS } from '../../../../server/observe/metric-table.ts';
import { PrometheusMetrics } from '../../../../server/observe/metrics.ts';
import { metricsDocument, metricsFile } from '../../../support/metrics-document.ts';

interface Use {
  readonly file: string;
  readonly method: string;
  readonly name: string;
  readonly labels: readonly string[];
}

/** Matches `metrics.count('name', { label: … })`, counters made beforehand, and gauges. */
function uses(): readonly Use[] {
  return globSync('server/**/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/metrics\.(counter|count|total|gauge)\(\s*'([^']+)'([^;]*);/g)].map(
      ([, method = '', name = '', rest = '']) => ({ file, method, name, labels: labelsOf(rest) }),
    ),
  );
}

function labelsOf(rest: string): readonly string[] {
  const object = /,\s*\{([^{}]*)\}/.exec(rest)?.[1] ?? '';
  return object
    .split(',')
    .map((part) => part.split(':')[0]?.trim() ?? '')
    .filter((name) => name !== '')
    .toSorted();
}

test('every metric that the code counts is in the table, with its type and labels', () => {
  const used = uses();
  assert.ok(used.length >= METRICS.length, 'the search finds the code');
  const wrong = used.filter(({ method, name, labels }) => {
    const metric = METRICS.find((each) => each.name === name);
    return (
      metric?.type !== (method === 'gauge' ? 'gauge' : 'counter') || metric.labels.toSorted().join() !== labels.join()
    );
  });
  assert.deepEqual(wrong, []);
});

test('every metric of the table is counted somewhere', () => {
  const used = new Set(uses().map(({ name }) => name));
  assert.deepEqual(
    METRICS.map(({ name }) => name).filter((name) => !used.has(name)),
    [],
  );
});

test('docs/metrics.md matches the metric table (npm run docs writes it)', async () => {
  assert.equal(readFileSync(metricsFile, 'utf8'), await metricsDocument());
});

test('counts add up by their labels, gauges have their last value, and both are read at the scrape', async () => {
  const metrics = new PrometheusMetrics();
  metrics.count('reads', { resource: 'apps', status: '200' });
  metrics.count('reads', { resource: 'apps', status: '200' }, 2);
  metrics.count('reads', { resource: 'apps', status: '503' });
  metrics.beforeScrape(() => metrics.gauge('registry_version', 42));
  const { contentType, text } = await metrics.exposition();
  assert.match(contentType, /^text\/plain/);
  assert.match(text, /^eurek8s_reads_total\{resource="apps",status="200"\} 3$/m);
  assert.match(text, /^eurek8s_reads_total\{resource="apps",status="503"\} 1$/m);
  assert.match(text, /^eurek8s_registry_version 42$/m);
  assert.match(text, /^process_cpu_seconds_total /m);
  assert.match((await metrics.exposition()).text, /status="200"\} 3$/m, 'a scrape counts nothing');
});

test('label values from outside cannot break the exposition', async () => {
  const metrics = new PrometheusMetrics();
  metrics.gauge('source_state', 1, { source: 'cluster:a"b\nc\\d', state: 'synced' });
  assert.match((await metrics.exposition()).text, /source="cluster:a\\"b\\nc\\\\d",state="synced"\} 1$/m);
});

test('a name that is in no table is a mistake, not a count that nobody sees', () => {
  assert.throws(() => new PrometheusMetrics().count('raeds'), /no metric is called raeds/);
});

test('an application that has left the ten of the delta is no longer exposed', async () => {
  const metrics = new PrometheusMetrics();
  const cost = (app: string) => ({ instances: 3, bytes: 70, applications: [{ app, instances: 3, bytes: 60 }] });
  observeDelta(metrics, cost('ORDERS'));
  observeDelta(metrics, cost('BILLING'));
  const { text } = await metrics.exposition();
  assert.match(text, /^eurek8s_delta_bytes 70$/m);
  assert.match(text, /^eurek8s_delta_application_bytes\{app="BILLING"\} 60$/m);
  assert.doesNotMatch(text, /ORDERS/);
});
