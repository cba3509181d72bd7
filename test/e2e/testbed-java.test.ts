import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readRegistry } from '../support/eureka-rest.ts';
import { startBackend, type Backend, type BackendAnswer } from '../testbed/backend.ts';
import {
  startNetflixClient,
  startRibbonClient,
  startZuul,
  type NetflixClient,
  type RibbonClient,
  type Zuul,
} from '../testbed/java/clients.ts';
import { startEureka, type Eureka } from '../testbed/java/eureka.ts';
import { until } from '../testbed/until.ts';

const progress = (line: string): void => console.error(line);

for (const generation of ['hoxton', 'current'] as const) {
  describe(`the Java test bed on stock Eureka (${generation})`, { timeout: 1_200_000 }, () => {
    const dir = mkdtempSync(join(tmpdir(), `eurek8s-java-${generation}-`));
    const hosts = { 'bob.example.test': '127.0.0.1' };
    let one: Backend;
    let two: Backend;
    let eureka: Eureka;
    let ribbon: RibbonClient;
    let zuul: Zuul;

    const registerAlice = async (): Promise<void> => {
      await eureka.register({ app: 'ALICE', port: one.port, id: 'alice-1' });
      await eureka.register({ app: 'ALICE', port: two.port, id: 'alice-2' });
    };

    before(async () => {
      one = await startBackend({ name: 'one' });
      two = await startBackend({ name: 'two' });
      eureka = await startEureka({ generation, dir: join(dir, 'eureka'), progress });
      await registerAlice();
      const eurekaUrl = eureka.url;
      ribbon = await startRibbonClient({ eurekaUrl, dir: join(dir, 'ribbon'), hosts, progress });
      zuul = await startZuul({ eurekaUrl, dir: join(dir, 'zuul'), hosts, progress });
    });

    after(async () => {
      await Promise.all([zuul?.stop(), ribbon?.stop(), eureka?.stop(), one?.stop(), two?.stop()]);
      rmSync(dir, { recursive: true, force: true });
    });

    test('Ribbon calls the registered backends evenly', async () => {
      await ribbon.waitForServers('alice', (servers) => servers.length === 2);
      const { ok, errors, backends, hosts, failures } = await ribbon.call('alice', 30);
      assert.deepEqual({ ok, errors, failures }, { ok: 30, errors: 0, failures: {} });
      assertEven(backends, ['one', 'two'], 30);
      assertEven(hosts, [`127.0.0.1:${one.port}`, `127.0.0.1:${two.port}`], 30);
    });

    test('Zuul routes by application to the registered backends evenly', async () => {
      await until('the route to alice', async () => (await zuul.routes())['/alice/**'] === 'alice');
      const answers: BackendAnswer[] = [];
      for (let i = 0; i < 20; i++) {
        const { status, body } = await zuul.get('/alice/whoami?n=1', { host: 'edge.example.test' });
        assert.equal(status, 200, body);
        answers.push(JSON.parse(body) as BackendAnswer);
      }
      const ones = answers.filter(({ backend }) => backend === 'one').length;
      assertEven({ one: ones, two: answers.length - ones }, ['one', 'two'], 20);
      for (const { host, port, path, xForwardedHost } of answers) {
        assert.equal(host, `127.0.0.1:${port}`);
        assert.equal(path, '/whoami?n=1');
        assert.equal(xForwardedHost, 'edge.example.test');
      }
    });

    test('the registered host name becomes the Host header', async () => {
      await eureka.register({ app: 'BOB', host: 'bob.example.test', port: one.port, zone: 'zone1' });
      const [server] = await ribbon.waitForServers('bob', (servers) => servers.length === 1);
      assert.equal(server?.zone, 'zone1');
      one.resetReceived();
      const host = `bob.example.test:${one.port}`;
      assert.deepEqual((await ribbon.call('bob', 3)).hosts, { [host]: 3 });
      const answer = await until('the route to bob', async () => {
        const { status, body } = await zuul.get('/bob/whoami');
        return status === 200 && (JSON.parse(body) as BackendAnswer);
      });
      assert.equal(answer.host, host);
      assert.equal(one.received.byHost.get(host), one.received.total);
    });

    test('an instance that deregisters is called no more', async () => {
      await eureka.cancel('ALICE', 'alice-2');
      await ribbon.waitForServers('alice', (servers) => servers.length === 1);
      assert.deepEqual((await ribbon.call('alice', 10)).backends, { one: 10 });
      await registerAlice();
      await ribbon.waitForServers('alice', (servers) => servers.length === 2);
    });

    test('a backend that answers 503 is counted as an error', async () => {
      two.answerWith(503);
      const { ok, errors, failures } = await ribbon.call('alice', 10);
      assertEven({ ok, errors }, ['ok', 'errors'], 10);
      assert.match(Object.keys(failures).join(), /503/);
      two.answerWith(200);
      assert.equal((await ribbon.call('alice', 10)).errors, 0);
    });

    test('a lease that nobody renews expires', async () => {
      const leaseInfo = { renewalIntervalInSecs: 1, durationInSecs: 2 };
      await eureka.register({ app: 'CAROL', id: 'carol-1', port: one.port, leaseInfo });
      assert.equal(await eureka.heartbeat('CAROL', 'carol-1'), 200);
      await until('carol has gone', async () => !(await readRegistry(eureka.url)).has('CAROL'));
      assert.equal(await eureka.heartbeat('CAROL', 'carol-1'), 404);
    });

    test('callers go on with what they know while Eureka is dead, and follow it when it is back', async () => {
      await eureka.kill();
      await assert.rejects(readRegistry(eureka.url), /ECONNREFUSED/);
      assertEven((await ribbon.call('alice', 10)).backends, ['one', 'two'], 10);
      assert.equal((await zuul.get('/alice/whoami')).status, 200);

      await eureka.restart();
      assert.equal((await readRegistry(eureka.url)).size, 0);
      await eureka.register({ app: 'ALICE', port: two.port, id: 'alice-3' });
      await ribbon.waitForServers('alice', (servers) => servers.map((s) => s.instanceId).join() === 'alice-3');
      assert.deepEqual((await ribbon.call('alice', 10)).backends, { two: 10 });
    });
  });
}

describe("the test bed's Netflix client", { timeout: 1_200_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-java-netflix-'));
  let eureka: Eureka;
  let backend: Backend;
  let client: NetflixClient;

  before(async () => {
    backend = await startBackend({ name: 'one' });
    eureka = await startEureka({ generation: 'hoxton', dir: join(dir, 'eureka'), progress });
    await eureka.register({ app: 'ALICE', id: 'alice-1', port: backend.port });
    client = await startNetflixClient({
      eurekaUrl: eureka.url,
      dir: join(dir, 'client'),
      register: { app: 'DAVE', id: 'dave-1', port: 9001, metadata: { zone: 'zone1' } },
      progress,
    });
  });

  after(async () => {
    await Promise.all([client?.stop(), eureka?.stop(), backend?.stop()]);
    rmSync(dir, { recursive: true, force: true });
  });

  test('follows the registry by deltas alone, its hash always that of the server', async () => {
    await client.waitForRegistry(({ apps }) => apps['DAVE'] !== undefined && apps['ALICE'] !== undefined);
    await eureka.register({ app: 'ALICE', id: 'alice-2', port: backend.port, status: 'DOWN' });
    const view = await client.waitForRegistry(({ apps }) => apps['ALICE']?.length === 2);
    assert.equal(view.clientHash, 'DOWN_1_UP_2_');
    assert.equal(view.serverHash, view.clientHash);
    assert.deepEqual(view.apps['DAVE']?.[0]?.metadata, { zone: 'zone1' });
    await eureka.cancel('ALICE', 'alice-2');
    await client.waitForRegistry(({ clientHash }) => clientHash === 'UP_2_');

    const { requests, fullFetches, hashMismatches } = await client.stats();
    assert.deepEqual({ fullFetches, hashMismatches }, { fullFetches: 1, hashMismatches: 0 });
    assert.ok((requests['GET /eureka/apps/delta 200'] ?? 0) >= 2);
    assert.ok(client.history.some(({ clientHash }) => clientHash === 'DOWN_1_UP_2_'));
  });

  test('calls through its Ribbon', async () => {
    const servers = await client.waitForServers('alice', (list) => list.length === 1);
    assert.equal(servers[0]?.instanceId, 'alice-1');
    assert.deepEqual((await client.call('alice', 4)).backends, { one: 4 });
  });

  test('is renewed, follows its own status, and registers again when the server forgot it', async () => {
    await until(
      'a heartbeat',
      async () => ((await client.stats()).requests['PUT /eureka/apps/DAVE/dave-1 200'] ?? 0) > 0,
    );
    await client.setStatus('DOWN');
    await until('the new status is registered', async () => {
      const [dave] = (await readRegistry(eureka.url)).get('DAVE') ?? [];
      return dave?.status === 'DOWN';
    });
    await eureka.cancel('DAVE', 'dave-1');
    await until('it is back', async () => (await readRegistry(eureka.url)).has('DAVE'));
  });

  test('a killed server costs full fetches, and they are counted', async () => {
    await eureka.kill();
    await eureka.restart();
    await client.waitForRegistry(({ apps }) => apps['DAVE'] !== undefined && apps['ALICE'] === undefined);
    const { requests, fullFetches } = await client.stats();
    assert.ok(fullFetches > 1, JSON.stringify(requests));
  });

  test('deregisters when it is stopped', async () => {
    await client.stop();
    await until('dave has gone', async () => !(await readRegistry(eureka.url)).has('DAVE'));
    assert.equal(await eureka.heartbeat('DAVE', 'dave-1'), 404);
  });
});

/** Up to two off: the client shuffles its list at each fetch, and round robin then meets an entry twice in a row. */
function assertEven(counts: Readonly<Record<string, number>>, names: readonly string[], total: number): void {
  assert.deepEqual(Object.keys(counts).toSorted(), names.toSorted());
  for (const count of Object.values(counts))
    assert.ok(Math.abs(count - total / names.length) <= 2, JSON.stringify(counts));
}
