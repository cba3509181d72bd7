import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { checkAccess, type CheckOptions } from '../../server/sources/kubernetes/check-access.ts';
import { systemClock } from '../../server/system/clock.ts';
import type { SourcesReport } from '../../shared/api/sources.ts';
import { runCli } from '../support/cli-process.ts';
import { EVERYTHING } from '../support/fake-kubernetes/cluster-scene.ts';
import { CHART, configOutsidePod, NAMESPACE, RELEASE, templateWords } from '../support/helm-chart.ts';
import { httpRequest } from '../support/http-request.ts';
import { startCluster, type Cluster } from '../testbed/kubernetes/cluster.ts';
import { deployedService } from '../testbed/kubernetes/deployed-service.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';

interface Scope {
  readonly name: 'cluster' | 'namespaces';
  readonly sets: readonly string[];
  /** What `check` says about the cluster. */
  readonly verdict: readonly RegExp[];
  /** The role whose rights are taken away, and given back. */
  readonly role: readonly [kind: string, name: string, ...namespace: string[]];
  /** As `check` names the place. */
  readonly where: string;
}

const scopes: readonly Scope[] = [
  {
    name: 'cluster',
    sets: ['config.events.enabled=true'],
    verdict: [/^✓ cluster main: answers with all rights needed/],
    role: ['clusterrole', `${NAMESPACE}-${RELEASE}`],
    where: '',
  },
  {
    name: 'namespaces',
    sets: [
      'rbac.scope=namespaces',
      'config.selection.namespaces={shop}',
      'config.defaults.health=deployment',
      'config.events.enabled=true',
    ],
    // Cluster-scoped kinds, which no Role can grant: done without, and said.
    verdict: [
      /^! cluster main: no right to list namespaces: /,
      /^! cluster main: no right to watch namespaces: /,
      /^! cluster main: no right to list ingressclasses\.networking\.k8s\.io: /,
      /^! cluster main: no right to watch ingressclasses\.networking\.k8s\.io: /,
      /^! cluster main: no right to list gateways\.gateway\.networking\.k8s\.io: /,
      /^! cluster main: no right to watch gateways\.gateway\.networking\.k8s\.io: /,
      /^! cluster main: no right to list gatewayclasses\.gateway\.networking\.k8s\.io: /,
      /^! cluster main: no right to watch gatewayclasses\.gateway\.networking\.k8s\.io: /,
    ],
    role: ['role', RELEASE, '--namespace', 'shop'],
    where: ' in namespace shop',
  },
];

describe('the rights that the Helm chart gives', { timeout: 1_800_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-rights-'));
  let cluster: Cluster;

  before(async () => {
    cluster = await startCluster({ dir: join(dir, 'cluster'), roles: 'full', progress: (line) => console.error(line) });
    await cluster.apply(`{ apiVersion: v1, kind: Namespace, metadata: { name: ${NAMESPACE} } }`);
    // So that the rights to these are seen, too.
    await cluster.kubectl(['apply', '--server-side', '-f', cluster.programs.gatewayCrdsFile]);
    await cluster.apply(shop);
  });

  after(async () => {
    await cluster?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  for (const { name, sets, verdict, role, where } of scopes) {
    describe(`with rbac.scope ${name}`, () => {
      const values = sets.flatMap((set) => ['--set', set]);
      let account: string;
      let product: Product;
      let started = 0;

      /** A process with the rights of the chart's ServiceAccount and the configuration of its ConfigMap. */
      const start = async (): Promise<Product> => {
        const config = configOutsidePod(await cluster.helm([...templateWords(...values)]), account);
        return startProduct({ dir: join(dir, `${name}-${started++}`), config });
      };
      const check = async (): Promise<{ readonly code: number | string; readonly cluster: readonly string[] }> => {
        const { code, out } = await runCli(['check', '--config', product.configFile]);
        return { code, cluster: out.split('\n').filter((line) => line.includes(' cluster main: ')) };
      };

      const [kind, roleName, ...place] = role;
      const rulesOf = async (): Promise<readonly Rule[]> =>
        (await cluster.get<{ rules: readonly Rule[] }>([kind, roleName, ...place])).rules;
      const setRules = async (wanted: readonly Rule[]): Promise<void> => {
        const patch = JSON.stringify({ rules: wanted });
        await cluster.kubectl(['patch', kind, roleName, ...place, '--type=merge', `--patch=${patch}`]);
      };

      before(async () => {
        await cluster.helm(['install', RELEASE, CHART, '--namespace', NAMESPACE, ...values]);
        account = await cluster.kubeconfigFor({ namespace: NAMESPACE, name: RELEASE });
        product = await start();
      });

      after(async () => {
        await product?.stop();
        await cluster.helm(['uninstall', RELEASE, '--namespace', NAMESPACE, '--wait']);
      });

      test('are enough to sync and to publish an annotated Ingress', async () => {
        await until('reads are answered', () => product.ready());
        const carol = await until('carol is UP', async () => {
          const { body } = await httpRequest(`${product.eureka}/apps/CAROL`, {
            headers: { accept: 'application/json' },
          });
          return body.includes('"status":"UP"') && body;
        });
        assert.match(carol, /carol\.example\.test/);
      });

      test('are all that check asks for', async () => {
        const { code, cluster: lines } = await check();
        assert.equal(code, 0, lines.join('\n'));
        assert.equal(lines.length, verdict.length, lines.join('\n'));
        for (const [position, line] of lines.entries()) assert.match(line, verdict[position]!);
      });

      test('are enough to say in Events what became of it', async () => {
        await until('an Event', async () =>
          /Published .* CAROL/.test(await cluster.kubectl(['describe', 'ingress', 'carol', '--namespace', 'shop'])),
        );
      });

      test('let nothing else be written, and nothing else be read', async () => {
        const attempts = [
          ['get', 'secrets', '--namespace', 'shop'],
          ['get', 'configmaps', '--namespace', NAMESPACE],
          ['get', 'pods', '--all-namespaces'],
          ['annotate', 'ingress/carol', 'eurek8s.io/traffic=50%', '--namespace', 'shop'],
          ['delete', 'service/carol', '--namespace', 'shop'],
          // Deployments only where health goes by them.
          name === 'cluster'
            ? ['get', 'deployments', '--namespace', 'shop']
            : ['get', 'deployments,ingress', '--namespace', NAMESPACE],
        ];
        for (const words of attempts)
          await assert.rejects(cluster.kubectl([...words, '--kubeconfig', account]), /Forbidden/, words.join(' '));
      });

      test('have no rule that is not needed: without any of them check names what it gave', async (t) => {
        const rules = await rulesOf();
        const missing = async (): Promise<readonly string[]> => {
          const found = await checkAccess(accessOf(name, account));
          assert.ok(found.ok, JSON.stringify(found));
          return found.value.map(({ verb, resource }) => `${verb} ${resource}`);
        };
        const always = await missing();
        const shown: string[] = [];
        for (const rule of rules) {
          const rights = rule.resources.flatMap((resource) =>
            rule.verbs.map((verb) => `${verb} ${fullName(rule, resource)}`),
          );
          await setRules(rules.filter((each) => each !== rule));
          await until(`${rights.join()} are missed`, async () => {
            const named = (await missing()).filter((right) => !always.includes(right));
            return (
              named.length === rights.length && rights.every((right) => named.some((each) => each.startsWith(right)))
            );
          });
          shown.push(...rights);
        }
        await setRules(rules);
        await until('nothing is missed any more', async () => (await missing()).length === always.length);
        t.diagnostic(`rbac.scope ${name}: each is needed: ${shown.join(', ')}`);
      });

      test('when one is missing it is named, and the server starts to answer once it is given', async () => {
        const slices = `endpointslices.discovery.k8s.io${where}`;
        const rules = await rulesOf();
        const fewer = rules.filter(({ resources }) => !resources.includes('endpointslices'));
        await setRules(fewer);

        // The API server itself learns of changed rights by a watch, a moment after it stored them.
        const bad = await until('check sees it', async () => {
          const { code, cluster: lines } = await check();
          return code === 1 && lines.filter((line) => line.startsWith('✗'));
        });
        assert.deepEqual(bad, [
          `✗ cluster main: no right to list ${slices}: the cluster never syncs`,
          `✗ cluster main: no right to watch ${slices}: the cluster never syncs`,
        ]);

        const waiting = await start();
        try {
          const report = await until('the source tells what it lacks', async () => {
            const { body } = await httpRequest(`${waiting.url}/eurek8s/sources`, {
              headers: { accept: 'application/json' },
            });
            const answer = JSON.parse(body) as SourcesReport;
            return answer.sources[0]?.lastError !== undefined && answer;
          });
          assert.deepEqual(report.awaited, ['cluster:main']);
          assert.match(report.sources[0]!.lastError!, new RegExp(`^list ${slices}: .*403`));
          assert.equal(await waiting.ready(), false);
          await setRules(rules);
          await until('it has synced', () => waiting.ready());
        } finally {
          await waiting.stop();
        }
      });
    });
  }
});

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** As `check` names it. */
function fullName({ apiGroups: [group = ''] }: Rule, resource: string): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** What `check` asks about, with the account of the chart. */
function accessOf(scope: Scope['name'], kubeconfig: string): CheckOptions {
  const isCluster = scope === 'cluster';
  return {
    cluster: { name: 'main', required: true, inCluster: false, kubeconfig, context: undefined },
    selection: { ...EVERYTHING, namespaces: isCluster ? [] : ['shop'] },
    healthMode: isCluster ? 'endpoints' : 'deployment',
    events: true,
    clock: systemClock(Date.now),
    environment: process.env,
  };
}

const shop = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
${deployedService({ name: 'carol', namespace: 'shop' })}---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: carol
  namespace: shop
  annotations: { eurek8s.io/publish: "true", eurek8s.io/address: 10.0.0.7 }
spec:
  rules:
    - host: carol.example.test
      http:
        paths: [{ path: /, pathType: Prefix, backend: { service: { name: carol, port: { name: http } } } }]
`;
