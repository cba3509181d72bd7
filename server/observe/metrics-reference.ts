import { METRICS, type MetricDescription } from './metric-table.ts';
import { exposedName } from './metrics.ts';

/** The text of docs/metrics.md. */
export function metricsReference(): string {
  return `# Metrics

<!-- Generated from server/observe/metric-table.ts by \`npm run docs\`; do not edit. -->

\`GET /metrics\` answers in Prometheus' text format. Besides these there are the usual ones of the process and of Node.js
(\`process_…\`, \`nodejs_…\`: memory, CPU, event loop lag, garbage collection).

A series appears with its first count. Counters begin at 0 when the process starts.

| metric | type | labels | meaning |
| --- | --- | --- | --- |
${METRICS.map(row).join('\n')}
`;
}

function row(metric: MetricDescription): string {
  const labels = metric.labels.map((label) => `\`${label}\``).join(', ');
  return `| \`${exposedName(metric)}\` | ${metric.type} | ${labels || '–'} | ${metric.help} |`;
}
