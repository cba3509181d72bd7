import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallersReport } from '../../shared/api/census.ts';
import type { Explanation } from '../../shared/api/explain.ts';
import { table } from '../../shared/text/printable.ts';
import { remoteStatus } from '../support/actuator-health.ts';
import { readRegistry } from '../support/eureka-rest.ts';
import { httpRequest } from '../support/http-request.ts';
import { publishedService } from '../support/published-service.ts';
import { startBackend, type Backend } from '../testbed/backend.ts';
import { buildClients } from '../testbed/clients/build.ts';
import type { Client, ClientOptions } from '../testbed/clients/client.ts';
import { driverFamilies } from '../testbed/clients/driver-families.ts';
import { startNetflix1 } from '../testbed/clients/netflix.ts';
import { startGateway, startRegisteredRibbon, startSpringDriver } from '../testbed/clients/spring.ts';
import { startTap, type Tap } from '../testbed/clients/tap.ts';
import { startEureka, type Eureka } from '../testbed/java/eureka.ts';
import { freePort } from '../testbed/ports.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';

/** For how long everyone looks on. A heartbeat a second stands for one in half a minute. */
const SECONDS = Number(process.env['EUREK8S_LONG_SECONDS'] ?? 20);
/** All of 127.0.0.0/8 is this machine. Pods are in this part of it, and EC2 is 127.0.0.1. */
const OVERLAY = '127.42.';
const HOST = 'carol.k8s.example.test';
const PATIENCE = { everyMs: 250 };

interface Member {
  readonly name: string;
  readonly id: string;
  readonly kind: 'Pod' | 'EC2';
  readonly address: string;
  readonly port: number;
  readonly tap: Tap;
  readonly client: Client;
  /** Everything that it ever saw of CAROL. */
  readonly seen: Set<string>;
}

describe('Pods that register addresses out of reach', { timeout: 900_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-overlay-'));
  const members: Member[] = [];
  let backend: Backend;
  let eureka: Eureka;
  let product: Product;

  before(async () => {
    const built = await buildClients((line) => process.stderr.write(`${line}\n`));
    const ejs = driverFamilies(built).find(({ key }) => key === 'EJS');
    assert.ok(ejs);
    const node = (options: ClientOptions): Promise<Client> => ejs.start(options);
    backend = await startBackend({ name: 'carol-vm' });
    eureka = await startEureka({
      generation: 'hoxton',
      dir: join(dir, 'eureka'),
      properties: { 'eureka.server.response-cache-update-interval-ms': '500' },
    });
    await eureka.register({ app: 'carol', id: 'carol-vm', port: backend.port, zone: 'zone1' });
    await eureka.register({ app: 'carol', id: 'pod-before', ip: `${OVERLAY}9.9`, host: `${OVERLAY}9.9`, port: 8080 });
    const manifests = join(dir, 'manifests');
    mkdirSync(manifests);
    writeFileSync(join(manifests, 'carol.yaml'), publishedService({ name: 'carol', host: HOST, port: backend.port }));
    product = await startProduct({
      dir: join(dir, 'product'),
      config: {
        legacy: { urls: [eureka.url], pollInterval: '500ms' },
        manifests: [{ name: 'local', directory: manifests }],
        overlay: { cidrs: [`${OVERLAY}0.0/16`] },
      },
    });
    await until('ready', () => product.ready(), PATIENCE);
    const health = { 'management.endpoint.health.show-details': 'always' };
    const start = async (
      kind: Member['kind'],
      name: string,
      starter: (options: ClientOptions) => Promise<Client>,
      address: string,
    ): Promise<void> => {
      const [tap, port] = [await startTap(product.url, address), await freePort()];
      const id = `${kind}-${name}`.toLowerCase();
      const eurekaUrl = `${tap.url}/eureka`;
      const app = kind === 'Pod' ? 'CAROL' : `CALLER-${name.toUpperCase()}`;
      const options = { eurekaUrl, dir: join(dir, id), app, id, port, address, hosts: { [HOST]: '127.0.0.1' } };
      members.push({ kind, name, id, address, port, tap, client: await starter(options), seen: new Set() });
    };
    // This one is out of reach by its host name alone.
    await start('Pod', 'Java', startNetflix1, `${OVERLAY}0.1`);
    await start('Pod', 'Spring', (options) => startGateway(options, health), `${OVERLAY}0.2`);
    await start('Pod', 'Node', node, `${OVERLAY}0.3`);
    await start('EC2', 'Ribbon', startRegisteredRibbon, '127.0.0.1');
    await start('EC2', 'Spring', (options) => startSpringDriver('spring-client', options), '127.0.0.1');
    await start('EC2', 'Node', node, '127.0.0.1');
  });

  after(async () => {
    await Promise.all(
      members.map(async ({ client, tap }) => {
        await client.kill().catch(() => undefined);
        await tap.stop();
      }),
    );
    await product?.stop();
    await eureka?.stop();
    await backend?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const pods = (): readonly Member[] => members.filter(({ kind }) => kind === 'Pod');
  const resource = async (base: string, id: string): Promise<number> =>
    (await httpRequest(`${base}/apps/CAROL/${id}`, { headers: { accept: 'application/json' } })).status;
  /** Who registers the application, by the census. */
  const registrantsOf = async (
    app: string,
  ): Promise<readonly { address: string; register: number; renew: number }[]> => {
    const { body } = await httpRequest(`${product.url}/eurek8s/callers`, { headers: { accept: 'application/json' } });
    return (JSON.parse(body) as CallersReport).callers.flatMap(({ address, registers }) =>
      registers.filter(({ application }) => application === app).map((counts) => ({ address, ...counts })),
    );
  };
  const absorbed = async (): Promise<string | undefined> =>
    /^eurek8s_absorbed_instances (\d+)$/m.exec((await httpRequest(`${product.url}/metrics`)).body)?.[1];

  test('renew here, are found one by one, see everyone else, and are in no list of anybody, the legacy’s included', async (t) => {
    await until('all Pods have registered', async () => (await absorbed()) === '3', PATIENCE);
    const vm = `127.0.0.1:${backend.port}`;
    const entry = `${HOST}:${backend.port}`;
    const legacySeen = new Set<string>();
    const health = new Set<string>();
    const ends = Date.now() + SECONDS * 1_000;
    const looks = async (every: number, look: () => Promise<void>): Promise<void> => {
      while (Date.now() < ends) {
        await look();
        await sleep(every);
      }
    };
    const gateway = pods().find(({ name }) => name === 'Spring');
    await Promise.all([
      looks(100, async () => assertInNoList(product.eureka)),
      looks(500, async () => {
        for (const { instanceId, ipAddr } of (await readRegistry(eureka.url)).get('CAROL') ?? [])
          legacySeen.add(`${instanceId} ${ipAddr}`);
      }),
      looks(500, async () => {
        const { status, body } = await httpRequest(`http://127.0.0.1:${gateway?.port}/actuator/health`);
        health.add(`${status} ${remoteStatus(body)}`);
      }),
      ...members.map((member) =>
        looks(500, async () => {
          // Before its first fetch a client knows nothing, and a gateway that calls may fail.
          const known = await member.client.instances('carol').catch(() => ({}));
          for (const address of Object.keys(known)) member.seen.add(address);
        }),
      ),
    ]);

    for (const { name, kind, seen } of members)
      assert.ok(seen.has(vm) && seen.has(entry), `${kind} ${name} saw ${[...seen].join()}`);
    for (const { id } of pods()) {
      assert.equal(await resource(product.eureka, id), 200, `${id} finds itself`);
      assert.equal(await resource(eureka.url, id), 404, `${id} is not at the legacy`);
    }
    const { hidden } = JSON.parse(
      (await httpRequest(`${product.url}/eurek8s/explain/CAROL`, { headers: { accept: 'application/json' } })).body,
    ) as Explanation;
    assert.deepEqual(
      hidden.map(({ id, source, status }) => `${id} ${source} ${status}`),
      ['pod-before legacy UP', 'pod-java overlay UP', 'pod-node overlay UP', 'pod-spring overlay UP'],
    );
    const registrants = await registrantsOf('CAROL');
    assert.deepEqual(
      registrants.map(({ address }) => address).toSorted(),
      pods().map(({ address }) => address),
      'whoever registers CAROL is a Pod, and all of them are known',
    );
    const rows = members.map(({ kind, name, address, seen, tap }) => {
      const beats = tap.exchanges.filter(({ method, path }) => method === 'PUT' && path.includes('/apps/'));
      const renewed = beats.filter(({ status }) => status === 200).length;
      if (kind === 'Pod') {
        assert.ok(renewed >= SECONDS / 4, `${name} renewed ${renewed} times`);
        const row = registrants.find((each) => each.address === address);
        assert.ok((row?.register ?? 0) > 0 && (row?.renew ?? 0) > 0, `the census has ${name}`);
        assert.deepEqual(
          beats.filter(({ status }) => status !== 200 && status !== 404),
          [],
          name,
        );
      }
      return [
        `${kind}: ${name} (${address})`,
        [...seen].toSorted().join(' '),
        overlayOf(seen),
        `${renewed} of ${beats.length}`,
      ];
    });
    rows.push(['legacy', [...legacySeen].toSorted().join(', '), overlayOf(legacySeen), '-']);
    t.diagnostic(`${SECONDS} s\n${table(['WHO', 'SAW OF CAROL', 'OVERLAY', 'RENEWED'], rows)}`);
    for (const { name, seen } of members) assert.equal(overlayOf(seen), 'none', name);
    assert.equal(overlayOf(legacySeen), `${OVERLAY}9.9`, 'what was there before, and nothing else');
    t.diagnostic(`registering CAROL, by the census: ${JSON.stringify(registrants)}`);
    t.diagnostic(`actuator health of the Spring Pod: ${[...health].join(', ')}`);
    assert.deepEqual(
      [...health].filter((each) => !each.startsWith('200 ')),
      [],
    );
    assert.ok(health.has('200 UNKNOWN'), 'it is in no list');
  });

  test('are absorbed as before while the legacy is away, and cancel here', async () => {
    await eureka.stop();
    const marks = pods().map(({ tap }) => tap.exchanges.length);
    for (const [i, { name, tap }] of pods().entries())
      await until(
        `${name} renews`,
        async () =>
          tap.exchanges.slice(marks[i]).filter(({ method, status }) => method === 'PUT' && status === 200).length >= 5,
        PATIENCE,
      );
    for (const [i, { tap }] of pods().entries())
      assert.deepEqual(
        tap.exchanges.slice(marks[i]).filter(({ method, status }) => method !== 'GET' && status >= 500),
        [],
      );
    await Promise.all(pods().map(({ client }) => client.stop()));
    await until('all are gone', async () => (await absorbed()) === '0', PATIENCE);
    await assertInNoList(product.eureka);
  });
});

/** Whatever a caller can ask for, in both formats. */
async function assertInNoList(base: string): Promise<void> {
  for (const path of ['apps', 'apps/delta', 'apps/CAROL', 'vips/carol', 'svips/carol'])
    for (const accept of ['application/json', 'application/xml']) {
      const { body } = await httpRequest(`${base}/${path}`, { headers: { accept } });
      assert.ok(!body.includes(OVERLAY), `${path}: ${body}`);
    }
}

function overlayOf(seen: ReadonlySet<string>): string {
  return (
    [...seen]
      .flatMap((each) => each.split(' '))
      .filter((each) => each.startsWith(OVERLAY))
      .join(' ') || 'none'
  );
}
