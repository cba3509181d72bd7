import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { METRICS } from '../../server/observe/metric-table.ts';
import { askPrometheus } from '../testbed/prometheus/engine.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const rules = readFileSync(join(ROOT, 'helm', 'eurek8s', 'alerts.yaml'), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
}

const { groups } = parse(rules) as { groups: readonly { rules: readonly Rule[] }[] };
const all = groups.flatMap((group) => group.rules);
const names = all.map(({ alert }) => alert).toSorted();

/** The labels of a replica, as a scrape adds them. */
const at = (instance: string, more = ''): string => `{job="eurek8s",instance="${instance}"${more && `,${more}`}}`;
const certificate = (days: number): string =>
  `eurek8s_certificate_end_timestamp_seconds${at('a', 'option="listen.tls"')} ${days * 86_400}x90`;

/** An hour and a half of a fleet that is well, with a registry that grows and single requests that fail. */
const WELL = ['a', 'b'].flatMap((replica) => [
  `eurek8s_ready${at(replica)} 1x90`,
  `eurek8s_source_state${at(replica, 'source="legacy",state="stale"')} 0x90`,
  `eurek8s_source_state${at(replica, 'source="legacy",state="synced"')} 1x90`,
  `eurek8s_legacy_held_instances${at(replica)} 0x90`,
  `eurek8s_held_applications${at(replica, 'source="legacy",state="undecided"')} 0x90`,
  `eurek8s_held_applications${at(replica, 'source="legacy",state="kept"')} 0x90`,
  `eurek8s_reads_total${at(replica, 'resource="apps",status="200"')} 0+600x90`,
  `eurek8s_reads_total${at(replica, 'resource="apps",status="503"')} 0+1x90`,
  `eurek8s_writes_total${at(replica, 'kind="renew",status="200"')} 0+600x90`,
  `eurek8s_writes_total${at(replica, 'kind="renew",status="404"')} 0+60x90`,
  `eurek8s_registry_instances${at(replica, 'status="UP"')} 100+1x90`,
  `eurek8s_registry_instances${at(replica, 'status="DOWN"')} 3x90`,
  `eurek8s_application_faults_total${at(replica, 'stage="merge"')} 2x90`,
  `eurek8s_legacy_polls_total${at(replica, 'outcome="ok",fetched="delta"')} 0+12x90`,
  `eurek8s_legacy_polls_total${at(replica, 'outcome="failed",fetched="none"')} 4x90`,
  `eurek8s_legacy_loops${at(replica)} 0x90`,
  `eurek8s_legacy_publish_failing_entries${at(replica)} 0x90`,
  `eurek8s_legacy_unpublished_entries${at(replica)} 0 1 0x88`,
  `eurek8s_schedule_next_step_seconds${at(replica)} 3600-30x90`,
  `eurek8s_probed_publications${at(replica, 'source="cluster:main",state="waiting"')} 0 2x5 0x84`,
  `eurek8s_probed_publications${at(replica, 'source="cluster:main",state="failing"')} 3x90`,
  `eurek8s_events_total${at(replica, 'outcome="failed"')} 2x90`,
  `eurek8s_events_total${at(replica, 'outcome="written"')} 0+1x90`,
  `eurek8s_registry_file_failing${at(replica)} 0x90`,
  `eurek8s_registry_file_unusable${at(replica)} 0x90`,
  `eurek8s_file_current${at(replica, 'option="auth.file"')} 1x90`,
  `eurek8s_certificate_end_timestamp_seconds${at(replica, 'option="listen.tls"')} ${60 * 86_400}x90`,
  `eurek8s_refused_requests_total${at(replica, 'reason="no-credentials"')} 9x90`,
  `eurek8s_connections_cut_total${at(replica, 'reason="slow"')} 0+6x90`,
  `eurek8s_log_lines_dropped_total${at(replica)} 0x90`,
  `nodejs_eventloop_lag_p99_seconds${at(replica)} 0.012x90`,
]);

interface Trouble {
  readonly series: readonly string[];
  /** The minute at which it begins to fire, at the latest. */
  readonly by: number;
  readonly summary: RegExp;
}

/** What makes each alert fire; what goes wrong, goes wrong at minute 0 where nothing else is said. */
const TROUBLES: Readonly<Record<string, Trouble>> = {
  Eurek8sAbsent: { series: [`eurek8s_ready${at('a')} 0x90`], by: 2, summary: /No replica of Eurek8s answers/ },
  Eurek8sNotReady: {
    series: [`eurek8s_ready${at('a')} 0x90`, `eurek8s_ready${at('b')} 1x90`],
    by: 3,
    summary: /^a answers no reads/,
  },
  Eurek8sSourceStale: {
    series: [`eurek8s_source_state${at('a', 'source="cluster:main",state="stale"')} 0x10 1x80`],
    by: 14,
    summary: /^cluster:main is out of reach of a/,
  },
  Eurek8sRemovalsHeld: {
    series: [
      `eurek8s_legacy_held_instances${at('a')} 90x90`,
      `eurek8s_held_applications${at('a', 'source="legacy",state="undecided"')} 40x90`,
    ],
    by: 2,
    summary: /^a holds a large removal of legacy: /,
  },
  Eurek8sRemovalsKept: {
    series: [
      `eurek8s_legacy_held_instances${at('a')} 90x90`,
      `eurek8s_held_applications${at('a', 'source="legacy",state="undecided"')} 0x90`,
      `eurek8s_held_applications${at('a', 'source="legacy",state="kept"')} 40x90`,
    ],
    by: 2,
    summary: /^a keeps 40 applications that legacy has lost/,
  },
  Eurek8sReadsFail: {
    series: [
      `eurek8s_reads_total${at('a', 'resource="apps",status="200"')} 0+97x90`,
      `eurek8s_reads_total${at('a', 'resource="apps",status="503"')} 0+3x90`,
    ],
    by: 8,
    summary: /^a answers 3% of the reads/,
  },
  Eurek8sWritesFail: {
    series: [
      `eurek8s_writes_total${at('a', 'kind="renew",status="200"')} 0+80x90`,
      `eurek8s_writes_total${at('a', 'kind="renew",status="503"')} 0+20x90`,
    ],
    by: 8,
    summary: /^a answers 20% of the writes/,
  },
  Eurek8sReplicasDisagree: {
    series: [
      `eurek8s_registry_instances${at('a', 'status="UP"')} 100x90`,
      `eurek8s_registry_instances${at('b', 'status="UP"')} 98x90`,
    ],
    by: 11,
    summary: /The replicas of eurek8s serve different numbers of instances: 2 apart/,
  },
  Eurek8sApplicationFault: {
    series: [`eurek8s_application_faults_total${at('a', 'stage="derive"')} 0x5 1x85`],
    by: 8,
    summary: /fault of its own \(derive\)/,
  },
  Eurek8sFewerInstances: {
    series: [`eurek8s_registry_instances${at('a', 'status="UP"')} 100x30 60x60`],
    by: 33,
    summary: /serves 60 UP instances/,
  },
  Eurek8sLegacyPollsFail: {
    series: [`eurek8s_legacy_polls_total${at('a', 'outcome="failed",fetched="none"')} 0+1x90`],
    by: 13,
    summary: /Polls of the legacy by a fail/,
  },
  Eurek8sLegacyLoop: { series: [`eurek8s_legacy_loops${at('a')} 1x90`], by: 2, summary: /leads back to Eurek8s/ },
  Eurek8sPublishFails: {
    series: [`eurek8s_legacy_unpublished_entries${at('a')} 3x90`],
    by: 6,
    summary: /^3 entries are not in the legacy/,
  },
  Eurek8sScheduleOverdue: {
    series: [`eurek8s_schedule_next_step_seconds${at('a')} 0x90`],
    by: 6,
    summary: /is overdue/,
  },
  Eurek8sProbesWait: {
    series: [`eurek8s_probed_publications${at('a', 'source="cluster:main",state="waiting"')} 4x90`],
    by: 11,
    summary: /^4 entries of cluster:main stay DOWN/,
  },
  Eurek8sEventsFail: {
    series: [`eurek8s_events_total${at('a', 'outcome="failed"')} 0x5 1x10 3x75`],
    by: 12,
    summary: /^a cannot write Kubernetes Events/,
  },
  Eurek8sRegistryFileFails: {
    series: [`eurek8s_registry_file_failing${at('a')} 1x90`],
    by: 6,
    summary: /^a has no usable registry file/,
  },
  Eurek8sFileNotInForce: {
    series: [`eurek8s_file_current${at('a', 'option="auth.file"')} 0x90`],
    by: 6,
    summary: /The files of auth\.file/,
  },
  Eurek8sCertificateEnded: { series: [certificate(0)], by: 1, summary: /listen\.tls has ended on a: nobody/ },
  Eurek8sCertificateEnds: { series: [certificate(10)], by: 61, summary: /listen\.tls ends in 9d 2[23]h/ },
  Eurek8sNotLetIn: {
    series: [`eurek8s_refused_requests_total${at('a', 'reason="wrong-credentials"')} 0+1x90`],
    by: 13,
    summary: /not let in by a: wrong-credentials/,
  },
  Eurek8sConnectionsCut: {
    series: [`eurek8s_connections_cut_total${at('a', 'reason="limit"')} 0+120x90`],
    by: 8,
    summary: /^a ends 2 connections a second: limit/,
  },
  Eurek8sLogLinesDropped: {
    series: [`eurek8s_log_lines_dropped_total${at('a')} 0x5 3x85`],
    by: 8,
    summary: /Log lines of a got lost/,
  },
  Eurek8sSlow: {
    series: [`nodejs_eventloop_lag_p99_seconds${at('a')} 0.9x90`],
    by: 11,
    summary: /^a takes 900ms to get to a request/,
  },
};

/** Whoever keeps a hold is called no more. */
function isOfHolds(alert: string): boolean {
  return alert.startsWith('Eurek8sRemovals');
}

test('nothing is alarmed of a fleet that is well, by Prometheus itself', { timeout: 1_200_000 }, async () => {
  const { firing } = await askPrometheus({ rules, series: WELL, minutes: 89 });
  assert.deepEqual(firing, {});
});

test('each alert fires in its trouble and says what it is; every alert has one', { timeout: 600_000 }, async (t) => {
  assert.deepEqual(Object.keys(TROUBLES).toSorted(), names);
  for (const [alert, { series, by, summary }] of Object.entries(TROUBLES))
    await t.test(alert, async () => {
      const { firing, annotations } = await askPrometheus({ rules, series, minutes: 89 });
      const minutes = (firing[alert] ?? []).map(({ minute }) => minute);
      assert.equal(minutes.length, 1, JSON.stringify(firing));
      if (isOfHolds(alert)) assert.deepEqual(Object.keys(firing).filter(isOfHolds), [alert]);
      assert.ok((minutes[0] ?? Number.NaN) <= by, `fires at minute ${minutes[0]}`);
      assert.match(annotations[alert]?.['summary'] ?? '', summary);
    });
});

test('each metric in the rules is one of ours or of Node.js, and each alert has a line on what to do', () => {
  const ours = new Set(METRICS.map(({ name, type }) => `eurek8s_${name}${type === 'counter' ? '_total' : ''}`));
  for (const { alert, expr } of all)
    for (const [metric] of expr.matchAll(/\b(?:eurek8s|nodejs)_\w+/g))
      assert.ok(ours.has(metric) || metric.startsWith('nodejs_eventloop_lag_'), `${alert}: ${metric}`);
  const operations = readFileSync(join(ROOT, 'docs', 'operations.md'), 'utf8');
  const explained = [...operations.matchAll(/^\| `(Eurek8s\w+)` *\|/gm)].map(([, name = '']) => name);
  assert.deepEqual(explained.toSorted(), names);
  const [, heading = ''] = /docs\/operations\.md, "([^"]+)"/.exec(rules) ?? [];
  assert.ok(operations.includes(`\n## ${heading}\n`), heading);
});
