import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { TestAuthority } from '../support/certificates.ts';
import { basic, temporaryDirectory, temporaryFile } from '../support/credentials.ts';
import { registration } from '../support/fake-eureka.ts';
import { httpRequest, type HttpAnswer } from '../support/http-request.ts';
import { serveForTest } from '../support/running-server.ts';
import { startEureka } from '../testbed/java/eureka.ts';
import { freePort } from '../testbed/ports.ts';
import { until } from '../testbed/until.ts';

const STORE_PASSWORD = 'changeit';
const progress = (line: string): void => void process.stderr.write(`${line}\n`);

for (const generation of ['hoxton', 'current'] as const)
  describe(`a stock server, ${generation}`, { timeout: 300_000 }, () => {
    test('that speaks TLS alone, and to nobody without a certificate, is our legacy', async (t) => {
      const dir = temporaryDirectory(t);
      const authority = new TestAuthority(dir);
      const [server, client] = [authority.server(), authority.issue({ subject: '/CN=eurek8s' })];
      const material = { ca: authority.pem, cert: authority.read(client.cert), key: authority.read(client.key) };
      const ask = async (port: number, method = 'GET', body?: string): Promise<Pick<HttpAnswer, 'status' | 'body'>> =>
        new Promise((resolve, reject) => {
          const url = `https://127.0.0.1:${port}/eureka/apps${body === undefined ? '' : '/ORDERS'}`;
          const headers = { accept: 'application/json', 'content-type': 'application/json' };
          const question = request(url, { method, headers, agent: false, ...material }, (answer) => {
            text(answer).then((all) => resolve({ status: answer.statusCode ?? 0, body: all }), reject);
          });
          question.once('error', reject).end(body);
        });
      const eureka = await startEureka({
        generation,
        dir: join(dir, 'eureka'),
        progress,
        ready: async (port) => (await ask(port)).status === 200,
        properties: {
          'server.ssl.enabled': 'true',
          'server.ssl.key-store': keyStore(dir, server),
          'server.ssl.key-store-type': 'PKCS12',
          'server.ssl.key-store-password': STORE_PASSWORD,
          'server.ssl.trust-store': trustStore(dir, authority),
          'server.ssl.trust-store-type': 'PKCS12',
          'server.ssl.trust-store-password': STORE_PASSWORD,
          'server.ssl.client-auth': 'need',
          'eureka.server.use-read-only-response-cache': 'false',
        },
      });
      t.after(() => eureka.stop());
      const { url } = await serveForTest(t, {
        flags: {
          'leases.enabled': ['false'],
          'legacy.urls': [`https://127.0.0.1:${eureka.port}/eureka`],
          'legacy.pollInterval': ['250ms'],
          'legacy.tls.ca': [authority.files.cert],
          'legacy.tls.cert': [client.cert],
          'legacy.tls.key': [client.key],
        },
      });
      await until('reads', async () => (await httpRequest(`${url}/readyz`)).status === 200);
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ instance: registration('ORDERS', 'o-1') });
      const written = await httpRequest(`${url}/eureka/apps/ORDERS`, { method: 'POST', headers, body });
      assert.equal(written.status, 204);
      await until('it is at the legacy', async () => (await ask(eureka.port)).body.includes('"o-1"'));
      const other = JSON.stringify({ instance: registration('ORDERS', 'o-2') });
      assert.equal((await ask(eureka.port, 'POST', other)).status, 204);
      await until('its own is here', async () => (await httpRequest(`${url}/eureka/apps`)).body.includes('o-2'));
    });

    test('pushes to us as its peer with the password of our URL', async (t) => {
      const dir = temporaryDirectory(t);
      mkdirSync(join(dir, 'eureka'));
      const [port, eurekaPort] = [await freePort(), await freePort()];
      const eureka = await startEureka({
        generation,
        dir: join(dir, 'eureka'),
        port: eurekaPort,
        progress,
        properties: {
          'eureka.client.service-url.defaultZone': `http://legacy:peer-1@localhost:${port}/peer/eureka/`,
          'eureka.client.fetch-registry': 'false',
          'eureka.client.register-with-eureka': 'false',
        },
      });
      t.after(() => eureka.stop());
      const { url } = await serveForTest(t, {
        flags: {
          'leases.enabled': ['false'],
          'legacy.urls': [eureka.url],
          'legacy.peerFeed': ['true'],
          // What is here soon was pushed.
          'legacy.pollInterval': ['10m'],
          'legacy.fullInterval': ['10m'],
          'auth.file': [
            temporaryFile(t, 'auth.yaml', '- { name: legacy, password: peer-1, rights: [read, register] }'),
          ],
        },
        port,
      });
      const headers = { authorization: basic('legacy', 'peer-1'), accept: 'application/json' };
      await until('reads', async () => (await httpRequest(`${url}/readyz`)).status === 200);
      await eureka.register({ app: 'ORDERS', id: 'o-1', port: 8080 });
      await until('it was pushed', async () =>
        (await httpRequest(`${url}/eureka/apps`, { headers })).body.includes('"o-1"'),
      );
    });
  });

function keyStore(dir: string, { cert, key }: { readonly cert: string; readonly key: string }): string {
  const store = join(dir, 'server.p12');
  execFileSync('openssl', [
    'pkcs12',
    '-export',
    '-in',
    cert,
    '-inkey',
    key,
    '-out',
    store,
    '-passout',
    `pass:${STORE_PASSWORD}`,
  ]);
  return store;
}

function trustStore(dir: string, { files }: TestAuthority): string {
  const store = join(dir, 'trust.p12');
  const into = ['-keystore', store, '-storetype', 'PKCS12', '-storepass', STORE_PASSWORD, '-noprompt'];
  execFileSync('keytool', ['-importcert', '-alias', 'ca', '-file', files.cert, ...into], { stdio: 'ignore' });
  return store;
}
