import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CHART, chartCases, chartObjects, goldenOutput, NAMESPACE, RELEASE } from '../support/helm-chart.ts';
import { MONITORING_DEFINITIONS } from '../support/monitoring-definitions.ts';
import { startCluster, type Cluster } from '../testbed/kubernetes/cluster.ts';
import { launch, type Launched } from '../testbed/process.ts';
import { until } from '../testbed/until.ts';

const given = ['--set', 'config.legacy.urls={http://eureka-1.internal:8761/eureka}'];
const kinds = 'all,configmap,serviceaccount,role,rolebinding,clusterrole,clusterrolebinding,poddisruptionbudget';

describe('the Helm chart', { timeout: 1_800_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-helm-'));
  let cluster: Cluster;
  let disruption: Launched;

  before(async () => {
    cluster = await startCluster({ dir: join(dir, 'cluster'), roles: 'full', progress: (line) => console.error(line) });
    for (const name of [NAMESPACE, 'shop', 'payments'])
      await cluster.apply(`{ apiVersion: v1, kind: Namespace, metadata: { name: ${name} } }`);
    for (const definition of MONITORING_DEFINITIONS) await cluster.apply(JSON.stringify(definition));
    const established = ['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s'];
    await cluster.kubectl(established, undefined, 70_000);
    disruption = await startDisruptionController(cluster);
  });

  after(async () => {
    await disruption?.stop();
    await cluster?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  for (const name of chartCases) {
    test(`the API server takes every object: ${name}`, async () => {
      const objects = chartObjects(goldenOutput(name));
      for (const [namespace, group] of Map.groupBy(objects, ({ metadata }) => metadata.namespace ?? NAMESPACE)) {
        const words = ['create', '--dry-run=server', '--validate=strict', '--namespace', namespace, '-f', '-'];
        await cluster.kubectl(words, group.map((object) => JSON.stringify(object)).join('\n---\n'));
      }
    });
  }

  test('is installed, upgraded and uninstalled', async (t) => {
    const ours = ['--namespace', NAMESPACE, '--selector', `app.kubernetes.io/instance=${RELEASE}`];
    const wait = ['--namespace', NAMESPACE, '--wait', '--timeout', '90s'];

    await t.test('all replicas turn Available, and the disruption budget spares one of them', async () => {
      await cluster.helm(['install', RELEASE, CHART, ...given, ...wait]);
      const { status } = await cluster.get<Deployment>(['deployment', RELEASE, '--namespace', NAMESPACE]);
      assert.equal(status.availableReplicas, 2);
      const allowed = await until('the disruption budget is counted', async () => {
        const budget = await cluster.get<Budget>(['poddisruptionbudget', RELEASE, '--namespace', NAMESPACE]);
        return budget.status?.expectedPods === 2 && budget.status.disruptionsAllowed;
      });
      assert.equal(allowed, 1);
    });

    await t.test('a changed configuration makes new Pods, an unchanged one leaves them alone', async () => {
      const first = await podNames(ours);
      await cluster.helm(['upgrade', RELEASE, CHART, ...given, ...wait]);
      assert.deepEqual(await podNames(ours), first);
      await cluster.helm(['upgrade', RELEASE, CHART, ...given, '--set', 'config.log.level=debug', ...wait]);
      await until('all Pods are new', async () => {
        const pods = await podNames(ours);
        return pods.length === 2 && pods.every((pod) => !first.includes(pod));
      });
    });

    await t.test('nothing stays behind', async () => {
      await cluster.helm(['uninstall', RELEASE, ...wait]);
      const left = await until('everything is gone', async () => {
        const names = await cluster.kubectl(['get', kinds, ...ours, '--output=name']);
        return names.trim() === '' && { names };
      });
      assert.equal(left.names.trim(), '');
    });
  });

  async function podNames(selection: readonly string[]): Promise<readonly string[]> {
    const { items } = await cluster.get<{ items: readonly Pod[] }>(['pods', ...selection]);
    return items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata }) => metadata.name)
      .toSorted();
  }
});

/** Counts what disruption budgets allow; no part of the test bed's own controllers. */
async function startDisruptionController({ programs, kubeconfig, dir }: Cluster): Promise<Launched> {
  const flags = ['--leader-elect=false', '--secure-port=0', '--controllers=disruption'];
  return launch({
    name: 'disruption controller',
    command: programs.kubebed,
    args: ['kube-controller-manager', `--kubeconfig=${kubeconfig}`, ...flags],
    logFile: join(dir, 'disruption-controller.log'),
  });
}

interface Deployment {
  readonly status: { readonly availableReplicas?: number };
}

interface Budget {
  readonly status?: { readonly expectedPods: number; readonly disruptionsAllowed: number };
}

interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
}
