import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { checkAccess } from '../../server/sources/kubernetes/check-access.ts';
import { systemClock } from '../../server/system/clock.ts';
import { allWatching, EVERYTHING, scene, syncedScene, until } from '../support/fake-kubernetes/cluster-scene.ts';
import { certificate, otherCertificate } from '../support/fake-kubernetes/certificate.ts';
import { FakeKubernetes, type Transport } from '../support/fake-kubernetes.ts';
import { ingress } from '../support/fake-kubernetes/objects.ts';

const IN_TWO = { ...EVERYTHING, namespaces: ['shop', 'bank'] };
const byRole = ({ namespace }: { readonly namespace: string | undefined }): boolean => namespace !== undefined;

test('with named namespaces a Role in each suffices', async (t) => {
  const { fake, sink, source, log } = await scene(t, {
    selection: IN_TWO,
    prepare: (fake) => {
      fake.allowed = byRole;
      for (const each of ['shop', 'bank', 'other']) fake.state.put(ingress(each, 'orders'));
    },
  });
  await until(
    () => source.health().state === 'synced',
    'sync',
    () => source.health(),
  );
  assert.deepEqual(sink.keys('Ingress'), ['Ingress/bank/orders', 'Ingress/shop/orders']);
  assert.match(String(source.health().detail['namespaces']), /^forbidden, annotations on Namespaces are not seen/);
  assert.match(String(source.health().detail['ingressclasses.networking.k8s.io']), /default class is not known/);
  assert.equal(source.health().lastError, undefined, 'a note, not an error');
  assert.ok(log.some((line) => line.startsWith('warn carrying on without')));
  // A list of one namespace has no information about the other.
  fake.watchFault = ({ namespace }) => (namespace === 'shop' ? { kind: 'gone-event' } : undefined);
  fake.endWatches();
  fake.state.delete('Ingress', 'shop', 'orders');
  await until(() => sink.keys('Ingress').length === 1, 'the delete');
  assert.deepEqual(sink.removed, ['Ingress/shop/orders']);
});

test('optional kinds are followed once they may be read', async (t) => {
  const { fake, source } = await scene(t, { selection: IN_TWO, prepare: (fake) => void (fake.allowed = byRole) });
  await until(() => source.health().state === 'synced', 'sync');
  fake.allowed = () => true;
  await until(() => allWatching(source), 'all kinds');
});

test('a namespace selector needs Namespaces, and the error names it', async (t) => {
  const { fake, source } = await scene(t, {
    selection: { ...IN_TWO, namespaceSelector: 'team=blue' },
    prepare: (fake) => void (fake.allowed = byRole),
  });
  await until(() => source.health().lastError !== undefined, 'the refusal');
  assert.equal(source.health().state, 'starting');
  assert.match(
    source.health().lastError ?? '',
    /list namespaces: HTTP 403 .*\(needed for selection.namespaceSelector\)/,
  );
  fake.allowed = () => true;
  await until(() => source.health().state === 'synced', 'sync');
});

test('a missing right is visible with verb and resource, and healed when granted', async (t) => {
  const { fake, source } = await scene(t, {
    prepare: (fake) => void (fake.allowed = ({ kind, verb }) => kind !== 'Service' || verb !== 'list'),
  });
  await until(() => source.health().lastError !== undefined, 'the refusal');
  assert.match(source.health().lastError ?? '', /^list services: HTTP 403 Forbidden: services is forbidden/);
  assert.equal(source.health().state, 'starting');
  fake.allowed = ({ kind, verb }) => kind !== 'Service' || verb !== 'watch';
  await until(() => (source.health().lastError ?? '').startsWith('watch services: HTTP 403'), 'the next refusal');
  fake.allowed = () => true;
  await until(() => source.health().state === 'synced' && source.health().lastError === undefined, 'sync');
});

test('credentials that vanish and come back renewed end nothing', async (t) => {
  const tokenFile = join(temporary(t), 'token');
  writeFileSync(tokenFile, 'first');
  const { fake, sink, source } = await syncedScene(t, {
    user: { tokenFile },
    prepare: (fake) => void (fake.token = 'first'),
  });
  rmSync(tokenFile);
  fake.token = 'second';
  fake.endWatches();
  await until(
    () => /the token file cannot be read: there is no such file/.test(source.health().lastError ?? ''),
    'the missing file',
    () => source.health(),
  );
  writeFileSync(tokenFile, 'second');
  fake.state.put(ingress('shop', 'orders'));
  await until(() => sink.keys('Ingress').length === 1 && source.health().state === 'synced', 'recovery');
});

test('a credential plug-in that hangs is given up on', async (t) => {
  const plugin = join(temporary(t), 'plugin');
  writeFileSync(plugin, '#!/bin/sh\nexec sleep 2\n');
  chmodSync(plugin, 0o755);
  const { source } = await scene(t, {
    timing: { pageDeadline: 100, maxBackoff: 2_000, minInterval: 2_000 },
    user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: plugin } },
  });
  await until(() => /no answer within 100 ms/.test(source.health().lastError ?? ''), 'the time-out');
  assert.equal(source.health().state, 'starting');
});

test('a kubeconfig that is mounted late is found', async (t) => {
  const { source } = await scene(t, { user: {}, lateKubeconfig: true });
  await until(() => /does not exist/.test(source.health().lastError ?? ''), 'the error');
  await until(() => source.health().state === 'synced', 'sync');
});

test('an API server below a path, and under another name in its certificate, is followed', async (t) => {
  const { fake, source } = await scene(t, {
    transport: 'tls-http2',
    cluster: ({ url }) => ({ server: `${url}/k8s/clusters/c-abc/`, 'tls-server-name': 'kubernetes.test' }),
    prepare: (fake) => void (fake.prefix = '/k8s/clusters/c-abc'),
  });
  await until(
    () => allWatching(source),
    'all watches',
    () => source.health(),
  );
  assert.ok(fake.callsOf('watch', 'Ingress').length > 0);
});

test('tls-server-name is the name that the certificate has to have', async (t) => {
  const { source } = await scene(t, { transport: 'tls-http2', cluster: () => ({ 'tls-server-name': 'other.test' }) });
  await until(
    () => /other\.test/.test(source.health().lastError ?? ''),
    'the error',
    () => source.health(),
  );
});

test('a CA that is renewed in its file is used, without a change of the kubeconfig', async (t) => {
  const { directory, source } = await scene(t, {
    transport: 'tls-http2',
    cluster: () => ({ 'certificate-authority-data': undefined, 'certificate-authority': 'ca.pem' }),
    beside: { 'ca.pem': otherCertificate().cert },
  });
  await until(
    () => /certificate/.test(source.health().lastError ?? ''),
    'the error',
    () => source.health(),
  );
  writeFileSync(join(directory, 'ca.pem'), certificate().cert);
  await until(
    () => source.health().state === 'synced',
    'sync',
    () => source.health(),
  );
});

for (const transport of ['http1', 'tls-http2'] as const) {
  test(`the check names the rights that are missing (${transport})`, async (t) => {
    const { fake, check } = await checked(t, transport);
    assert.deepEqual(await check(), { ok: true, value: [] });
    fake.allowed = ({ kind, verb }) => !(kind === 'EndpointSlice' && verb === 'watch') && kind !== 'Namespace';
    const missing = await check();
    assert.ok(missing.ok);
    assert.deepEqual(
      missing.value.map(({ verb, resource, need }) => `${verb} ${resource} ${need}`),
      ['watch endpointslices.discovery.k8s.io required', 'list namespaces required', 'watch namespaces required'],
    );
    fake.token = 'another';
    assert.match(JSON.stringify(await check()), /HTTP 401/);
    await fake.refuse();
    assert.match(JSON.stringify(await check()), /connection refused/);
  });
}

test('the check names the rights that Events need, where they are written', async (t) => {
  const { fake, check } = await checked(t, 'http1');
  fake.allowed = ({ verb }) => ['list', 'watch'].includes(verb);
  assert.deepEqual(await check(), { ok: true, value: [] });
  const missing = await check(true);
  assert.ok(missing.ok);
  assert.deepEqual(
    missing.value.map(({ verb, resource, need }) => `${verb} ${resource} ${need}`),
    ['create', 'get', 'patch'].map((verb) => `${verb} events.events.k8s.io optional`),
  );
});

test('the check reports what a cluster does not have, even when rights to it are granted', async (t) => {
  const { fake, check } = await checked(t, 'http1');
  fake.absentKinds = ['EndpointSlice'];
  fake.gitVersion = 'v1.20.4';
  assert.deepEqual(await check(), {
    ok: false,
    error:
      'cluster main: this API server has no discovery.k8s.io/v1: Kubernetes 1.21 or newer is needed (it is 1.20.4)',
  });
  fake.absentKinds = ['EndpointSlice', 'Ingress', 'IngressClass', 'Service', 'Namespace', 'Deployment'];
  assert.match(JSON.stringify(await check()), /no API of Kubernetes \(\/api\/v1\): is it the address of an API server/);
});

async function checked(
  t: TestContext,
  transport: Transport,
): Promise<{ fake: FakeKubernetes; check: (events?: boolean) => ReturnType<typeof checkAccess> }> {
  const fake = await FakeKubernetes.start(transport);
  t.after(() => fake.stop());
  const kubeconfig = join(temporary(t), 'config');
  writeFileSync(kubeconfig, fake.kubeconfig());
  const cluster = { name: 'main', required: true, inCluster: false, kubeconfig, context: undefined } as const;
  const clock = systemClock(Date.now);
  return {
    fake,
    check: (events = false) =>
      checkAccess({ cluster, selection: EVERYTHING, healthMode: 'endpoints', events, clock, environment: {} }),
  };
}

function temporary(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'access-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}
