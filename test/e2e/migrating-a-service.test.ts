import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isOutput, readConsoleDocument, type Command } from '../support/console-document.ts';
import { heartbeatInstance, readRegistry, registerInstance } from '../support/eureka-rest.ts';
import { NAMESPACE, startMainJobScene, type MainJobScene } from '../support/main-job-scene.ts';
import { SteadyCaller } from '../support/steady-caller.ts';
import { startBackend, type Backend } from '../testbed/backend.ts';
import { acceptHttpRoutes, gatewayRoutes, installGatewayApi } from '../testbed/kubernetes/gateway-routes.ts';
import { ingressRoutes } from '../testbed/kubernetes/ingress-routes.ts';
import { startRibbonClient } from '../testbed/java/clients.ts';
import type { Eureka } from '../testbed/java/eureka.ts';
import { freePort } from '../testbed/ports.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';

// The page for product engineers, done: its commands in their order, as a shell runs them, while real callers call.

const ROOT = join(import.meta.dirname, '..', '..');
const DOCUMENT = readConsoleDocument(readFileSync(join(ROOT, 'docs', 'migrating-a-service.md'), 'utf8'));
const HOSTS = ['carol.k8s.example.com', 'carol.gw.example.com', 'dave.gw.example.com'];
/** What is on EC2, and the vips that callers ask for. */
const CAROL = { name: 'carol', vip: 'carol-service', onEc2: ['carol-1', 'carol-2', 'carol-3'] };
const DAVE = { name: 'dave', vip: 'dave-service', onEc2: ['dave-1', 'dave-2'] };
const SERVICES = [CAROL, DAVE];
type MovedService = (typeof SERVICES)[number];
const RENEW_MS = 5_000;
/** A command that prints what differs for a moment (a poll of the legacy, a watch) is asked again for so long. */
const SETTLE_MS = 120_000;

interface End {
  readonly servers: number;
  readonly share: number;
  /** Carol where it says no other. */
  readonly service?: MovedService;
}

/** How many servers callers have at the end of each section, and the percentage of their calls that goes to Kubernetes. */
const ENDS: Readonly<Record<string, End>> = {
  '1. Before: EC2 alone': { servers: 3, share: 0 },
  '2. In Kubernetes, without traffic': { servers: 3, share: 0 },
  '3. One call in a hundred': { servers: 100, share: 1 },
  '4. Half': { servers: 6, share: 50 },
  '5. All of it': { servers: 1, share: 100 },
  '6. Back to half': { servers: 6, share: 50 },
  '7. Gone from EC2': { servers: 1, share: 100 },
  '8. Tidy up': { servers: 1, share: 100 },
  '9. The same with an HTTPRoute': { service: DAVE, servers: 1, share: 100 },
  '10. From the Ingress to an HTTPRoute': { servers: 1, share: 100 },
};
/** In percent of 100 calls, which are not always a multiple of the servers. */
const TOLERANCE = 3;

describe('the page on migrating a service', { timeout: 1_800_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-migrate-'));
  const config = { snapshot: { file: join(dir, 'registry') } };
  const instances = new Map<string, Backend>();
  const ended = new AbortController();
  let scene: MainJobScene;
  let eureka: Eureka;
  let product: Product;
  let callers: readonly SteadyCaller[] = [];

  const startEurek8s = async (port: number): Promise<Product> => {
    const started = await startProduct({
      dir: join(dir, 'product'),
      port,
      config: {
        ...config,
        legacy: { urls: [eureka.url], pollInterval: '500ms' },
        clusters: [{ name: 'main', kubeconfig: scene.chartKubeconfig }],
        addresses: { nginx: ['127.0.0.1'] },
      },
    });
    await until('reads are answered', () => started.ready());
    return started;
  };

  before(async () => {
    scene = await startMainJobScene(join(dir, 'scene'), (line) => process.stderr.write(`${line}\n`));
    eureka = await scene.startEureka();
    for (const { name, vip, onEc2 } of SERVICES)
      for (const id of onEc2) {
        const backend = await startBackend({ name: id });
        instances.set(id, backend);
        await registerInstance(eureka.url, { app: name, id, port: backend.port, vip, zone: 'zone1' });
      }
    await installGatewayApi(scene.cluster);
    await scene.cluster.kubectl(['create', 'namespace', 'gateways']);
    await scene.cluster.apply(gateway(scene.proxy.port));
    void renew(eureka, instances, ended.signal);
    product = await startEurek8s(await freePort());
    await until('Eurek8s has all instances', async () => (await explain(product)).includes('3 registered'));
    prepareShell(dir, scene);
    const started = await Promise.all(
      ['zone1', 'elsewhere'].map((zone) =>
        startRibbonClient({
          eurekaUrl: product.eureka,
          dir: join(dir, `ribbon-${zone}`),
          hosts: Object.fromEntries(HOSTS.map((host) => [host, '127.0.0.1'])),
          properties: { 'eureka.instance.metadata-map.zone': zone },
        }),
      ),
    );
    for (const each of started)
      for (const { vip, onEc2 } of SERVICES)
        await each.waitForServers(vip, (servers) => servers.length === onEc2.length);
    callers = started.map(
      (each) =>
        new SteadyCaller(
          each,
          SERVICES.map(({ vip }) => vip),
        ),
    );
  });

  after(async () => {
    ended.abort();
    for (const each of callers) await each.stop();
    await product?.stop();
    await scene?.stop();
    for (const backend of instances.values()) await backend.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** What listens where the Service of Pods is. */
  const servePods = async (name: string): Promise<void> => {
    const found = ['service', '-n', NAMESPACE, '--field-selector', `metadata.name=${name}`];
    const { items } = await scene.cluster.get<{ readonly items: readonly ServiceObject[] }>(found);
    const ip = items[0]?.spec.clusterIP;
    if (ip === undefined || instances.has(`${name}-pods`)) return;
    instances.set(`${name}-pods`, await startBackend({ name: `${name}-pods`, host: ip, port: 8080 }));
  };

  /** What the people and machines around the page do: the ingress controller, the Pods, the instances on EC2. */
  const around = async ({ command }: Command): Promise<void> => {
    // What the page shows reaches every caller before the next change: a change and its way back within one poll of a
    // caller would otherwise look like no change, and arrive while its calls are counted.
    const [, shown] = /^eurek8s (?:explain|wait) (\w+)/.exec(command) ?? [];
    const asked = SERVICES.find(({ name }) => name === shown);
    if (asked !== undefined) await takenOver(asked);
    if (command.startsWith('kubectl apply')) {
      for (const { name } of SERVICES) await servePods(name);
      // The proxy of this test has another port than an ingress controller; a Gateway says its own.
      if (command.includes('carol.yaml'))
        await scene.cluster.kubectl([
          'annotate',
          'ingress',
          'carol',
          '-n',
          NAMESPACE,
          `eurek8s.io/port=${scene.proxy.port}`,
        ]);
      const routes = [...(await ingressRoutes(scene.cluster)), ...(await gatewayRoutes(scene.cluster))];
      await scene.proxy.setRoutes(new Map(routes));
      await acceptHttpRoutes(scene.cluster);
    }
    const [, left = ''] = /-X DELETE \S+\/(\w+-\d)$/.exec(command) ?? [];
    const service = SERVICES.find(({ onEc2 }) => onEc2.includes(left));
    if (service === undefined) return;
    await takenOver(service);
    await instances.get(left)?.stop();
    instances.delete(left);
  };

  /** Every caller has exactly what is served now: it may have been behind by more than the last change. */
  const takenOver = async ({ name, vip }: MovedService): Promise<void> => {
    const idsOf = (entries: readonly { readonly instanceId: string }[]): string =>
      entries
        .map(({ instanceId }) => instanceId)
        .toSorted()
        .join();
    const served = idsOf((await readRegistry(product.eureka)).get(name.toUpperCase()) ?? []);
    for (const { ribbon } of callers) await ribbon.waitForServers(vip, (servers) => idsOf(servers) === served);
  };

  for (const section of new Set(DOCUMENT.commands.map((each) => each.section)))
    test(section, async (t) => {
      const end = ENDS[section];
      assert.ok(end !== undefined, 'the test knows how the section ends');
      const { service = CAROL } = end;
      const proxy = `http://127.0.0.1:${scene.proxy.port}`;
      for (const each of DOCUMENT.commands.filter((command) => command.section === section)) {
        await run(each, dir, { EUREK8S_SERVER: product.url, INGRESS: proxy, GATEWAY: proxy });
        await around(each);
      }
      for (const { ribbon } of callers)
        await ribbon.waitForServers(service.vip, (servers) => servers.length === end.servers);
      if (section.startsWith('4.')) product = await restarted(product, startEurek8s);
      const shares = await Promise.all(callers.map((each) => each.share(service.vip, `${service.name}-pods`, 100)));
      t.diagnostic(`to Kubernetes: ${shares.join(' % and ')} % of the calls of two callers`);
      const tolerance = end.share === 0 || end.share === 100 ? 0 : TOLERANCE;
      for (const share of shares)
        assert.ok(Math.abs(share - end.share) <= tolerance, `${share} % instead of ${end.share}`);
    });

  test('no call failed in all this, a restart of Eurek8s included', async (t) => {
    for (const each of callers) await each.stop();
    for (const { failures, calls } of callers) {
      assert.deepEqual(failures.counts, {});
      assert.ok(calls > 200, `${calls} calls`);
    }
    t.diagnostic(`${callers.map(({ calls }) => calls).join(' and ')} calls of two callers, 0 failed`);
  });
});

/** Its registry file bridges the start; callers go on with what they have. */
async function restarted(product: Product, start: (port: number) => Promise<Product>): Promise<Product> {
  await product.stop();
  return start(product.port);
}

async function renew({ url }: Eureka, instances: ReadonlyMap<string, Backend>, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    for (const { name, onEc2 } of SERVICES)
      for (const id of onEc2) if (instances.has(id)) await heartbeatInstance(url, name, id).catch(() => undefined);
    await sleep(RENEW_MS, undefined, { signal: ended }).catch(() => undefined);
  }
}

async function explain({ url }: Product): Promise<string> {
  return (await fetch(`${url}/eurek8s/explain/carol`, { headers: { accept: 'text/plain' } })).text();
}

interface ServiceObject {
  readonly spec: { readonly clusterIP: string };
}

/** The Gateway of the page: the reverse proxy is what is behind it. */
function gateway(port: number): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: nginx }
spec: { controllerName: example.com/gateway }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: gateways }
spec:
  gatewayClassName: nginx
  listeners: [{ name: http, port: ${port}, protocol: HTTP, allowedRoutes: { namespaces: { from: All } } }]
`;
}

/** The commands of the page, by their names. */
function prepareShell(dir: string, { cluster }: MainJobScene): void {
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  symlinkSync(cluster.programs.kubectl, join(bin, 'kubectl'));
  const eurek8s = join(bin, 'eurek8s');
  writeFileSync(eurek8s, `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'server', 'main.ts')}' "$@"\n`);
  chmodSync(eurek8s, 0o755);
  for (const [name, text] of DOCUMENT.files) writeFileSync(join(dir, name), text);
  writeFileSync(join(dir, 'kubeconfig'), readFileSync(cluster.kubeconfig));
}

/** Runs one command until it prints what the page shows; one that changes something runs once. */
async function run({ command, expected, line }: Command, dir: string, given: NodeJS.ProcessEnv): Promise<void> {
  const env = {
    ...process.env,
    ...given,
    PATH: [join(dir, 'bin'), process.env['PATH']].join(delimiter),
    HOME: dir,
    KUBECONFIG: join(dir, 'kubeconfig'),
    KUBERC: 'off',
  };
  const deadline = Date.now() + (/^eurek8s (explain|wait)/.test(command) ? SETTLE_MS : 0);
  for (;;) {
    const output = await shell(command, { cwd: dir, env });
    if (isOutput(output, expected)) return;
    if (Date.now() > deadline)
      assert.fail(`docs/migrating-a-service.md:${line}: ${command}\nprinted\n${output}\nthe page has\n${expected}`);
    await sleep(200);
  }
}

async function shell(
  command: string,
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<string> {
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', command], { ...options, timeout: 180_000 }, (error, stdout, stderr) => {
      resolve(error === null ? stdout : `${stdout}${stderr}\nexit code ${error.code}`);
    });
  });
}
