import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { check } from '../../server/cli/check.ts';
import { TestAuthority } from '../support/certificates.ts';
import { loaded, type GivenConfig } from '../support/config.ts';
import { temporaryDirectory, temporaryFile } from '../support/credentials.ts';
import { testShell } from '../support/shell.ts';
import { SteppedClock } from '../support/stepped-clock.ts';

async function checked(flags: NonNullable<GivenConfig['flags']>, now = Date.now()) {
  const shell = testShell({ clock: new SteppedClock(now) });
  const code = await check(loaded({ flags: { 'leases.enabled': ['true'], ...flags } }), shell);
  return { code, out: shell.written.out };
}

function tls(t: TestContext, days = 300) {
  const directory = temporaryDirectory(t);
  const authority = new TestAuthority(directory);
  const [one, other] = [0, 1].map(() => authority.issue({ subject: '/CN=localhost', days }));
  assert.ok(one && other);
  chmodSync(one.key, 0o600);
  return { directory, authority, one, other };
}

describe('eurek8s check and the files of the configuration', () => {
  test('credentials are counted, and what they risk is noted', async (t) => {
    const file = temporaryFile(
      t,
      'auth.yaml',
      '- { name: jörg, password: pä, rights: [read] }\n- { name: b, certificate: CN=b, rights: [read] }',
    );
    chmodSync(file, 0o644);
    const { code, out } = await checked({ 'auth.file': [file] });
    assert.equal(code, 0);
    assert.match(out, /^✓ auth\.file: 2 credentials$/m);
    assert.match(out, /^! auth\.file: \S+auth\.yaml holds secrets, and every user of this machine may read it$/m);
    assert.match(out, /^! auth\.file: passwords and tokens that come over plain HTTP can be read on their way/m);
    assert.match(out, /^! auth\.file: certificates of clients are named, and no client is asked for one/m);
    chmodSync(file, 0o640);
    assert.doesNotMatch((await checked({ 'auth.file': [file] })).out, /holds secrets/);
  });

  test('a configuration and a kubeconfig with secrets that everybody may read are noted', async (t) => {
    const shown = async (file: string, text: string, mode: number, name = file): Promise<string> => {
      chmodSync(file, mode);
      const shell = testShell({ clock: new SteppedClock(Date.now()) });
      await check(loaded({ file: text, name }), shell);
      return shell.written.out;
    };
    const config = temporaryFile(t, 'eurek8s.yaml', '');
    const secret = 'legacy: { urls: ["http://u:geheim@127.0.0.1:1/eureka"] }';
    const noted = /^! configuration: \S+eurek8s\.yaml holds secrets, and every user of this machine may read it$/m;
    assert.match(await shown(config, secret, 0o644), noted);
    assert.doesNotMatch(await shown(config, secret, 0o640), /holds secrets/);
    assert.doesNotMatch(await shown(config, 'legacy: { urls: ["http://127.0.0.1:1/"] }', 0o644), /holds secrets/);
    for (const [text, expected] of [
      ['users: [{ name: a, user: { token: geheim } }]', true],
      ['users: [{ name: a, user: { tokenFile: t } }]', false],
    ] as const) {
      const kubeconfig = temporaryFile(t, 'kubeconfig', text);
      const clusters = `leases: { enabled: true }\nclusters: [{ name: main, kubeconfig: ${kubeconfig} }]`;
      const out = await shown(kubeconfig, clusters, 0o644, config);
      assert.equal(/^! cluster main: \S+kubeconfig holds secrets/m.test(out), expected, out);
    }
  });

  test('a relative path that leads nowhere is told of with the place where it was looked for', async () => {
    const { out } = await checked({ 'auth.file': ['none/auth.yaml'], manifests: ['{ name: m, directory: none }'] });
    const at = (path: string): string => resolve(path).replaceAll('.', '\\.');
    assert.match(
      out,
      new RegExp(`^✗ auth\\.file: none/auth\\.yaml: there is no such file \\(${at('none/auth.yaml')}\\)$`, 'm'),
    );
    assert.match(out, new RegExp(`^✗ manifests m: none: does not exist \\(${at('none')}\\)$`, 'm'));
  });

  test('a pair that fits is good, and which file is wrong is told of one that does not', async (t) => {
    const { directory, one, other } = tls(t);
    const flags = (cert: string, key: string) => ({ 'listen.tls.cert': [cert], 'listen.tls.key': [key] });
    const good = await checked(flags(one.cert, one.key));
    assert.deepEqual([good.code, /holds secrets/.test(good.out)], [0, false]);
    assert.match(good.out, /^✓ listen\.tls: valid, the certificate ends \d{4}-/m);
    const junk = join(directory, 'junk');
    writeFileSync(junk, 'geheim');
    for (const [cert, key, problem] of [
      [one.cert, other.key, /^✗ listen\.tls: \S+\.key: is not the key of \S+\.crt$/m],
      [one.cert, `${directory}/none`, /^✗ listen\.tls: \S+none: there is no such file$/m],
      [one.cert, directory, /^✗ listen\.tls: \S+: no regular file/m],
      [junk, one.key, /^✗ listen\.tls: \S+junk: has no certificate in PEM form$/m],
      [one.cert, junk, /^✗ listen\.tls: \S+junk: has no private key in PEM form$/m],
      [one.key, one.cert, /^✗ listen\.tls: \S+\.key: has no certificate in PEM form$/m],
    ] as const) {
      const { code, out } = await checked(flags(cert, key));
      assert.equal(code, 1);
      assert.match(out, problem);
      assert.doesNotMatch(out, /geheim/);
    }
    const authorities = { ...flags(one.cert, one.key), 'listen.tls.clientAuth': ['request'] };
    const without = await checked({ ...authorities, 'listen.tls.clientCa': [junk] });
    assert.match(without.out, /^✗ listen\.tls: \S+junk: has no certificate in PEM form$/m);
  });

  test('a certificate that ends soon is a note, one that has ended is wrong', async (t) => {
    const { one } = tls(t, 30);
    const flags = { 'listen.tls.cert': [one.cert], 'listen.tls.key': [one.key] };
    const soon = await checked(flags, Date.now() + 20 * 86_400_000);
    assert.deepEqual([soon.code, /^! listen\.tls: the certificate ends in 10 d \(/m.test(soon.out)], [0, true]);
    const ended = await checked(flags, Date.now() + 33 * 86_400_000);
    assert.deepEqual([ended.code, /^✗ listen\.tls: the certificate has ended 3 d ago/m.test(ended.out)], [1, true]);
  });
});
