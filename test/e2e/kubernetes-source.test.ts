import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkAccess } from '../../server/sources/kubernetes/check-access.ts';
import { Derivation } from '../../server/derivation/derivation.ts';
import type { Holding } from '../../server/ports/source.ts';
import { KubernetesSource } from '../../server/sources/kubernetes/kubernetes-source.ts';
import { systemClock } from '../../server/system/clock.ts';
import { stripObject } from '../../shared/ingress/strip.ts';
import type { StrippedIngress } from '../../shared/ingress/stripped.ts';
import { ContributionRecorder } from '../support/contribution-recorder.ts';
import { SILENT_LOG } from '../support/silent-log.ts';
import { derivationConfig } from '../support/derivation.ts';
import { nameTable } from '../support/name-table.ts';
import { NO_METRICS } from '../support/no-metrics.ts';
import { allWatching, EVERYTHING } from '../support/fake-kubernetes/cluster-scene.ts';
import { ObjectRecorder } from '../support/fake-kubernetes/object-recorder.ts';
import { stepByStep } from '../support/time-slices.ts';
import { startCluster, type Cluster } from '../testbed/kubernetes/cluster.ts';

/** The source against a real API server, with production timing. */
const directory = mkdtempSync(join(tmpdir(), 'kubernetes-source-'));
const clock = systemClock(Date.now);
let cluster: Cluster;
const SOURCE = {
  healthMode: 'endpoints',
  strip: stripObject,
  clock,
  random: Math.random,
  environment: process.env,
  log: SILENT_LOG,
  newTimeSlice: stepByStep,
} as const;

before(async () => {
  cluster = await startCluster({ dir: directory, roles: 'api' });
});
after(async () => {
  await cluster.stop();
  rmSync(directory, { recursive: true });
});

test('changes of a real cluster arrive within 250 ms', async (t) => {
  const { sink, source } = await synced(t);
  assert.deepEqual(sink.keys('Namespace').includes('Namespace//default'), true);
  const delays: number[] = [];
  for (let index = 0; index < 5; index++) {
    await cluster.apply(ingressYaml(`quick-${index}`));
    // The clock starts when kubectl has returned: the change was accepted before.
    const accepted = performance.now();
    await until(() => sink.objects.has(`Ingress/default/quick-${index}`), 'the Ingress');
    delays.push(performance.now() - accepted);
  }
  assert.ok((delays.toSorted((a, b) => a - b)[2] ?? 0) < 250, `seen after ${delays.join()} ms`);
  await cluster.kubectl(['delete', 'ingress', 'quick-0']);
  await until(() => !sink.objects.has('Ingress/default/quick-0'), 'the delete');
  assert.deepEqual(sink.removed, ['Ingress/default/quick-0']);
  assert.equal(source.health().lastError, undefined);
});

for (const way of ['stopApi', 'killApi'] as const) {
  test(`a restart of the API server costs nothing (${way})`, async (t) => {
    const { sink, source } = await synced(t);
    await cluster.apply(ingressYaml(`before-${way.toLowerCase()}`));
    await until(() => sink.objects.has(`Ingress/default/before-${way.toLowerCase()}`), 'the Ingress');
    await cluster[way]();
    await until(() => source.health().lastError !== undefined, 'the outage is visible');
    await cluster.startApi();
    await cluster.apply(ingressYaml(`after-${way.toLowerCase()}`));
    await until(() => sink.objects.has(`Ingress/default/after-${way.toLowerCase()}`), 'the change after the restart');
    await until(() => source.health().state === 'synced', 'synced again');
    assert.deepEqual(sink.removed, []);
    t.diagnostic(JSON.stringify(source.health().detail));
  });
}

test('an Ingress that a finalizer holds is known as being deleted, and goes with the finalizer', async (t) => {
  const { sink } = await synced(t);
  const known = (): StrippedIngress | undefined => ingressOf(sink, 'held');
  await cluster.apply(ingressYaml('held', 'finalizers: [example.com/load-balancer]'));
  await until(() => known()?.meta.deleting === false, 'the Ingress');
  await cluster.kubectl(['delete', 'ingress', 'held', '--wait=false']);
  await until(() => known()?.meta.deleting === true, 'the deletion');
  await cluster.kubectl(['patch', 'ingress', 'held', '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);
  await until(() => known() === undefined, 'its end');
});

test('an API server lets the class annotation stand beside the field, and it goes before', async (t) => {
  const { sink } = await synced(t);
  await cluster.apply(ingressYaml('classes').replace('spec:', 'spec:\n  ingressClassName: public'));
  await cluster.kubectl(['annotate', 'ingress', 'classes', 'kubernetes.io/ingress.class=internal']);
  await until(() => ingressOf(sink, 'classes')?.className === 'internal', 'the annotation');
  assert.equal(ingressOf(sink, 'classes')?.overruledClass, 'public');
});

test('an API server takes no annotation, port or host that is not what it should be', async () => {
  const refused = async (yaml: string, what: RegExp): Promise<void> => assert.rejects(cluster.apply(yaml), what);
  await refused(ingressYaml('wrong', 'annotations: {a: 1.10}'), /annotations/);
  await refused(ingressYaml('wrong').replace('wrong.example.com', 'wrong_1.example.com'), /host/);
  await refused(ingressYaml('wrong').replace('wrong.example.com', '"wrong.example.com:80"'), /host/);
  await refused(ingressYaml('wrong').replace('number: 80', 'number: 80, name: http'), /port/);
  await refused(ingressYaml('wrong').replace(', port: { number: 80 }', ''), /port/);
  await refused(ingressYaml('wrong').replace('k8s.io/v1', 'k8s.io/v1beta1'), /v1beta1/);
});

test('credentials without rights are told so, and get on with a Role in one namespace', async (t) => {
  const viewer = {
    name: 'bed',
    required: true,
    inCluster: false,
    kubeconfig: cluster.viewerKubeconfig,
    context: undefined,
  } as const;
  const selection = { ...EVERYTHING, namespaces: ['default'] };
  const check = { cluster: viewer, selection, healthMode: 'endpoints', clock, environment: process.env } as const;
  const missing = await checkAccess(check);
  assert.ok(missing.ok);
  assert.equal(missing.value.filter(({ need }) => need === 'required').length, 6);
  const { sink, source } = open(t, cluster.viewerKubeconfig, ['default']);
  await until(() => source.health().lastError !== undefined, 'the refusal');
  assert.match(source.health().lastError ?? '', /is forbidden: User "viewer" cannot list resource/);
  await cluster.apply(ROLE);
  await until(() => sink.allListedCount === 1, 'sync');
  await until(() => source.health().state === 'synced', 'synced', 40_000);
  const granted = await checkAccess(check);
  assert.ok(granted.ok);
  assert.deepEqual(
    granted.value.map(({ need }) => need),
    ['optional', 'optional', 'optional', 'optional'],
  );
});

test('a namespace that is deleted with its Role keeps no other from being served', async (t) => {
  for (const each of ['blue', 'red']) {
    await cluster.kubectl(['create', 'namespace', each]);
    await cluster.apply(ROLE.replaceAll('namespace: default', `namespace: ${each}`));
    await cluster.apply(ingressYaml('orders').replace('namespace: default', `namespace: ${each}`));
  }
  const running = open(t, cluster.viewerKubeconfig, ['blue', 'red']);
  await until(() => running.source.health().state === 'synced', 'synced');
  assert.deepEqual(running.sink.keys('Ingress'), ['Ingress/blue/orders', 'Ingress/red/orders']);
  // Without the controllers of a whole cluster a namespace is never finalized: its Role is what counts.
  await cluster.kubectl(['delete', 'rolebinding,role', 'follow', '--namespace', 'red']);
  await cluster.kubectl(['delete', 'namespace', 'red', '--wait=false']);
  const restarted = open(t, cluster.viewerKubeconfig, ['blue', 'red']);
  await until(() => restarted.sink.allListedCount === 1, 'sync without it');
  assert.deepEqual(restarted.sink.keys('Ingress'), ['Ingress/blue/orders']);
  await until(() => restarted.source.health().state === 'stale', 'the alarm');
  assert.equal(restarted.source.health().detail['namespace red'], 'cannot be read, nothing of it is served');
  assert.match(restarted.source.health().lastError ?? '', /in namespace red: HTTP 403/);
  assert.deepEqual(running.sink.keys('Ingress'), ['Ingress/blue/orders', 'Ingress/red/orders'], 'as last known');
});

test('a namespace that is deleted, by Ingresses or as a whole, takes nothing away: its applications are held', async (t) => {
  const names = ['first', 'second', 'third', 'fourth'];
  for (const space of ['wiped', 'ended']) await cluster.kubectl(['create', 'namespace', space]);
  const yaml = names.flatMap((name) => ['wiped', 'ended'].map((space) => publishedYaml(`${name}-${space}`, space)));
  await cluster.apply(yaml.join('---\n'));
  const { contributions, holding } = openDerivation(t);
  const published = (): readonly string[] =>
    [...contributions.apps].flatMap(([app, { publications }]) => (publications.length > 0 ? [app] : [])).toSorted();
  const all = names.flatMap((name) => [`${name}-wiped`, `${name}-ended`].map((app) => app.toUpperCase())).toSorted();
  await until(() => published().join() === all.join(), 'eight applications');

  await cluster.kubectl(['delete', 'ingress', '--all', '--namespace', 'wiped', '--wait=false']);
  await until(() => holding().holds()[0]?.applications === 4, 'four held');
  await until(() => published().join() === all.join(), 'those that had passed');

  const [hold] = holding().holds();
  assert.equal(holding().release(hold?.id ?? ''), true);
  assert.deepEqual(
    published(),
    all.filter((app) => app.endsWith('ENDED')),
  );
  // Without the controllers of a whole cluster it is never finalized: that it is being deleted is what counts.
  await cluster.kubectl(['delete', 'namespace', 'ended', '--wait=false']);
  await until(() => holding().holds()[0]?.applications === 4, 'four more held');
  assert.deepEqual(
    published(),
    all.filter((app) => app.endsWith('ENDED')),
  );
  // The entries say so with the next turn of the derivation.
  const reason = (): string => contributions.publication('first-ended')?.statusReason ?? '';
  await until(() => reason().includes('kept by hold'), 'the reason');
  assert.match(reason(), /kept by hold cluster:bed-\S+: namespace ended is being deleted/);
});

interface Opened {
  readonly sink: ObjectRecorder;
  readonly source: KubernetesSource;
}

async function synced(t: TestContext): Promise<Opened> {
  const opened = open(t, cluster.kubeconfig, []);
  await until(() => allWatching(opened.source), 'open watches');
  return opened;
}

function open(t: TestContext, kubeconfig: string, namespaces: readonly string[]): Opened {
  const sink = new ObjectRecorder();
  const source = new KubernetesSource({
    ...SOURCE,
    cluster: { name: 'bed', required: true, inCluster: false, kubeconfig, context: undefined },
    selection: { ...EVERYTHING, namespaces },
    openSink: () => sink,
  });
  t.after(() => source.stop());
  source.start(new ContributionRecorder());
  return { sink, source };
}

/** The source with what derives entries from its objects. */
function openDerivation(t: TestContext): {
  readonly contributions: ContributionRecorder;
  readonly holding: () => Holding;
} {
  const contributions = new ContributionRecorder();
  const guards = { maxRemoval: 30, minInstances: 3, grace: 3_600_000, window: 60_000 };
  let derivation: Derivation | undefined;
  const source = new KubernetesSource({
    ...SOURCE,
    cluster: { name: 'bed', required: true, inCluster: false, kubeconfig: cluster.kubeconfig, context: undefined },
    selection: EVERYTHING,
    openSink: (sink, viewAt) => {
      derivation = new Derivation({
        ...derivationConfig({ guards }),
        cluster: 'bed',
        source: source.id,
        viewAt,
        resolver: nameTable(),
        clock,
        log: SILENT_LOG,
        metrics: NO_METRICS,
        sink,
        newTimeSlice: stepByStep,
      });
      return derivation;
    },
  });
  t.after(() => source.stop());
  source.start(contributions);
  return {
    contributions,
    holding: () => {
      assert.ok(derivation !== undefined);
      return derivation.holding;
    },
  };
}

async function until(condition: () => boolean, what: string, timeoutMs = 40_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) assert.fail(`waited in vain for ${what}`);
    await sleep(2);
  }
}

function ingressOf(sink: ObjectRecorder, name: string): StrippedIngress | undefined {
  const object = sink.objects.get(`Ingress/default/${name}`);
  return object?.kind === 'Ingress' ? object : undefined;
}

function ingressYaml(name: string, further = ''): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name}, namespace: default${further === '' ? '' : `, ${further}`} }
spec:
  rules:
    - host: ${name}.example.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${name}, port: { number: 80 } } } }] }
`;
}

/** Ingress and Service, to be published. */
function publishedYaml(name: string, namespace: string): string {
  const annotations = 'annotations: { eurek8s.io/publish: "true", eurek8s.io/address: 10.1.2.3 }';
  return `${ingressYaml(name, annotations).replace('namespace: default', `namespace: ${namespace}`)}---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { ports: [{ name: http, port: 80 }] }
`;
}

const ROLE = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: follow, namespace: default }
rules:
  - { apiGroups: [networking.k8s.io], resources: [ingresses], verbs: [list, watch] }
  - { apiGroups: [''], resources: [services], verbs: [list, watch] }
  - { apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, watch] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: follow, namespace: default }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: follow }
subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: viewer }]
`;
