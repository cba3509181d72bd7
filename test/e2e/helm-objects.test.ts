import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import {
  CHART,
  type ChartObject,
  chartCases,
  chartObjects,
  goldenOutput,
  NAMESPACE,
  RELEASE,
  renderedConfigText,
  runHelm,
  templateWords,
} from '../support/helm-chart.ts';

const url = 'config.legacy.urls={http://eureka-1.internal:8761/eureka}';
const rendered = async (...sets: readonly string[]): Promise<string> =>
  runHelm(templateWords(...[url, ...sets].flatMap((set) => ['--set', set])));

type Fields = Readonly<Record<string, unknown>>;
/** The `spec` of the object of this kind and name. */
function specOf(text: string, kind: string, name: string = RELEASE): Fields {
  const found = chartObjects(text).find((object) => object.kind === kind && object.metadata.name === name);
  assert.ok(found !== undefined, `${kind} ${name}`);
  return (found as ChartObject & { readonly spec: Fields }).spec;
}
interface PodTemplate {
  readonly metadata: ChartObject['metadata'];
  readonly spec: { readonly securityContext: Fields; readonly containers: readonly [Fields] };
}
const podOf = (text: string): PodTemplate => specOf(text, 'Deployment')['template'] as PodTemplate;

describe('the objects of the Helm chart', { timeout: 1_800_000 }, () => {
  test('Pods listen on IPv4 and IPv6, so also where the cluster has IPv6 alone', async () => {
    const text = await rendered('service.ipFamilyPolicy=SingleStack', 'service.ipFamilies={IPv6}');
    const { listen } = parse(renderedConfigText(text)) as { readonly listen: Fields };
    assert.deepEqual(listen, { host: '::', port: 8761 });
    const { ipFamilyPolicy, ipFamilies } = specOf(text, 'Service');
    assert.deepEqual([ipFamilyPolicy, ipFamilies], ['SingleStack', ['IPv6']]);
  });

  test('a label or annotation that the chart has too stands once, with the value that was given', () => {
    const text = goldenOutput('labels');
    const { metadata } = podOf(text);
    assert.equal(metadata.labels['app.kubernetes.io/version'], 'blue');
    assert.equal(metadata.labels['team'], 'registry');
    assert.deepEqual(metadata.annotations, {
      'checksum/config': 'by-hand',
      'example.com/cost-centre': '7',
      'example.com/owner': 'registry',
    });
    for (const { kind, metadata: own } of chartObjects(text)) {
      assert.equal(own.labels['team'], 'platform', kind);
      assert.equal(own.annotations?.['example.com/owner'], kind === 'Service' ? 'network' : 'platform', kind);
    }
  });

  for (const name of chartCases) {
    test(`every object carries its namespace, and every binding that of the account: ${name}`, () => {
      for (const object of chartObjects(goldenOutput(name))) {
        const { kind, metadata } = object;
        const isRole = kind === 'Role' || kind === 'RoleBinding';
        if (kind.startsWith('ClusterRole')) assert.equal(metadata.namespace, undefined);
        else if (isRole) assert.ok(['shop', 'payments'].includes(metadata.namespace ?? ''), kind);
        else assert.equal(metadata.namespace, NAMESPACE, kind);
        const { subjects = [] } = object as ChartObject & { readonly subjects?: readonly Fields[] };
        for (const { namespace } of subjects) assert.equal(namespace, NAMESPACE);
      }
    });
  }

  test('a registry of its own is ended before the next one starts; others roll', async () => {
    assert.deepEqual(specOf(goldenOutput('leases'), 'Deployment')['strategy'], { type: 'Recreate' });
    const { strategy } = specOf(await rendered(), 'Deployment') as { readonly strategy: Fields };
    assert.equal(strategy['type'], 'RollingUpdate');
  });

  test('the platform may choose the user: the chart says only that it is not root', async () => {
    assert.deepEqual(podOf(await rendered()).spec.securityContext, {
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  test('security contexts can be replaced key by key, and null removes one', () => {
    const { spec } = podOf(goldenOutput('openshift'));
    assert.deepEqual(spec.securityContext, { runAsNonRoot: true, fsGroup: 1_000_650_000 });
    assert.deepEqual(spec.containers[0]['securityContext'], {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsUser: 1_000_650_000,
    });
  });

  test('an image can be given by its digest', () => {
    const [{ image }] = podOf(goldenOutput('openshift')).spec.containers;
    assert.equal(image, `registry.example.com:5000/platform/eurek8s@sha256:${'0123456789abcdef'.repeat(4)}`);
  });

  test('a load balancer has its class, its source ranges, its traffic policy and its annotations', () => {
    const text = goldenOutput('outside');
    const { type, loadBalancerClass, loadBalancerSourceRanges, externalTrafficPolicy } = specOf(text, 'Service');
    assert.deepEqual(
      { type, loadBalancerClass, loadBalancerSourceRanges, externalTrafficPolicy },
      {
        type: 'LoadBalancer',
        loadBalancerClass: 'service.k8s.aws/nlb',
        loadBalancerSourceRanges: ['10.0.0.0/8', 'fd00::/8'],
        externalTrafficPolicy: 'Local',
      },
    );
    assert.match(renderedConfigText(text), /^ {2}keepAlive: 10m$/m);
  });

  test('with the peer feed each replica has a name of its own, by a headless Service', async () => {
    const text = await rendered('config.legacy.peerFeed=true');
    const { clusterIP, publishNotReadyAddresses } = specOf(text, 'Service', `${RELEASE}-replicas`);
    assert.deepEqual([clusterIP, publishNotReadyAddresses], ['None', true]);
    const { serviceName, replicas } = specOf(text, 'StatefulSet');
    assert.deepEqual([serviceName, replicas], [`${RELEASE}-replicas`, 2]);
    const names = chartObjects(text).flatMap(({ kind, metadata }) => (kind === 'Service' ? [metadata.name] : []));
    assert.deepEqual(names.toSorted(), [RELEASE, `${RELEASE}-replicas`]);
    assert.ok(!text.includes('kind: Deployment'));
  });

  test('a legacy that does not reach Pods gets a Service for each replica', () => {
    for (const replica of [0, 1, 2]) {
      const name = `${RELEASE}-${replica}`;
      const { type, selector } = specOf(goldenOutput('peer-feed'), 'Service', name);
      assert.deepEqual([type, selector], ['LoadBalancer', { 'statefulset.kubernetes.io/pod-name': name }]);
    }
  });

  test('the longest name leaves room for what Kubernetes adds to it', async () => {
    const words = ['template', 'x'.repeat(53), CHART, '--set', url, '--set', 'config.legacy.peerFeed=true'];
    const names = chartObjects(await runHelm(words)).map(({ kind, metadata: { name } }) => ({ kind, name }));
    for (const { kind, name } of names) {
      if (kind === 'StatefulSet') assert.ok(name.length <= 52, name);
      if (kind === 'Service') assert.ok(name.length <= 63, name);
    }
  });
});

describe('the notes of the Helm chart', { timeout: 1_800_000 }, () => {
  const notes = async (...sets: readonly string[]): Promise<string> => {
    const values = sets.flatMap((set) => ['--set', set]);
    const text = await runHelm(['install', RELEASE, CHART, '--namespace', NAMESPACE, '--dry-run=client', ...values]);
    return text.slice(text.indexOf('NOTES:'));
  };
  const published = 'image.repository=registry.example.com/eurek8s';

  test('say of a bare installation what is missing', async () => {
    const text = await notes();
    assert.match(text, /^MISSING: no legacy Eureka is given \(config\.legacy\.urls/m);
    assert.match(text, /^MISSING: there is no published image\. eurek8s:\d/m);
    assert.match(text, /Callers outside the cluster do not reach this Service/);
  });

  test('miss nothing that is there', async () => {
    const legacies = [[url], ['env[0].name=EUREK8S_LEGACY_URLS'], ['config.leases.enabled=true', 'replicas=1']];
    for (const legacy of legacies)
      assert.doesNotMatch(await notes(...legacy, published, 'service.type=LoadBalancer'), /MISSING|outside/);
  });

  test('warn of more than two replicas that publish into the legacy', async () => {
    assert.match(
      await notes(url, 'config.legacy.publish=true', 'replicas=3'),
      /^WARNING: 3 replicas renew them there/m,
    );
    assert.doesNotMatch(await notes(url, 'config.legacy.publish=true', 'replicas=2'), /WARNING/);
  });

  test('list the addresses that the legacy pushes to', async () => {
    const text = await notes(url, 'config.legacy.peerFeed=true', 'replicas=3');
    for (const replica of [0, 1, 2])
      assert.ok(text.includes(`http://eurek8s-${replica}.eurek8s-replicas.platform.svc:8761/peer/eureka/\n`), text);
    const outside = await notes(url, 'config.legacy.peerFeed=true', 'peerService.type=NodePort');
    assert.match(outside, /of the Service eurek8s-1$/m);
  });
});
