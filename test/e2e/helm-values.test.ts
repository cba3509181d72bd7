import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { runCli } from '../support/cli-process.ts';
import {
  CHART,
  chartCases,
  chartObjects,
  goldenOutput,
  outputFile,
  renderedConfigText,
  runHelm,
  templateWords,
  valuesFile,
} from '../support/helm-chart.ts';

// Goldens: `case.values.yaml` → `case.out.yaml`. UPDATE_GOLDENS=1 writes the outputs anew; read the difference.
const update = process.env['UPDATE_GOLDENS'] === '1';

describe('the values of the Helm chart', { timeout: 1_800_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-values-'));
  after(() => rmSync(dir, { recursive: true, force: true }));

  test('pass lint, with warnings as errors', async () => {
    assert.match(await runHelm(['lint', '--strict', CHART]), /0 chart\(s\) failed/);
  });

  for (const name of chartCases) {
    test(`golden: ${name}`, async () => {
      const rendered = await runHelm(templateWords('--values', valuesFile(name)));
      if (update) writeFileSync(outputFile(name), rendered);
      else assert.equal(rendered, goldenOutput(name));
    });

    test(`no key stands twice in one mapping: ${name}`, () => {
      assert.ok(chartObjects(goldenOutput(name)).length >= 3);
    });

    test(`the server takes the configuration in the ConfigMap: ${name}`, async () => {
      const file = join(dir, `${name}.yaml`);
      writeFileSync(file, renderedConfigText(goldenOutput(name)));
      const { code, out, err } = await runCli(['serve', '--config', file, '--print-config']);
      assert.equal(code, 0, err);
      assert.match(out, /host: "::"\n.*\n {2}port: 8761/);
    });
  }

  const url = 'config.legacy.urls={http://eureka-1.internal:8761/eureka}';
  const refused: readonly (readonly [what: string, message: RegExp, ...sets: string[]])[] = [
    ['a misspelt value', /additional properties 'replicaz' not allowed/, 'replicaz=3'],
    ['an unknown option', /additional properties 'pollIntervall' not allowed/, 'config.legacy.pollIntervall=5s'],
    ['an option of a wrong type', /pollInterval.*got number, want string/s, 'config.legacy.pollInterval=5'],
    ['an option out of range', /maxEntriesPerApp/, 'config.defaults.maxEntriesPerApp=0'],
    ['a duration that is too short', /\/config\/legacy\/pollInterval': '0s' does not/, 'config.legacy.pollInterval=0s'],
    ['an interval shorter than its part', /fullInterval \(4s\) must not be/, 'config.legacy.fullInterval=4s'],
    ['an address to listen on, which is the chart’s', /additional properties 'port'/, 'config.listen.port=9000'],
    ['a URL that is none of HTTP', /\/config\/legacy\/urls\/0': 'ftp:\/\/x' does not/, 'config.legacy.urls={ftp://x}'],
    ['two URLs in one', /\/config\/legacy\/urls\/0'/, String.raw`config.legacy.urls={http://a/\, http://b/}`],
    ['a namespace that can be none', /\/config\/selection\/namespaces\/0'/, 'config.selection.namespaces={Shop}'],
    ['a selector that is none', /\/config\/selection\/labelSelector'/, 'config.selection.labelSelector=a in b'],
    ['a network that is none', /\/config\/overlay\/cidrs\/0'/, 'config.overlay.cidrs={10.0.0.0/33}'],
    ['an address that is none', /\/config\/addresses\/nginx\/0'/, 'config.addresses.nginx={10.0.0.300}'],
    ['a cluster without access', /\/config\/clusters\/0'.*kubeconfig/s, 'config.clusters[0].name=main'],
    [
      'two sources of one name',
      /two clusters or manifests have the name main/,
      'config.manifests[0].name=main',
      'config.manifests[0].directory=/manifests',
    ],
    [
      'an application twice',
      /BOB is given twice/,
      'config.applications.BOB.policy=both',
      'config.applications.bob.policy=both',
    ],
    ['two credentials files', /leave config\.auth\.file out/, 'auth.existingSecret=a', 'config.auth.file=b'],
    ['two certificates', /leave config\.listen\.tls\.cert/, 'tls.existingSecret=a', 'config.listen.tls.cert=b'],
    ['TLS without a certificate', /needs a certificate/, 'config.listen.tls.port=8762'],
    ['two listeners on one port', /8761 is the plain port/, 'tls.existingSecret=a', 'config.listen.tls.port=8761'],
    ['probes that cannot get in', /ends the probes/, 'tls.existingSecret=a', 'config.listen.tls.clientAuth=require'],
    ['nothing to serve', /there is nothing to serve/, 'config.clusters=null'],
    ['a push without a legacy', /peerFeed needs config\.legacy\.urls/, 'config.legacy.peerFeed=true'],
    ['entries for no legacy', /publish needs config\.legacy\.urls/, 'config.legacy.publish=true'],
    ['a reader that writes', /publish cannot be combined/, url, 'config.legacy.publish=true', 'config.readOnly=true'],
    [
      'entries made before the legacy was seen',
      /publish cannot be combined/,
      url,
      'config.legacy.publish=true',
      'config.legacy.required=false',
    ],
    ['two registries in one', /kept in two places/, url, 'config.leases.enabled=true', 'replicas=1'],
    ['a variable that the server does not know', /\/env\/0\/name'/, 'env[0].name=EUREK8S_LEGACY_URL'],
    ['a variable for what the chart goes by', /\/env\/0\/name'/, 'env[0].name=EUREK8S_LEASES_ENABLED'],
    ['rights by namespace without namespaces', /needs config\.selection\.namespaces/, 'rbac.scope=namespaces'],
    [
      'a selector over namespaces that no Role lets us see',
      /needs rbac\.scope cluster/,
      'rbac.scope=namespaces',
      'config.selection.namespaces={shop}',
      'config.selection.namespaceSelector=team=blue',
    ],
    ['several replicas of a registry of its own', /set replicas to 1/, 'config.leases.enabled=true'],
    ['no account to run as', /serviceAccount\.name is needed/, 'serviceAccount.create=false'],
    ['a misspelt part of the resources', /additional properties 'limit' not allowed/, 'resources.limit.cpu=1'],
    ['a quantity that is none', /\/resources\/limits\/memory'/, 'resources.limits.memory=512 MB'],
    ['a misspelt part of a context', /additional properties 'runAsUsr'/, 'podSecurityContext.runAsUsr=1'],
    ['a misspelt part of a toleration', /additional properties 'efect'/, 'tolerations[0].efect=NoSchedule'],
    ['a second volume named config', /\/extraVolumes\/0\/name'/, 'extraVolumes[0].name=config'],
    ['a second volume named snapshot', /\/extraVolumes\/0\/name'/, 'extraVolumes[0].name=snapshot'],
    ['one claim for two replicas', /each replica needs a file of its own/, 'snapshot.claim=registry', url],
    ['a digest for a tag', /\/image\/tag'/, 'image.tag=sha256:0123'],
    ['a tag in the repository', /\/image\/repository'/, 'image.repository=registry/eurek8s:0.1.0'],
    [
      'a label of Pods that selects them',
      /\/podLabels\/app\.kubernetes\.io~1name': false schema/,
      String.raw`podLabels.app\.kubernetes\.io/name=other`,
    ],
    [
      'a label of everything that selects Pods',
      /\/labels\/app\.kubernetes\.io~1instance': false schema/,
      String.raw`labels.app\.kubernetes\.io/instance=other`,
    ],
    ['a label value that can be none', /\/podLabels\/team'/, 'podLabels.team=a b'],
    ['a class without a load balancer', /loadBalancerClass needs service\.type/, 'service.loadBalancerClass=internal'],
    ['source ranges without one', /SourceRanges needs/, 'service.loadBalancerSourceRanges={10.0.0.0/8}'],
    ['a traffic policy for nobody', /externalTrafficPolicy needs/, 'service.externalTrafficPolicy=Local'],
    ['a port of nodes for nobody', /nodePort needs/, 'service.nodePort=30761'],
    ['the same for each replica', /peerService\.loadBalancerClass needs/, 'peerService.loadBalancerClass=internal'],
  ];
  for (const [what, message, ...sets] of refused) {
    test(`refuse ${what}`, async () => {
      await assert.rejects(runHelm(templateWords(...sets.flatMap((set) => ['--set', set]))), message);
    });
  }

  test('take URLs from the environment for those of the file, as the server does', async () => {
    const env = ['env[0].name=EUREK8S_LEGACY_URLS', 'env[0].valueFrom.secretKeyRef.name=legacy-eureka'];
    const sets = [...env, 'config.legacy.peerFeed=true', 'config.clusters=null'].flatMap((set) => ['--set', set]);
    assert.ok((await runHelm(templateWords(...sets))).includes('kind: StatefulSet'));
  });

  test('that look like numbers stay texts', async () => {
    const words = ['template', '123', CHART, '--namespace', '456', '--set-string', 'podLabels.team=789'];
    for (const { kind, metadata } of chartObjects(await runHelm(words))) {
      assert.equal(metadata.labels['app.kubernetes.io/instance'], '123');
      assert.ok(kind.startsWith('Cluster') || metadata.namespace === '456', kind);
    }
  });
});
