import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { basic } from '../support/credentials.ts';
import { TestAuthority } from '../support/certificates.ts';
import { httpRequest } from '../support/http-request.ts';
import { registration } from '../support/fake-eureka.ts';
import { serveForTest, type Ending } from '../support/running-server.ts';
import { buildClients } from '../testbed/clients/build.ts';
import type { Client, Family } from '../testbed/clients/client.ts';
import { clientFamilies } from '../testbed/clients/families.ts';
import { freePort } from '../testbed/ports.ts';
import { until } from '../testbed/until.ts';

/** One of each HTTP stack: two generations of Java, Node, Go, Python, curl. */
const FAMILIES = ['NETFLIX-1', 'SPRING-RESTCLIENT', 'EJS', 'FARGO-JSON', 'PROMETHEUS', 'PY-EUREKA-CLIENT', 'CURL'];
/** Clients ask each second, each for two things or so; one that goes round in a loop asks without a pause. */
const MAX_REQUESTS_PER_SECOND = 6;
const PATIENCE = { everyMs: 250 };
const ADMIN = { authorization: basic('admin', 'admin-1') };
const progress = (line: string): void => void process.stderr.write(`${line}\n`);

const fileWith = (...passwords: readonly string[]): string =>
  [
    '- { name: admin, password: admin-1, rights: [read, register] }',
    ...passwords.map((password) => `- { name: fleet, password: ${password}, rights: [read, register] }`),
  ].join('\n');

interface Member {
  readonly family: Family;
  readonly client: Client;
}

describe('client families over https, with the password of their URL', { timeout: 600_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-passwords-'));
  const endings: (() => Promise<void>)[] = [];
  const ending: Ending = { after: (undo) => void endings.push(undo) };
  const authFile = join(dir, 'auth.yaml');
  let url = '';
  let members: readonly Member[] = [];

  const registered = async (): Promise<readonly string[]> => {
    const { body } = await httpRequest(`${url}/eureka/apps`, { headers: { ...ADMIN, accept: 'application/json' } });
    const { applications } = JSON.parse(body) as {
      readonly applications: { readonly application: readonly { readonly name: string }[] };
    };
    return applications.application.map(({ name }) => name);
  };
  const refused = async (): Promise<number> => {
    const { body } = await httpRequest(`${url}/metrics`, { headers: ADMIN });
    return Number(/refused_requests_total\{reason="wrong-credentials"\} (\d+)/.exec(body)?.[1] ?? 0);
  };
  const seesSeed = async ({ client }: Member): Promise<boolean> =>
    Object.values(await client.instances('SEED')).includes('UP');
  const canRegister = ({ family }: Member): boolean => family.lacks?.registers === undefined;

  before(async () => {
    const authority = new TestAuthority(dir);
    trustEverywhere(authority, dir);
    writeFileSync(authFile, fileWith('old-1'));
    const { cert, key } = authority.server();
    const tlsPort = await freePort();
    const server = await serveForTest(ending, {
      flags: {
        'auth.file': [authFile],
        'listen.tls.cert': [cert],
        'listen.tls.key': [key],
        'listen.tls.port': [`${tlsPort}`],
      },
    });
    url = server.url;
    const seed = registration('SEED', 'seed-1', { leaseInfo: { renewalIntervalInSecs: 30, durationInSecs: 3600 } });
    const headers = { ...ADMIN, 'content-type': 'application/json' };
    const body = JSON.stringify({ instance: seed });
    assert.equal((await httpRequest(`${url}/eureka/apps/SEED`, { method: 'POST', headers, body })).status, 204);
    const all = clientFamilies(await buildClients(progress)).filter(({ key }) => FAMILIES.includes(key));
    assert.equal(all.length, FAMILIES.length);
    members = [];
    const starts = await Promise.allSettled(
      all.map(async (family): Promise<void> => {
        const own = join(dir, family.key);
        mkdirSync(own);
        const client = await family.start({
          eurekaUrl: `https://fleet:old-1@localhost:${tlsPort}/eureka`,
          dir: own,
          app: family.key,
          id: `${family.key.toLowerCase()}-1`,
          port: await freePort(),
          hosts: {},
        });
        endings.push(() => client.kill());
        members = [...members, { family, client }];
      }),
    );
    const failed = starts.flatMap((start) => (start.status === 'rejected' ? [start.reason as unknown] : []));
    if (failed.length > 0) throw new AggregateError(failed, failed.join('; '));
  });

  after(async () => {
    await Promise.all(endings.toReversed().map((end) => end().catch(() => undefined)));
    rmSync(dir, { recursive: true, force: true });
  });

  test('they are let in: they see the registry, and those that can register', async () => {
    for (const member of members) await until(`${member.family.key} sees`, () => seesSeed(member), PATIENCE);
    for (const member of members.filter(canRegister))
      await until(
        `${member.family.key} registers`,
        async () => (await registered()).includes(member.family.key),
        PATIENCE,
      );
  });

  test('whose password is taken away keep their view, and do not go round in loops', async (t) => {
    writeFileSync(authFile, fileWith('new-1'));
    await until('the first refusal', async () => (await refused()) > 0, PATIENCE);
    const [before, startedAt] = [await refused(), performance.now()];
    await sleep(6_000);
    const perSecond = ((await refused()) - before) / ((performance.now() - startedAt) / 1000) / members.length;
    t.diagnostic(`${perSecond.toFixed(1)} refused requests a second and client`);
    assert.ok(perSecond > 0 && perSecond < MAX_REQUESTS_PER_SECOND, `${perSecond}`);
    for (const member of members.filter(({ family }) => family.reads === 'cache'))
      assert.ok(await seesSeed(member), `${member.family.key} keeps its view`);
  });

  test('they come back by themselves when it is right again', async () => {
    writeFileSync(authFile, fileWith('new-1', 'old-1'));
    for (const member of members) await until(`${member.family.key} sees again`, () => seesSeed(member), PATIENCE);
    for (const { client, family } of members.filter(canRegister)) {
      const gone = async (): Promise<boolean> => !(await registered()).includes(family.key);
      await until(`${family.key} is there`, async () => !(await gone()), PATIENCE);
      await client.stop();
      if (family.lacks?.deregisters === undefined) await until(`${family.key} is gone`, gone, PATIENCE);
    }
  });
});

/** Each runtime has its own way to be told of an authority; the processes that are started here inherit all of them. */
function trustEverywhere({ files }: TestAuthority, dir: string): void {
  const store = join(dir, 'trust.p12');
  const into = ['-keystore', store, '-storetype', 'PKCS12', '-storepass', 'changeit', '-noprompt'];
  execFileSync('keytool', ['-importcert', '-alias', 'test', '-file', files.cert, ...into], { stdio: 'ignore' });
  const javaTrust = [`-Djavax.net.ssl.trustStore=${store}`, '-Djavax.net.ssl.trustStorePassword=changeit'];
  Object.assign(process.env, {
    JAVA_TOOL_OPTIONS: javaTrust.join(' '),
    NODE_EXTRA_CA_CERTS: files.cert,
    SSL_CERT_FILE: files.cert,
    CURL_CA_BUNDLE: files.cert,
  });
}
