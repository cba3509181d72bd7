import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

  test('is installed, upgraded, rolled back, tested and uninstalled', async (t) => {
    const ours = ['--namespace', NAMESPACE, '--selector', `app.kubernetes.io/instance=${RELEASE}`];
    const wait = ['--namespace', NAMESPACE, '--wait', '--timeout', '90s'];
    /** A line of the chart's table: the command, and what came of it. */
    const helm = async (words: readonly string[]): Promise<void> => {
      const began = performance.now();
      const answer = await cluster.helm(words);
      const lines = answer.trim().split('\n');
      const status =
        lines.find((line) => line.startsWith('Phase:')) ?? lines.find((line) => line.startsWith('STATUS:'));
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      t.diagnostic(`helm ${words.slice(0, 2).join(' ')} | ${seconds} s | ${status ?? lines[0]}`);
    };

    await t.test('all replicas turn Available, and the disruption budget spares one of them', async () => {
      await helm(['install', RELEASE, CHART, ...given, ...wait]);
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
      await helm(['upgrade', RELEASE, CHART, ...given, ...wait]);
      assert.deepEqual(await podNames(ours), first);
      await helm(['upgrade', RELEASE, CHART, ...given, '--set', 'config.log.level=debug', ...wait]);
      await until('all Pods are new', async () => {
        const pods = await podNames(ours);
        return pods.length === 2 && pods.every((pod) => !first.includes(pod));
      });
    });

    await t.test('a rollback brings the configuration of before', async () => {
      const configured = async (): Promise<string> => {
        const { data } = await cluster.get<ConfigMap>(['configmap', RELEASE, '--namespace', NAMESPACE]);
        return data['eurek8s.yaml'];
      };
      assert.match(await configured(), /level: debug/);
      await helm(['rollback', RELEASE, '2', ...wait]);
      assert.doesNotMatch(await configured(), /level: debug/);
    });

    await t.test('its test asks the Service, and no Service and no budget counts its Pod', async () => {
      const [service, budget] = await Promise.all([
        cluster.get<Selecting>(['service', RELEASE, '--namespace', NAMESPACE]),
        cluster.get<Selecting>(['poddisruptionbudget', RELEASE, '--namespace', NAMESPACE]),
      ]);
      const tested = helm(['test', RELEASE, '--namespace', NAMESPACE, '--timeout', '90s']);
      const test = ['pod', `${RELEASE}-test`, '--namespace', NAMESPACE];
      const { metadata, spec } = await until('the Pod of the test is there', async () =>
        cluster.get<TestPod>(test).catch(() => undefined),
      );
      const { selector } = service.spec as { readonly selector: Readonly<Record<string, string>> };
      const matched = (labels: Readonly<Record<string, string>>): boolean =>
        Object.entries(labels).every(([key, value]) => metadata.labels[key] === value);
      assert.equal(matched(selector), false);
      assert.equal(matched((budget.spec.selector as Labels).matchLabels), false);
      // No kubelet runs containers here, so the test runs it, against servers of its own.
      const [container] = spec.containers;
      assert.ok(container !== undefined);
      const [asked] = container.env;
      assert.equal(asked?.value, `http://${RELEASE}.${NAMESPACE}:8761/readyz`);
      assert.equal(await exitCodeOf(container, 200), 0);
      assert.equal(await exitCodeOf(container, 503), 1);
      const done = JSON.stringify({ status: { phase: 'Succeeded' } });
      await cluster.kubectl(['patch', ...test, '--subresource=status', '--patch', done]);
      await tested;
    });

    await t.test('nothing stays behind', async () => {
      await helm(['uninstall', RELEASE, ...wait]);
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

/** Runs a container's command where the URL that it asks is answered so. */
async function exitCodeOf({ command, args }: Container, status: number): Promise<number | null> {
  const server = createServer((_, response) => response.writeHead(status).end('as the test says'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const [, ...words] = [...command, ...args];
  const env = { ...process.env, READYZ_URL: `http://127.0.0.1:${port}/readyz` };
  const child = spawn(process.execPath, words, { env, stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  server.close();
  return code;
}

interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

interface TestPod {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly containers: readonly Container[] };
}

interface Labels {
  readonly matchLabels: Readonly<Record<string, string>>;
}

interface Selecting {
  readonly spec: { readonly selector: Readonly<Record<string, string>> | Labels };
}

interface ConfigMap {
  readonly data: Readonly<Record<'eurek8s.yaml', string>>;
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
