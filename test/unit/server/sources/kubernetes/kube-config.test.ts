import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadKubeConfig } from '../../../../../server/sources/kubernetes/kube-config.ts';

const KUBECONFIG = {
  clusters: [
    { name: 'blue', cluster: { server: 'https://127.0.0.1:6443' } },
    { name: 'plain', cluster: { server: 'http://127.0.0.1:8080' } },
  ],
  users: [{ name: 'me', user: { token: 'secret' } }],
  contexts: [
    { name: 'blue', context: { cluster: 'blue', user: 'me' } },
    { name: 'plain', context: { cluster: 'plain', user: 'me' } },
    { name: 'no-user', context: { cluster: 'blue', user: 'them' } },
    { name: 'no-cluster', context: { cluster: 'red', user: 'me' } },
  ],
};

function load(t: TestContext, content: string, context?: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'kube-config-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const kubeconfig = join(directory, 'config');
  writeFileSync(kubeconfig, content);
  const loaded = loadKubeConfig({ name: 'main', inCluster: false, kubeconfig, context });
  return loaded.ok ? `ok ${loaded.value.getCurrentCluster()?.server}` : loaded.error;
}

test('the named context is taken, else the current one', (t) => {
  assert.equal(load(t, JSON.stringify(KUBECONFIG), 'blue'), 'ok https://127.0.0.1:6443');
  assert.equal(load(t, JSON.stringify({ ...KUBECONFIG, 'current-context': 'blue' })), 'ok https://127.0.0.1:6443');
});

test('a missing file is named', () => {
  const loaded = loadKubeConfig({ name: 'main', inCluster: false, kubeconfig: '/no/such/file', context: undefined });
  assert.deepEqual(loaded, {
    ok: false,
    error: 'cluster main: kubeconfig /no/such/file does not exist or cannot be read',
  });
});

test('a missing context is answered with those there are', (t) => {
  assert.match(
    load(t, JSON.stringify(KUBECONFIG), 'green'),
    /has no context green; available: blue, plain, no-user, no-cluster/,
  );
  assert.match(load(t, JSON.stringify(KUBECONFIG)), /has no current context; available: blue/);
  assert.match(load(t, JSON.stringify({ ...KUBECONFIG, 'current-context': 'gone' })), /it names gone/);
});

test('a context that leads nowhere says where to', (t) => {
  assert.match(load(t, JSON.stringify(KUBECONFIG), 'no-user'), /names the user them, which is not defined/);
  assert.match(load(t, JSON.stringify(KUBECONFIG), 'no-cluster'), /names the cluster red, which is not defined/);
});

test('plain HTTP has to be meant', (t) => {
  assert.match(load(t, JSON.stringify(KUBECONFIG), 'plain'), /needs insecure-skip-tls-verify/);
});

test('what is no kubeconfig is refused, not thrown', (t) => {
  for (const content of ['', 'just text', '{', '[]', '{"clusters": 3}']) {
    assert.match(load(t, content), /^cluster main: kubeconfig .*(is not valid|has no current context)/, content);
  }
});

test('in-cluster needs the service account and the address', (t) => {
  const inCluster = { name: 'main', inCluster: true } as const;
  const directory = mkdtempSync(join(tmpdir(), 'in-cluster-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const outside = loadKubeConfig(inCluster, directory);
  assert.ok(!outside.ok);
  assert.match(outside.error, /not running inside a cluster/);
  const account = join(directory, 'var/run/secrets/kubernetes.io/serviceaccount');
  mkdirSync(account, { recursive: true });
  writeFileSync(join(account, 'token'), 'secret');
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  t.after(() => {
    restore('KUBERNETES_SERVICE_HOST', host);
    restore('KUBERNETES_SERVICE_PORT', port);
  });
  delete process.env['KUBERNETES_SERVICE_HOST'];
  const unset = loadKubeConfig(inCluster, directory);
  assert.ok(!unset.ok);
  assert.match(unset.error, /KUBERNETES_SERVICE_HOST/);
  process.env['KUBERNETES_SERVICE_HOST'] = '10.96.0.1';
  process.env['KUBERNETES_SERVICE_PORT'] = '443';
  const inside = loadKubeConfig(inCluster, directory);
  assert.ok(inside.ok);
  assert.equal(inside.value.getCurrentCluster()?.server, 'https://10.96.0.1:443');
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

test('a path that only a shell or kubectl understands is refused with what to write', () => {
  const cases: readonly (readonly [path: string, hint: RegExp])[] = [
    ['~/.kube/config', /^cluster main: kubeconfig ~\/\.kube\/config .*; ~ is not expanded here: write the full path$/],
    ['~root/.kube/config', /~ is not expanded here/],
    ['$HOME/.kube/config', /variables are not expanded here/],
    ['${HOME}/.kube/config', /variables are not expanded here/],
    ['/no/such/a:/no/such/b', /one file only: kubectl config view --flatten makes one of several$/],
  ];
  for (const [kubeconfig, hint] of cases) {
    const loaded = loadKubeConfig({ name: 'main', inCluster: false, kubeconfig, context: undefined });
    assert.match(loaded.ok ? '' : loaded.error, hint);
  }
});
