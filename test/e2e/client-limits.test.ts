import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { rawIngress, rawService } from '../support/cluster-objects.ts';
import { cancelInstance, registerInstance } from '../support/eureka-rest.ts';
import { httpRequest } from '../support/http-request.ts';
import { buildClients } from '../testbed/clients/build.ts';
import type { Client } from '../testbed/clients/client.ts';
import { startSpringDriver } from '../testbed/clients/spring.ts';
import { startEureka } from '../testbed/java/eureka.ts';
import { freePort } from '../testbed/ports.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';

// Limits that single clients have with any server: how far they reach, and that we stay within them where we can.

const MANY = 300;

describe('limits of single clients', { timeout: 300_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-client-limits-'));
  const manifests = join(dir, 'manifests');
  let product: Product;

  before(async () => {
    mkdirSync(manifests);
    product = await startProduct({
      dir: join(dir, 'product'),
      config: { leases: { enabled: true }, manifests: [{ name: 'local', directory: manifests }] },
    });
    await until('ready', () => product.ready());
  });

  after(async () => {
    await product?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  test('44: over 256 KiB a WebClient with its default buffer loses the registry, with stock as with us; raised it reads it', async (t) => {
    const eureka = await startEureka({ generation: 'current', dir: join(dir, 'eureka') });
    t.after(() => eureka.stop());
    const sizes: number[] = [];
    for (const base of [product.eureka, eureka.url]) {
      for (let i = 0; i < MANY; i++)
        await registerInstance(base, {
          app: 'many',
          id: `many-${i}`,
          port: 8000 + i,
          metadata: { text: 'x'.repeat(6000) },
        });
      const full = await until('all are listed', async () => {
        const { body } = await httpRequest(`${base}/apps`, { headers: { accept: 'application/json' } });
        return body.includes(`"many-${MANY - 1}"`) && body;
      });
      sizes.push(full.length);
    }
    t.diagnostic(`the registry: ours ${sizes[0]} bytes, stock ${sizes[1]}`);
    assert.ok((sizes[0] ?? 0) > 1_900_000 && (sizes[0] ?? 0) <= (sizes[1] ?? 0) * 1.01, 'not larger than with stock');
    const start = async (name: string, eurekaUrl: string, buffer?: string): Promise<Client> => {
      const client = await startSpringDriver(
        'spring-client',
        {
          eurekaUrl,
          dir: join(dir, name),
          app: name.toUpperCase(),
          id: `${name}-1`,
          port: await freePort(),
          hosts: {},
        },
        {
          'eureka.client.webclient.enabled': 'true',
          ...(buffer !== undefined && { 'spring.http.codecs.max-in-memory-size': buffer }),
        },
      );
      t.after(() => client.kill());
      return client;
    };
    const [raised, ours, theirs] = await Promise.all([
      start('raised', product.eureka, '10MB'),
      start('default', product.eureka),
      start('default-at-stock', eureka.url),
    ]);
    const seen = async (client: Client): Promise<number> => Object.keys(await client.instances('many')).length;
    await until('the raised one has it', async () => (await seen(raised)) === MANY);
    // They were started at the same time, and their fetches fail: registering is what shows that they run.
    for (const [name, base] of [
      ['default', product.eureka],
      ['default-at-stock', eureka.url],
    ] as const)
      await until(
        `${name} is registered`,
        async () => (await httpRequest(`${base}/apps/${name.toUpperCase()}/${name}-1`)).status === 200,
      );
    assert.deepEqual([await seen(ours), await seen(theirs)], [0, 0]);
  });

  test('54: eureka-js-client on deltas is right by vip, but it loses a host with the first of several entries that goes', async () => {
    const { nodePackages } = await buildClients(() => undefined);
    const publish = (traffic: string): void => {
      const annotations = { 'eurek8s.io/address': '127.0.0.1', 'eurek8s.io/traffic': traffic };
      const service = rawService('orders');
      const ready = {
        ...service,
        metadata: { name: 'orders', namespace: 'shop', annotations: { 'eurek8s.io/ready-endpoints': '2' } },
      };
      const objects = [rawIngress('orders', { annotations, className: null }), ready];
      writeFileSync(join(manifests, 'orders.yaml'), objects.map((object) => JSON.stringify(object)).join('\n---\n'));
    };
    for (const id of ['orders-1', 'orders-2', 'orders-3'])
      await registerInstance(product.eureka, { app: 'orders', id, host: id, port: 8080 });
    publish('single');
    const [byDelta, byFull] = await Promise.all(
      [true, false].map((delta) => startEjs(nodePackages, product.url, delta)),
    );
    assert.ok(byDelta !== undefined && byFull !== undefined);
    const ingress = 'orders.k8s.example.com';
    const untilHosts = async (clients: readonly Ejs[], hosts: readonly string[]): Promise<void> => {
      for (const client of clients)
        await until(`${client.name} has ${hosts.join()}`, async () => {
          const seen = client.hosts('orders');
          if (seen.join() === hosts.toSorted().join()) return true;
          throw new Error(`it has ${seen.join()}`);
        });
    };
    try {
      await untilHosts([byDelta, byFull], [ingress, 'orders-1', 'orders-2', 'orders-3']);
      // The last of the list: in its cache by application it would change the first one.
      await registerInstance(product.eureka, {
        app: 'orders',
        id: 'orders-3',
        host: 'orders-3',
        port: 8080,
        metadata: { color: 'blue' },
      });
      await until('the change is seen', async () =>
        [byDelta, byFull].every((client) => client.metadata('orders', 'orders-3', 'color') === 'blue'),
      );
      await cancelInstance(product.eureka, 'orders', 'orders-2');
      await untilHosts([byDelta, byFull], [ingress, 'orders-1', 'orders-3']);
      rmSync(join(manifests, 'orders.yaml'));
      await untilHosts([byDelta, byFull], ['orders-1', 'orders-3']);
      publish('75%');
      await untilHosts([byDelta, byFull], [ingress, 'orders-1', 'orders-3']);
      // Six entries become two, and this client takes all entries of a host for one: why docs/operations.md says so.
      publish('50%');
      await untilHosts([byDelta], ['orders-1', 'orders-3']);
      await untilHosts([byFull], [ingress, 'orders-1', 'orders-3']);
    } finally {
      await Promise.all([byDelta, byFull].map((client) => client.stop()));
    }
  });
});

interface EjsInstance {
  readonly hostName: string;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Ejs {
  readonly name: string;
  /** Sorted host names under a vip. */
  hosts(vip: string): readonly string[];
  metadata(vip: string, host: string, key: string): string | undefined;
  stop(): Promise<void>;
}

/** The library itself, in this process: it only reads. */
async function startEjs(packages: string, url: string, shouldUseDelta: boolean): Promise<Ejs> {
  const { Eureka } = createRequire(join(packages, 'package.json'))('eureka-js-client') as {
    readonly Eureka: new (options: object) => {
      start(done: (error?: Error) => void): void;
      stop(done: () => void): void;
      getInstancesByVipAddress(vip: string): readonly EjsInstance[];
    };
  };
  const { hostname, port } = new URL(url);
  const silent = (): void => undefined;
  const client = new Eureka({
    logger: { trace: silent, debug: silent, info: silent, warn: silent, error: silent },
    eureka: {
      host: hostname,
      port: Number(port),
      servicePath: '/eureka/apps/',
      registerWithEureka: false,
      registryFetchInterval: 200,
    },
    shouldUseDelta,
    instance: {
      app: 'reader',
      hostName: '127.0.0.1',
      ipAddr: '127.0.0.1',
      vipAddress: 'reader',
      port: { $: 1, '@enabled': true },
      dataCenterInfo: { name: 'MyOwn' },
    },
  });
  await new Promise<void>((resolve, reject) =>
    client.start((error) => (error === undefined || error === null ? resolve() : reject(error))),
  );
  const instances = (vip: string): readonly EjsInstance[] => client.getInstancesByVipAddress(vip);
  return {
    name: shouldUseDelta ? 'the one on deltas' : 'the one that fetches all',
    hosts: (vip) =>
      instances(vip)
        .map(({ hostName }) => hostName)
        .toSorted(),
    metadata: (vip, host, key) => instances(vip).find(({ hostName }) => hostName === host)?.metadata[key],
    stop: () => new Promise((resolve) => client.stop(resolve)),
  };
}
