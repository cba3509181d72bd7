import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe } from 'node:test';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCli } from '../support/cli-process.ts';
import { heartbeatInstance, registerInstance } from '../support/eureka-rest.ts';
import { serveProcess, type ServedProcess, type ServedProcessOptions } from '../support/served-process.ts';
import { until } from '../testbed/until.ts';
import { smallDisk } from './disk.ts';
import { entryOf, hasMetric, keyOf } from './fleet.ts';
import { instanceOf, registerWith } from './own-registry.ts';
import { faultRow, PATIENCE } from './row.ts';
import { Truth } from './truth.ts';

/** Cases at the same time: they need some of the processor. */
const CONCURRENCY = 4;
const KILLS = 6;
const STEPPED_CLOCK = join(import.meta.dirname, 'preload', 'stepped-clock.ts');
const HOUR_MS = 3_600_000;
/** From one run of evictions to the next. */
const EVICTION_MS = 60_000;

/** Epoch milliseconds; 0: not yet. */
async function lastWrite(served: ServedProcess): Promise<number> {
  const at = (await served.sources()).registryFile?.lastWrite;
  return at === undefined ? 0 : Date.parse(at);
}

async function textOf(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => void text(answer).then(resolve, reject)).once('error', reject);
  });
}

describe('Eurek8s itself', { concurrency: CONCURRENCY }, () => {
  const leases = { enabled: true };

  faultRow(
    {
      area: 'ourselves',
      fault: 'killed at random moments of writes',
      how: `\`kill -9\` ${KILLS} times while instances register all the time (200 times the writer by itself: an integration test)`,
    },
    async (row) => {
      const config = { leases, snapshot: { file: join(row.directory, 'registry') } };
      let served = await serveProcess(row.t, row.directory, config);
      await served.ready();
      const { port } = served;
      const truth = new Truth();
      const judge = row.judge({ url: served.url, truth });
      let next = 0;
      let lost = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        /** Registered before the write before the last one was seen: that one has begun afterwards. */
        const durable = new Set(truth.facts.must.keys());
        const sinceWrite: string[] = [];
        let seenWrite = await lastWrite(served);
        const killAt = performance.now() + 1_500 + Math.random() * 2_500;
        let written: readonly string[] = [];
        // A file is there before the first of them.
        while (performance.now() < killAt || (kill === 0 && seenWrite === 0)) {
          const each = instanceOf(next++);
          await registerWith(served, truth, each);
          sinceWrite.push(keyOf(each));
          const write = await lastWrite(served);
          if (write !== seenWrite) {
            for (const key of written) durable.add(key);
            written = sinceWrite.splice(0);
            seenWrite = write;
          }
          await sleep(20);
        }
        judge.allowed.away = true;
        judge.allowed.refused = true;
        const known = [...truth.facts.must.keys()];
        truth.release(known.filter((key) => !durable.has(key)));
        await served.end('SIGKILL');
        row.ended();
        served = await serveProcess(row.t, row.directory, config, { port });
        const again = served;
        await row.right('reads are answered', async () => (await again.get('/readyz')).status === 200);
        judge.allowed.away = false;
        judge.allowed.refused = false;
        assert.equal((await served.sources()).registryFile?.start.found, 'read');
        const { body } = await served.get('/eureka/apps', { accept: 'application/json' });
        for (const key of known)
          if (body.includes(`"instanceId":"${key.split('/')[1]}"`)) truth.require(key);
          else {
            assert.ok(!durable.has(key), `${key} was in the file, and is lost`);
            lost++;
            truth.forbid([key]);
          }
      }
      row.saw(`of ${next} registrations ${lost} were younger than the last write, and are made again by clients`);
    },
  );

  faultRow(
    { area: 'ourselves', fault: 'the port is taken', how: 'a second process is started on the port of the first' },
    async (row) => {
      const served = await serveProcess(row.t, row.directory, { leases });
      const truth = new Truth();
      await registerWith(served, truth, instanceOf(0));
      row.judge({ url: served.url, truth, renewed: keyOf(instanceOf(0)) });
      const words = ['serve', '--leases.enabled', '--listen.host', '127.0.0.1', '--listen.port', String(served.port)];
      const { code, err } = await runCli(words);
      assert.equal(code, 1);
      await row.shown('exit code 1, the reason on stderr', async () =>
        /the port is in use by another process/.test(err),
      );
      await sleep(500);
    },
  );

  for (const [way, step] of [
    ['forward', HOUR_MS],
    ['back', -HOUR_MS],
  ] as const)
    faultRow(
      {
        area: 'machine',
        fault: `the clock is set ${way} by an hour, with a registry of our own`,
        how: 'the clock of the process jumps, its timers go on; a run of evictions comes before the next renewals',
      },
      async (row) => {
        // Evictions run every minute, from a moment between these two on.
        const startedAt = performance.now();
        const served = await serveProcess(
          row.t,
          row.directory,
          { leases },
          { node: ['--import', STEPPED_CLOCK], environment: { STEPS: String(step) } },
        );
        await served.ready();
        const readyAt = performance.now();
        const truth = new Truth();
        const registered = [0, 1, 2].map((n) => instanceOf(n));
        for (const each of registered) await registerWith(served, truth, each);
        row.judge({ url: served.url, truth });
        await sleep(EVICTION_MS / 2);
        for (const each of registered)
          assert.equal(await heartbeatInstance(`${served.url}/eureka`, each.app, each.id ?? ''), 200);
        // The next run of evictions comes before the next renewal.
        await sleep(Math.max(0, startedAt + EVICTION_MS - 3_000 - performance.now()));
        process.kill(served.pid, 'SIGUSR2');
        await sleep(Math.max(0, readyAt + EVICTION_MS + 1_000 - performance.now()));
        for (const each of registered)
          assert.equal(await heartbeatInstance(`${served.url}/eureka`, each.app, each.id ?? ''), 200);
        row.ended();
        await registerWith(served, truth, instanceOf(9));
        await row.right('news are served', async () => (await served.get('/eureka/apps/APP-4')).status === 200);
        await sleep(500);
      },
    );

  for (const kind of ['full', 'readOnly'] as const)
    faultRow(
      {
        area: 'machine',
        fault: kind === 'full' ? 'the disk is full' : 'the disk is read-only',
        how: 'where the registry file is: a file system of its own where tests may mount one, else limits that come to the same',
      },
      async (row) => {
        const disk = smallDisk(row.t, row.directory);
        const config = { leases, snapshot: { file: join(disk.directory, 'registry') } };
        const limits = kind === 'full' ? disk.limits : [];
        const served = await serveProcess(row.t, row.directory, config, { limits });
        await served.ready();
        const truth = new Truth();
        for (let n = 0; n < 20; n++) await registerWith(served, truth, instanceOf(n));
        const judge = row.judge({ url: served.url, truth, renewed: keyOf(instanceOf(0)) });
        if (disk.limits.length === 0) await until('it is written', async () => (await lastWrite(served)) > 0, PATIENCE);
        if (kind === 'full') disk.fill();
        else disk.protect();
        await registerWith(served, truth, instanceOf(20));
        await row.shown('`eurek8s_registry_file_failing`', () => hasMetric(served, 'eurek8s_registry_file_failing 1'));
        await row.shown('`/eurek8s/sources`', async () => (await served.sources()).registryFile?.problem !== undefined);
        assert.match(served.log(), /the registry file cannot be written: a restart would know less/);
        row.saw(`"${(await served.sources()).registryFile?.problem}"`);
        await sleep(1_000);
        row.ended();
        if (kind === 'full') disk.free(served.pid);
        else disk.permit();
        await row.right('the file is written', () => hasMetric(served, 'eurek8s_registry_file_failing 0'));
        const { port } = served;
        judge.allowed.away = true;
        judge.allowed.refused = true;
        judge.allowed.renewals = [200, 503];
        assert.equal(await served.end('SIGTERM'), 0);
        const again = await serveProcess(row.t, row.directory, config, { port });
        await again.ready();
        assert.deepEqual((await again.sources()).registryFile?.start.restored, ['leases']);
        judge.allowed.away = false;
        judge.allowed.refused = false;
        judge.allowed.renewals = [200];
        await sleep(500);
      },
    );

  faultRow(
    {
      area: 'machine',
      fault: 'memory runs out',
      how: 'a heap of 64 MB, and instances of 60 KB register until the process ends; then it is started with the usual heap',
    },
    async (row) => {
      const config = { leases, snapshot: { file: join(row.directory, 'registry') } };
      const start = (options: ServedProcessOptions): Promise<ServedProcess> =>
        serveProcess(row.t, row.directory, config, options);
      const first = await start({ node: ['--max-old-space-size=64'] });
      await first.ready();
      const truth = new Truth();
      for (let n = 0; n < 5; n++) await registerWith(first, truth, instanceOf(n));
      const before = await lastWrite(first);
      await until('they are in the file', async () => (await lastWrite(first)) > before, PATIENCE);
      const judge = row.judge({ url: first.url, truth, everyMs: 1_000 });
      judge.allowed.away = true;
      let isUp = true;
      const ended = first.ended.then((how) => {
        isUp = false;
        return how;
      });
      const metadata = { large: 'x'.repeat(60_000) };
      for (let n = 5; isUp && n < 2_000; n++) {
        const each = instanceOf(n, metadata);
        // What is not in the file yet may be lost with the process.
        truth.allow(keyOf(each), entryOf(each));
        await registerInstance(`${first.url}/eureka`, each).catch(() => undefined);
      }
      const how = await ended;
      row.ended();
      judge.allowed.refused = true;
      const again = await start({ port: first.port });
      await row.right('reads are answered', async () => (await again.get('/readyz')).status === 200);
      judge.allowed.refused = false;
      judge.allowed.away = false;
      row.saw(`the process ended (${how}) without a partial answer before`);
      await sleep(3_000);
    },
  );

  faultRow(
    {
      area: 'machine',
      fault: 'file descriptors are used up',
      how: 'at most 100 open files (`ulimit -n`), and 200 clients that open connections and say nothing',
    },
    async (row) => {
      const served = await serveProcess(row.t, row.directory, { leases }, { limits: ['-n 100'] });
      await served.ready();
      const truth = new Truth();
      for (let n = 0; n < 3; n++) await registerWith(served, truth, instanceOf(n));
      // Those who were there before; who comes later finds no room.
      row.judge({ url: served.url, truth, renewed: keyOf(instanceOf(0)), keepsConnection: true });
      const monitoring = new Agent({ keepAlive: true, maxSockets: 1 });
      row.t.after(() => monitoring.destroy());
      const metrics = (): Promise<string> => textOf(`${served.url}/metrics`, monitoring);
      await metrics();
      await sleep(1_000);
      const crowd = Array.from({ length: 200 }, () => connect(served.port, '127.0.0.1').on('error', () => undefined));
      row.t.after(() => crowd.forEach((socket) => socket.destroy()));
      await row.shown('`eurek8s_connections_cut_total{reason="limit"}`', async () =>
        /^eurek8s_connections_cut_total\{reason="limit"\} [1-9]/m.test(await metrics()),
      );
      await row.shown('the log', async () => served.log().includes('a connection is refused'));
      await sleep(2_000);
      row.ended();
      for (const socket of crowd) socket.destroy();
      await row.right('new connections are answered', async () => (await served.get('/readyz')).status === 200);
      row.saw('answers on the connections that were there');
      await registerWith(served, truth, instanceOf(3));
      await sleep(500);
    },
  );

  faultRow(
    {
      area: 'ourselves',
      fault: 'SIGTERM while everything hangs',
      how: 'the legacy and the API server accept connections and are silent, the registry file is a FIFO, nobody reads the log',
    },
    async (row) => {
      const silent = createTcpServer();
      const sockets = new Set<Socket>();
      silent.on('connection', (socket) => void sockets.add(socket.on('error', () => undefined)));
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      row.t.after(() => {
        for (const socket of sockets) socket.destroy();
        silent.close();
      });
      const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
      const fifo = join(row.directory, 'registry');
      execFileSync('mkfifo', [fifo]);
      const kubeconfig = join(row.directory, 'kubeconfig');
      const server = { server: address, 'insecure-skip-tls-verify': true };
      const config = {
        clusters: [{ name: 'main', cluster: server }],
        users: [{ name: 'me', user: {} }],
        contexts: [{ name: 'main', context: { cluster: 'main', user: 'me' } }],
        'current-context': 'main',
      };
      writeFileSync(kubeconfig, JSON.stringify(config));
      const served = await serveProcess(
        row.t,
        row.directory,
        {
          leases: { enabled: false },
          legacy: { urls: [`${address}/eureka`], pollInterval: '200ms' },
          clusters: [{ name: 'main', kubeconfig }],
          snapshot: { file: fifo },
          log: { level: 'debug' },
        },
        { readsLog: false },
      );
      const judge = row.judge({ url: served.url, truth: new Truth() });
      judge.allowed.refused = true;
      await until('reads are refused', async () => judge.seen.refused > 0, PATIENCE);
      await sleep(3_000);
      judge.allowed.away = true;
      const from = performance.now();
      const code = await served.end('SIGTERM');
      row.saw(`exit code ${code} after ${((performance.now() - from) / 1000).toFixed(1)} s`);
      assert.equal(code, 0);
    },
  );
});
