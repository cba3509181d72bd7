import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { scene, syncedScene, until, type Scene, type SceneOptions } from '../support/fake-kubernetes/cluster-scene.ts';
import type { FakeKubernetes } from '../support/fake-kubernetes.ts';
import { ingress } from '../support/fake-kubernetes/objects.ts';

const V1 = 'client.authentication.k8s.io/v1';

/** Shell commands as the plug-in `./plugin.sh` beside the kubeconfig; `$HERE` is their directory. */
function plugin(script: string, more: object = {}): Pick<SceneOptions, 'beside' | 'user'> {
  return {
    beside: { 'plugin.sh': `#!/bin/sh\nHERE=$(dirname "$0")\necho $$ >>"$HERE/runs"\n${script}\n`, token: 'first' },
    user: { exec: { apiVersion: V1, command: './plugin.sh', interactiveMode: 'Never', ...more } },
  };
}

/** Prints the token in the file beside it. */
const ANSWERS = `printf '{"apiVersion":"${V1}","kind":"ExecCredential","status":{"token":"%s"}}' "$(cat "$HERE/token")"`;

function lines(directory: string, file: string): readonly string[] {
  try {
    return readFileSync(join(directory, file), 'utf8').trimEnd().split('\n');
  } catch {
    return [];
  }
}

function alive(pids: readonly string[]): readonly string[] {
  return pids.filter((pid) => {
    try {
      process.kill(Number(pid), 0);
      // A zombie is dead too.
      return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return false;
    }
  });
}

/** Ends all watches and waits until each of them has been opened anew. */
async function reopened(fake: FakeKubernetes): Promise<void> {
  const watches = (): number => fake.calls.filter(({ verb }) => verb === 'watch').length;
  const before = watches();
  fake.endWatches();
  await until(() => watches() === before + 5 && fake.openWatches() === 5, 'new watches');
}

async function reasonOf({ source }: Scene): Promise<string> {
  await until(() => source.health().lastError !== undefined, 'a reason');
  assert.equal(source.health().state, 'starting');
  return source.health().lastError ?? '';
}

test('the token of a tokenFile is read, relative to the kubeconfig', async (t) => {
  const { source } = await syncedScene(t, {
    beside: { token: 'first\n' },
    user: { tokenFile: 'token' },
    prepare: (fake) => void (fake.token = 'first'),
  });
  assert.equal(source.health().state, 'synced');
});

test('a tokenFile is read again when it has changed, without any failure', async (t) => {
  const { fake, source, directory } = await syncedScene(t, {
    beside: { token: 'first' },
    user: { tokenFile: './token' },
    prepare: (fake) => void (fake.token = 'first'),
  });
  writeFileSync(join(directory, 'token'), 'second');
  fake.token = 'second';
  await reopened(fake);
  assert.ok(source.watches().every(({ failures }) => failures === 0));
});

test('a tokenFile that is renewed late is read again after a 401', async (t) => {
  const { fake, sink, directory } = await syncedScene(t, {
    beside: { token: 'first' },
    user: { tokenFile: 'token' },
    prepare: (fake) => void (fake.token = 'first'),
  });
  fake.token = 'second';
  fake.endWatches();
  await until(() => fake.openWatches() === 0, 'no watch');
  fake.state.put(ingress('shop', 'orders'));
  writeFileSync(join(directory, 'token'), 'second');
  await until(() => sink.keys('Ingress').length === 1, 'the change');
});

for (const [what, content, reason] of [
  ['empty', ' \n', /token holds an empty token/],
  ['two lines long', 'hush\nhush', /token holds a token with characters that none may have/],
  ['missing', undefined, /the token file cannot be read: there is no such file/],
] as const) {
  test(`a tokenFile that is ${what} is reported, without any of its content`, async (t) => {
    const beside = content === undefined ? {} : { token: content };
    const error = await reasonOf(await scene(t, { beside, user: { tokenFile: 'token' } }));
    assert.match(error, reason);
    assert.doesNotMatch(error, /hush/);
  });
}

test('a kubeconfig that has changed is read again before anything fails', async (t) => {
  const { fake, source, directory } = await syncedScene(t, { prepare: (fake) => void (fake.token = 'secret') });
  fake.token = 'other';
  writeFileSync(join(directory, 'config'), fake.kubeconfig({ token: 'other' }));
  await reopened(fake);
  writeFileSync(join(directory, 'config'), '{ half');
  await reopened(fake);
  assert.ok(source.watches().every(({ failures }) => failures === 0));
});

test('a plug-in that never returns is killed with all it has started, one run at a time', async (t) => {
  const made = await scene(t, {
    ...plugin('sleep 300 & echo $! >>"$HERE/runs"; echo waiting for a login >&2; wait'),
    timing: { pluginLimit: 300 },
  });
  const { directory, source } = made;
  let most = 0;
  await until(() => {
    most = Math.max(most, alive(lines(directory, 'runs')).length);
    return lines(directory, 'runs').length >= 8;
  }, 'four runs');
  // A run is the plug-in and the processes that it has started.
  assert.ok(most <= 2, `${most} processes at once`);
  assert.match(
    await reasonOf(made),
    /credential plug-in .*plugin\.sh: .*no answer within 300 ms; it says: waiting for a login/,
  );
  await source.stop();
  await until(() => alive(lines(directory, 'runs')).length === 0, 'no process left behind');
});

test('a plug-in without waiting requests is killed, long before its own limit', async (t) => {
  const { directory, source } = await scene(t, { ...plugin('sleep 300'), timing: { pluginLimit: 3_600_000 } });
  await until(() => alive(lines(directory, 'runs')).length === 1, 'a run');
  await source.stop();
  await until(() => alive(lines(directory, 'runs')).length === 0, 'no process left behind');
  assert.equal(lines(directory, 'runs').length, 1, 'one run for all that waited');
});

test('a plug-in receives what client-go passes about the cluster, and the variables of the kubeconfig', async (t) => {
  const { directory, fake } = await syncedScene(t, {
    transport: 'tls-http2',
    ...plugin(
      `printf '%s' "$KUBERNETES_EXEC_INFO" >"$HERE/info"; echo "$PROFILE $INHERITED $1 $2" >"$HERE/env"; ${ANSWERS}`,
      { provideClusterInfo: true, args: ['get-token', 'x y'], env: [{ name: 'PROFILE', value: 'blue' }] },
    ),
    environment: { INHERITED: 'yes' },
    cluster: () => ({
      'tls-server-name': 'kubernetes.test',
      extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'us' } }],
    }),
    prepare: (fake) => void (fake.token = 'first'),
  });
  const info = JSON.parse(readFileSync(join(directory, 'info'), 'utf8'));
  assert.equal(info.kind, 'ExecCredential');
  assert.equal(info.apiVersion, V1);
  assert.equal(info.spec.interactive, false);
  assert.equal(info.spec.cluster.server, fake.url);
  assert.equal(info.spec.cluster['tls-server-name'], 'kubernetes.test');
  assert.match(Buffer.from(info.spec.cluster['certificate-authority-data'], 'base64').toString(), /^-----BEGIN CERT/);
  assert.deepEqual(info.spec.cluster.config, { audience: 'us' });
  assert.deepEqual(lines(directory, 'env'), ['blue yes get-token x y']);
});

test('without provideClusterInfo a plug-in receives only the version', async (t) => {
  const { directory } = await syncedScene(t, plugin(`printf '%s' "$KUBERNETES_EXEC_INFO" >"$HERE/info"; ${ANSWERS}`));
  const info: unknown = JSON.parse(readFileSync(join(directory, 'info'), 'utf8'));
  assert.deepEqual(info, { apiVersion: V1, kind: 'ExecCredential', spec: { interactive: false } });
});

test('a credential without an end is kept, and made anew once for all after a 401', async (t) => {
  const { fake, directory } = await syncedScene(t, {
    ...plugin(ANSWERS),
    prepare: (fake) => void (fake.token = 'first'),
  });
  assert.equal(lines(directory, 'runs').length, 1, 'one run for five lists and five watches');
  writeFileSync(join(directory, 'token'), 'second');
  fake.token = 'second';
  fake.endWatches();
  await until(() => lines(directory, 'runs').length === 2, 'another run');
  await until(() => fake.openWatches() === 5, 'all watches with the new token');
  assert.equal(lines(directory, 'runs').length, 2);
});

test('a credential is made anew when its time is over', async (t) => {
  const until1970 = `printf '{"apiVersion":"${V1}","kind":"ExecCredential","status":{"token":"first","expirationTimestamp":"1970-01-01T00:00:00Z"}}'`;
  const { fake, directory } = await syncedScene(t, {
    ...plugin(until1970),
    prepare: (fake) => void (fake.token = 'first'),
  });
  const before = lines(directory, 'runs').length;
  fake.endWatches();
  await until(() => lines(directory, 'runs').length > before, 'another run');
});

interface Broken {
  readonly what: string;
  readonly script: string;
  readonly more?: object;
  readonly reason: RegExp;
}

const BROKEN: readonly Broken[] = [
  { what: 'prints no JSON', script: 'echo hush', reason: /it printed something else than an ExecCredential \(5 char/ },
  { what: 'prints nothing', script: ':', reason: /something else than an ExecCredential \(0 characters/ },
  {
    what: 'answers in another apiVersion',
    script: `echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"hush"}}'`,
    reason: /in the apiVersion client\.authentication\.k8s\.io\/v1beta1, and the kubeconfig says .*\/v1$/,
  },
  {
    what: 'gives no status',
    script: `echo '{"apiVersion":"${V1}","kind":"ExecCredential"}'`,
    reason: /gave no status/,
  },
  {
    what: 'gives an empty status',
    script: `echo '{"apiVersion":"${V1}","kind":"ExecCredential","status":{"token":""}}'`,
    reason: /gave neither a token nor a certificate/,
  },
  {
    what: 'gives a certificate without its key',
    script: `echo '{"apiVersion":"${V1}","kind":"ExecCredential","status":{"clientCertificateData":"x"}}'`,
    reason: /gave a certificate or a key, not both/,
  },
  {
    what: 'gives a time that is none',
    script: `echo '{"apiVersion":"${V1}","kind":"ExecCredential","status":{"token":"hush","expirationTimestamp":"soon"}}'`,
    reason: /expirationTimestamp that is no time/,
  },
  {
    what: 'gives a token of two lines',
    script: `echo '{"apiVersion":"${V1}","kind":"ExecCredential","status":{"token":"hush\\\\nhush"}}'`,
    reason: /a token with characters that none may have/,
  },
  { what: 'prints without end', script: 'yes hush', reason: /printed more than 1048576 bytes and was ended/ },
  { what: 'is ended by a signal', script: 'kill -TERM $$; sleep 9', reason: /it ended by SIGTERM/ },
  {
    what: 'fails with an error message',
    script: `echo "access denied for $AWS_SECRET_ACCESS_KEY at https://me:hush@sts.example.com/ with Bearer hush.hush and eyJhdWQiOiJ4In0.hush.hush, --password=$2" >&2; exit 3`,
    more: {
      args: ['--client-secret', 'hush-from-args'],
      env: [{ name: 'AWS_SECRET_ACCESS_KEY', value: 'hush-from-env' }],
    },
    reason: /it ended with code 3; it says: access denied for \*\*\* at https:\/\/\*\*\*@sts/,
  },
  {
    what: 'talks for megabytes',
    script: 'yes hello | head -c 3000000 >&2; echo the end >&2; exit 1',
    reason: /it ended with code 1; it says: ….{0,320}the end$/,
  },
  {
    what: 'does not exist',
    script: '',
    more: { command: 'no-such-plugin', installHint: 'Install it from example.com.' },
    reason: /there is no such command; Install it from example\.com\./,
  },
];

for (const { what, script, more, reason } of BROKEN) {
  test(`a plug-in that ${what} is reported, without secrets`, async (t) => {
    const error = await reasonOf(await scene(t, plugin(script, more)));
    assert.match(error, reason);
    assert.doesNotMatch(error, /hush/);
    assert.ok(error.length < 700, error);
  });
}

test('a plug-in that may not be executed is reported', async (t) => {
  const error = await reasonOf(await withPlainFile(t));
  assert.match(error, /it may not be executed/);
});

function withPlainFile(t: TestContext): Promise<Scene> {
  const given = plugin(ANSWERS);
  return scene(t, {
    ...given,
    user: { exec: { apiVersion: V1, command: './config' } },
  });
}

test('a plug-in that is there again is used again', async (t) => {
  const made = await scene(t, { ...plugin(ANSWERS), prepare: (fake) => void (fake.token = 'first') });
  await until(() => made.source.health().state === 'synced', 'sync');
  const script = readFileSync(join(made.directory, 'plugin.sh'));
  rmSync(join(made.directory, 'plugin.sh'));
  writeFileSync(join(made.directory, 'token'), 'second');
  made.fake.token = 'second';
  made.fake.endWatches();
  await until(() => /there is no such command/.test(made.source.health().lastError ?? ''), 'the reason');
  writeFileSync(join(made.directory, 'plugin.sh'), script, { mode: 0o755 });
  await until(() => made.source.health().state === 'synced' && made.fake.openWatches() === 5, 'recovery');
});
