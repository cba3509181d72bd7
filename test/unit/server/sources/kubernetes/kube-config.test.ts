import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadKubeConfig } from '../../../../../server/sources/kubernetes/kube-config.ts';
import type { Environment } from '../../../../../server/sources/kubernetes/proxy.ts';

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

function loadSpec(t: TestContext, content: string, context?: string, environment: Environment = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'kube-config-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const kubeconfig = join(directory, 'config');
  writeFileSync(kubeconfig, content);
  const cluster = { name: 'main', required: true, inCluster: false, kubeconfig, context } as const;
  return { directory, loaded: loadKubeConfig(cluster, environment) };
}

function load(t: TestContext, content: string, context?: string, environment: Environment = {}): string {
  const { loaded } = loadSpec(t, content, context, environment);
  return loaded.ok ? `ok ${loaded.value.config.getCurrentCluster()?.server}` : loaded.error;
}

/** A kubeconfig with one context, of this user and cluster. */
function single(user: object, cluster: object = {}): string {
  return JSON.stringify({
    clusters: [{ name: 'blue', cluster: { server: 'https://api.example.com:6443', ...cluster } }],
    users: [{ name: 'me', user }],
    contexts: [{ name: 'blue', context: { cluster: 'blue', user: 'me' } }],
    'current-context': 'blue',
  });
}

test('the named context is used, else the current one', (t) => {
  assert.equal(load(t, JSON.stringify(KUBECONFIG), 'blue'), 'ok https://127.0.0.1:6443');
  assert.equal(load(t, JSON.stringify({ ...KUBECONFIG, 'current-context': 'blue' })), 'ok https://127.0.0.1:6443');
});

test('a missing file is named', () => {
  const loaded = loadKubeConfig(
    { name: 'main', required: true, inCluster: false, kubeconfig: '/no/such/file', context: undefined },
    {},
  );
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

test('a context that leads nowhere names where to', (t) => {
  assert.match(load(t, JSON.stringify(KUBECONFIG), 'no-user'), /names the user them, which is not defined/);
  assert.match(load(t, JSON.stringify(KUBECONFIG), 'no-cluster'), /names the cluster red, which is not defined/);
});

test('plain HTTP must be explicit', (t) => {
  assert.match(load(t, JSON.stringify(KUBECONFIG), 'plain'), /needs insecure-skip-tls-verify/);
});

test('what is no kubeconfig is refused, not thrown', (t) => {
  for (const content of ['', 'just text', '{', '[]', '{"clusters": 3}']) {
    assert.match(load(t, content), /^cluster main: kubeconfig .*(is not valid|has no current context)/, content);
  }
});

test('in-cluster needs the service account and the address', (t) => {
  const inCluster = { name: 'main', required: true, inCluster: true } as const;
  const directory = mkdtempSync(join(tmpdir(), 'in-cluster-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const environment: Record<string, string> = {};
  const outside = loadKubeConfig(inCluster, environment, directory);
  assert.ok(!outside.ok);
  assert.match(outside.error, /not running inside a cluster/);
  const account = join(directory, 'var/run/secrets/kubernetes.io/serviceaccount');
  mkdirSync(account, { recursive: true });
  writeFileSync(join(account, 'token'), 'secret');
  const unset = loadKubeConfig(inCluster, environment, directory);
  assert.ok(!unset.ok);
  assert.match(unset.error, /KUBERNETES_SERVICE_HOST/);
  Object.assign(environment, { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' });
  const inside = loadKubeConfig(inCluster, environment, directory);
  assert.ok(inside.ok);
  assert.equal(inside.value.config.getCurrentCluster()?.server, 'https://10.96.0.1:443');
  Object.assign(environment, { KUBERNETES_SERVICE_HOST: 'fd00:10:96::1' });
  const onIpv6 = loadKubeConfig(inCluster, environment, directory);
  assert.ok(onIpv6.ok);
  assert.equal(onIpv6.value.config.getCurrentCluster()?.server, 'https://[fd00:10:96::1]:443');
});

test('every relative path of a kubeconfig is relative to it', (t) => {
  const user = {
    tokenFile: 'keys/token',
    'client-certificate': 'keys/cert.pem',
    'client-key': './keys/key.pem',
    exec: { ...EXEC, command: './plugin.sh' },
  };
  const { directory, loaded } = loadSpec(t, single(user, { 'certificate-authority': '../ca.pem' }));
  assert.ok(loaded.ok);
  const { config, tokenFile, plugin } = loaded.value;
  assert.equal(tokenFile, join(directory, 'keys/token'));
  assert.equal(plugin?.command, join(directory, 'plugin.sh'));
  assert.equal(config.getCurrentUser()?.certFile, join(directory, 'keys/cert.pem'));
  assert.equal(config.getCurrentUser()?.keyFile, join(directory, 'keys/key.pem'));
  assert.equal(config.getCurrentCluster()?.caFile, join(directory, '../ca.pem'));
});

test('a plug-in without a slash is looked up in PATH, an absolute one is taken as it is', (t) => {
  for (const command of ['aws', '/usr/bin/aws']) {
    const { loaded } = loadSpec(t, single({ exec: { ...EXEC, command } }));
    assert.equal(loaded.ok && loaded.value.plugin?.command, command);
  }
});

const EXEC = { apiVersion: 'client.authentication.k8s.io/v1', command: 'plugin', interactiveMode: 'Never' };

for (const [what, user, cluster, reason] of [
  ['impersonated groups', { as: 'bob', 'as-groups': ['a'] }, {}, /the user me has as-groups, which is not supported/],
  ['an impersonated uid', { as: 'bob', 'as-uid': '1' }, {}, /has as-uid/],
  ['impersonated extra fields', { as: 'bob', 'as-user-extra': {} }, {}, /has as-user-extra/],
  ['a removed auth-provider', { 'auth-provider': { name: 'gcp' } }, {}, /auth-provider gcp, which is not supported/],
  ['a plug-in that wants a terminal', { exec: { ...EXEC, interactiveMode: 'Always' } }, {}, /no terminal to ask on/],
  ['an unknown interactiveMode', { exec: { ...EXEC, interactiveMode: 'Maybe' } }, {}, /interactiveMode "Maybe"/],
  [
    'a removed exec version',
    { exec: { ...EXEC, apiVersion: 'client.authentication.k8s.io/v1alpha1' } },
    {},
    /v1alpha1/,
  ],
  ['a token that YAML reads as a number', { token: 123 }, {}, /token is no text: put it in quotes$/],
  ['a token file that is no path', { tokenFile: 7 }, {}, /tokenFile is no text/],
  ['a password that YAML reads as a number', { username: 'a', password: 12 }, {}, /password is no text/],
  ['a server name that is no text', { token: 'a' }, { 'tls-server-name': 1 }, /tls-server-name is no text/],
  [
    'a variable of a plug-in that is no text',
    { exec: { ...EXEC, env: [{ name: 'A', value: 7 }] } },
    {},
    /exec\.env\[0\] is no text/,
  ],
  ['an argument of a plug-in that is no text', { exec: { ...EXEC, args: ['a', 7] } }, {}, /exec\.args\[1\] is no text/],
  ['a server with a user', {}, { server: 'https://me:hush@127.0.0.1:6443' }, /has a user in it: write user and/],
  ['a plug-in without a command', { exec: { ...EXEC, command: '' } }, {}, /exec names no command/],
  ['a proxy of an unknown kind', {}, { 'proxy-url': 'ftp://me:hush@proxy' }, /proxy-url has the scheme ftp; supported/],
  ['a SOCKS proxy with a user', {}, { 'proxy-url': 'socks5://me:hush@proxy:1080' }, /not supported with SOCKS/],
  ['a proxy that is no URL', {}, { 'proxy-url': 'me:hush@' }, /proxy-url /],
] as const) {
  test(`${what}: refused when the kubeconfig is loaded, with the reason and no secret`, (t) => {
    const error = load(t, single(user, cluster));
    assert.match(error, /^cluster main: /);
    assert.match(error, reason);
    assert.doesNotMatch(error, /hush/);
  });
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
    const loaded = loadKubeConfig(
      { name: 'main', inCluster: false, kubeconfig, context: undefined, required: true },
      {},
    );
    assert.match(loaded.ok ? '' : loaded.error, hint);
  }
});

test('the proxy is that of the kubeconfig, else that of the environment', (t) => {
  const proxy = (cluster: object, environment: Environment): string | undefined => {
    const { loaded } = loadSpec(t, single({ token: 'secret' }, cluster), undefined, environment);
    assert.ok(loaded.ok, loaded.ok ? '' : loaded.error);
    return loaded.value.config.getCurrentCluster()?.proxyUrl;
  };
  const environment = { HTTPS_PROXY: 'http://env:3128', NO_PROXY: 'example.com' };
  assert.equal(proxy({}, { HTTPS_PROXY: 'http://env:3128' }), 'http://env:3128');
  assert.equal(proxy({}, environment), undefined);
  assert.equal(proxy({ 'proxy-url': 'http://own:3128' }, environment), 'http://own:3128');
  assert.match(
    load(t, single({ token: 'secret' }), undefined, { HTTPS_PROXY: 'ftp://me:hush@env' }),
    /^cluster main: HTTPS_PROXY has the scheme ftp/,
  );
});

test('ordinary YAML is read: anchors, merge keys, comments', (t) => {
  const content = `# mine
users: [{ name: me, user: &me { tokenFile: token } }, { name: you, user: { <<: *me } }]
clusters: [{ name: blue, cluster: { server: 'https://127.0.0.1:6443' } }]
contexts: [{ name: blue, context: { cluster: blue, user: you } }]
current-context: blue
`;
  const { directory, loaded } = loadSpec(t, content);
  assert.equal(loaded.ok && loaded.value.tokenFile, join(directory, 'token'));
});

test('a kubeconfig that is not YAML, or has secrets in its address, is refused without its content', (t) => {
  const broken = [
    'users: [{ user: { token: *hush } }]',
    'users:\n  - user:\n      token: "hush',
    'users:\n  - user: { token: hush ]\n',
    String.raw`users: [{ user: { token: "\hush" } }]`,
    'users:\n  - user:\n      token: hush: hush\n',
    'users:\n\t- token: hush\n',
    'hush',
  ];
  for (const content of broken) {
    const error = load(t, content);
    assert.match(error, /^cluster main: kubeconfig .* is not valid: ./, content);
    assert.doesNotMatch(error, /hush/, content);
  }
  for (const server of ['http://me:hush@127.0.0.1:8080', "https://me:hu'sh@127.0.0.1:port"])
    assert.doesNotMatch(load(t, single({ token: 'hush' }, { server })), /hush|hu'sh|me:/, server);
});
