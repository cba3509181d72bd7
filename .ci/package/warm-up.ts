// `node ARGUMENTS .ci/package/warm-up.ts FOLDER`: runs the bundle in this process as a server that is restarted, with a
// registry file and a legacy, and writes the code that V8 has compiled by then.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundleScript, runBundle } from '../../server/launch/bundle-script.ts';
import { growHeapAsUsual } from '../../server/system/heap-growth.ts';

const APPLICATIONS = 400;
const INSTANCES = 3;
/** Milliseconds: generous, as machines that build images are busy. */
const PATIENCE_MS = 120_000;
const ANSWER_MS = 10_000;
const JSON_ANSWER = { accept: 'application/json' };

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: warm-up.ts FOLDER');
const bundle = join(folder, 'eurek8s.cjs');
const scratch = mkdtempSync(join(tmpdir(), 'eurek8s-warm-up-'));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Arguments of a server, with the address of its Eureka API. */
async function server(name: string, config: object): Promise<{ readonly words: string[]; readonly url: string }> {
  const port = await freePort();
  const file = join(scratch, `${name}.yaml`);
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ ...config, listen: { host: '127.0.0.1', port }, log: { level: 'error' } }));
  return { words: ['serve', '--config', file], url: `http://127.0.0.1:${port}` };
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const from = performance.now();
  while (!(await isSo().catch(() => false))) {
    if (performance.now() - from > PATIENCE_MS) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`);
    await sleep(20);
  }
}

const answers = async (url: string): Promise<boolean> =>
  (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(ANSWER_MS) })).status === 200;

async function ask(url: string, init: RequestInit = {}): Promise<void> {
  const answer = await fetch(url, init);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${init.method ?? 'GET'} ${url} was answered ${answer.status}`);
}

function instance(app: string, number: number): object {
  const hostName = `10-0-${number}-1.example.com`;
  return {
    app,
    instanceId: `${app.toLowerCase()}-${number}`,
    hostName,
    ipAddr: `10.0.${number}.1`,
    vipAddress: app.toLowerCase(),
    secureVipAddress: app.toLowerCase(),
    status: 'UP',
    port: { $: 8080, '@enabled': 'true' },
    securePort: { $: 8443, '@enabled': 'false' },
    homePageUrl: `http://${hostName}:8080/`,
    statusPageUrl: `http://${hostName}:8080/actuator/info`,
    healthCheckUrl: `http://${hostName}:8080/actuator/health`,
    dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
    leaseInfo: { renewalIntervalInSecs: 30, durationInSecs: 90 },
    metadata: { zone: `zone-${number}`, 'management.port': '8080', version: '1.0' },
  };
}

async function register(url: string): Promise<void> {
  for (let i = 0; i < APPLICATIONS; i++) {
    const app = `WARM-${String(i)}`;
    for (let number = 0; number < INSTANCES; number++)
      await ask(`${url}/eureka/apps/${app}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ instance: instance(app, number) }),
      });
  }
}

function start(words: readonly string[]): { readonly stop: () => Promise<void> } {
  const child = spawn(process.execPath, [bundle, ...words], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  return { stop };
}

/** What clients ask for in their first minute. */
async function callAs(url: string): Promise<void> {
  for (const path of ['/eureka/apps/', '/eureka/apps/delta', '/eureka/apps/WARM-1', '/eureka/vips/warm-1'])
    for (const accept of ['application/json', 'application/xml']) await ask(url + path, { headers: { accept } });
  await ask(`${url}/eureka/apps/WARM-1/warm-1-0?status=UP`, { method: 'PUT' });
  for (const path of ['/metrics', '/eurek8s/sources', '/eurek8s/explain/WARM-1'])
    await ask(url + path, { headers: JSON_ANSWER });
}

const legacy = await server('legacy', { leases: { enabled: true } });
const restarted = await server('restarted', {
  legacy: { urls: [`${legacy.url}/eureka`] },
  snapshot: { file: join(scratch, 'registry') },
});
const upstream = start(legacy.words);
try {
  await until('the legacy answers', () => answers(legacy.url));
  await register(legacy.url);
  const before = start(restarted.words);
  try {
    await until('the server answers', () => answers(restarted.url));
  } finally {
    await before.stop();
  }

  const script = bundleScript(bundle, undefined);
  process.argv = [process.execPath, bundle, ...restarted.words];
  runBundle(script, bundle);
  await until('the restarted server answers', () => answers(restarted.url));
  await callAs(restarted.url);
  await until('its legacy is known', async () => {
    const sources = await fetch(`${restarted.url}/eurek8s/sources`, { headers: JSON_ANSWER });
    return !(await sources.text()).includes('"restored":true');
  });
  await callAs(restarted.url);
  // V8 takes it only with the very arguments it was compiled with.
  growHeapAsUsual(process.execArgv);
  const compiled = script.createCachedData();
  writeFileSync(join(folder, 'eurek8s.compiled'), compiled);
  process.stdout.write(`${join(folder, 'eurek8s.compiled')}: ${Math.round(compiled.length / 1024)} KiB\n`);
} finally {
  await upstream.stop();
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(0);
