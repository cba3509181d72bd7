import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Caller as AskedCaller } from '../../shared/whatif/caller.ts';
import type { WhatIf } from '../../shared/whatif/whatif.ts';
import { CALLER_KINDS, startCaller, type Caller, type CallerKind } from '../support/dial/dial-callers.ts';
import { hostOf } from '../support/dial/dial-scene.ts';
import { registerInstance, type Registration } from '../support/eureka-rest.ts';
import { httpRequest } from '../support/http-request.ts';
import { publishedService } from '../support/published-service.ts';
import { startBackend, type Backend } from '../testbed/backend.ts';
import { buildClients } from '../testbed/clients/build.ts';
import { startSpringDriver } from '../testbed/clients/spring.ts';
import { driverFamilies } from '../testbed/clients/driver-families.ts';
import { buildJava } from '../testbed/java/build.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';

const CALLS = 120;
/** Points. Balancers go round in turn, and begin and end anywhere. */
const TOLERANCE = 3;

interface Service {
  readonly name: string;
  /** As Java callers ask for it; others have its application. */
  readonly vip: string;
  readonly traffic: string;
  readonly registered: readonly Pick<Registration, 'zone' | 'status'>[];
}

const IN_ZONE1 = { zone: 'zone1' } as const;
const SERVICES: readonly Service[] = [
  { name: 'alice', vip: 'alice', traffic: '25%', registered: [IN_ZONE1, IN_ZONE1, IN_ZONE1, { zone: 'zone2' }] },
  // What has no zone is in defaultZone for a Ribbon caller without one, which then takes that alone.
  { name: 'bob', vip: 'bob', traffic: 'single', registered: [IN_ZONE1, IN_ZONE1, {}] },
  // Nothing is UP in zone1, and duplicates are four of six.
  {
    name: 'carol',
    vip: 'Carol-V2',
    traffic: '66%',
    registered: [{ zone: 'zone2' }, { zone: 'zone2' }, { ...IN_ZONE1, status: 'DOWN' }],
  },
  // Only the entry from Kubernetes has a zone, defaultZone.
  { name: 'dan', vip: 'dan', traffic: 'single', registered: [{}, {}] },
];

/** Real callers, and how one asks for what they do. */
const ASKED: Readonly<Record<string, AskedCaller>> = {
  'ribbon-zone1': { client: 'ribbon', zone: 'zone1' },
  ribbon: { client: 'ribbon', zone: undefined },
  'spring-lb': { client: 'springlb', zone: undefined },
  'spring-lb-zone1': { client: 'springlb', zone: 'zone1' },
  // With zone-preference and without a zone: it is in the first of its availability zones.
  'spring-lb-preference': { client: 'springlb', zone: 'defaultZone' },
  node: { client: 'node', zone: undefined },
};

/** Callers started at a time: on two cores, four Java programs starting at once would all be slow. */
const STARTING_AT_ONCE = 2;

describe('what whatif says is what real callers do', { timeout: 900_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-whatif-'));
  const stops: (() => Promise<void>)[] = [];
  const keep = <T extends { stop(): Promise<void> }>(started: T): T => {
    stops.push(() => started.stop());
    return started;
  };
  let product: Product;
  let callers: readonly Caller[] = [];

  before(async () => {
    const progress = (line: string): void => void process.stderr.write(`${line}\n`);
    await buildJava(['ribbon-client', 'spring-client'], progress);
    const kinds = [...CALLER_KINDS.filter(({ key }) => key in ASKED), SPRING_WITHOUT_ZONE, await nodeCaller(progress)];
    const pods = keep(await startBackend({ name: 'pods' }));
    const manifests = join(dir, 'manifests');
    mkdirSync(manifests);
    for (const { name, vip, traffic } of SERVICES)
      writeFileSync(
        join(manifests, `${name}.yaml`),
        // The Pods answer for their load balancer.
        publishedService({ name, host: hostOf(name), port: pods.port, annotations: { traffic, vip } }),
      );
    const config = { leases: { enabled: true }, manifests: [{ name: 'local', directory: manifests }] };
    product = keep(await startProduct({ dir: join(dir, 'product'), config }));
    await until('reads are answered', () => product.ready());
    for (const { name, vip, registered } of SERVICES)
      for (const [i, given] of registered.entries()) {
        const backend: Backend = keep(await startBackend({ name: `${name}-${i}` }));
        await registerInstance(product.eureka, { app: name, id: `${name}-${i}`, port: backend.port, vip, ...given });
      }
    const hosts = Object.fromEntries(SERVICES.map(({ name }) => [hostOf(name), '127.0.0.1']));
    callers = await startAll(kinds, (kind) => startCaller(kind, { dir, hosts, url: product.url }).then(keep));
  });

  after(async () => {
    for (const stop of stops.toReversed()) await stop();
    rmSync(dir, { recursive: true, force: true });
  });

  for (const key of Object.keys(ASKED))
    test(`${key} calls what it should, as often as it should, and nothing else`, async () => {
      const caller = callers.find(({ kind }) => kind.key === key);
      const asked = ASKED[key];
      assert.ok(caller !== undefined && asked !== undefined, key);
      await caller.refreshed();
      for (const { name, vip } of SERVICES) {
        const service: string = asked.client === 'node' ? name : vip;
        const answer = await whatIfOf(product, service, asked);
        const calls = await callsOf(caller, service);
        for (const { url, percent } of answer.choices) {
          const host = url.replace('http://', '');
          const achieved = (100 * (calls.get(host) ?? 0)) / CALLS;
          assert.ok(Math.abs(achieved - percent) <= TOLERANCE, `${service}: ${host} has ${achieved}%, not ${percent}%`);
          calls.delete(host);
        }
        assert.deepEqual([...calls], [], `${service}: all that it calls is said`);
      }
    });

  test('and they do not all do the same', async () => {
    const shares = await Promise.all(
      Object.values(ASKED).map(async (asked) =>
        Promise.all(SERVICES.map(async ({ name }) => (await whatIfOf(product, name, asked)).kubernetesPercent)),
      ),
    );
    assert.deepEqual(shares, [
      [25, 33.3, 66.7, 33.3],
      [20, 0, 66.7, 33.3],
      [20, 25, 66.7, 33.3],
      [25, 33.3, 66.7, 33.3],
      [20, 25, 66.7, 100],
      [20, 25, 33.3, 33.3],
    ]);
  });
});

const SPRING_WITHOUT_ZONE: CallerKind = {
  key: 'spring-lb-preference',
  client: 'Spring Cloud LoadBalancer 2025.1, zone preference without a zone',
  zone: 'defaultZone',
  leavesOutZones: false,
  atOnce: [1],
  start: async (options) => {
    const client = await startSpringDriver('spring-client', options, {
      'spring.cloud.loadbalancer.configurations': 'zone-preference',
    });
    return {
      once: async (service) => Object.keys(await client.call(service, 1)).join(),
      stop: () => client.stop(),
    };
  },
};

async function nodeCaller(progress: (line: string) => void): Promise<CallerKind> {
  const family = driverFamilies(await buildClients(progress)).find(({ key }) => key === 'EJS');
  assert.ok(family !== undefined);
  return {
    key: 'node',
    client: family.client,
    zone: undefined,
    leavesOutZones: false,
    atOnce: [1],
    start: async (options) => {
      const client = await family.start(options);
      return {
        once: async (service) => Object.keys(await client.call(service, 1)).join(),
        stop: () => client.stop(),
      };
    },
  };
}

async function startAll(
  kinds: readonly CallerKind[],
  start: (kind: CallerKind) => Promise<Caller>,
): Promise<readonly Caller[]> {
  const waiting = [...kinds];
  const started: Caller[] = [];
  const starter = async (): Promise<void> => {
    for (let kind = waiting.shift(); kind !== undefined; kind = waiting.shift()) started.push(await start(kind));
  };
  await Promise.all(Array.from({ length: STARTING_AT_ONCE }, starter));
  return started;
}

async function whatIfOf({ url }: Product, name: string, { client, zone }: AskedCaller): Promise<WhatIf> {
  const query = new URLSearchParams({ client, ...(zone !== undefined && { zone }) });
  const path = `/eurek8s/whatif/${name}?${query.toString()}`;
  const { status, body } = await httpRequest(url + path, { headers: { accept: 'application/json' } });
  assert.equal(status, 200, body);
  return JSON.parse(body) as WhatIf;
}

/** Calls by the address that was called, once the caller has got through for the first time. */
async function callsOf({ once, kind }: Caller, service: string): Promise<Map<string, number>> {
  await until(`${kind.key} reaches ${service}`, async () => (await once(service)) !== '');
  const calls = new Map<string, number>();
  for (let i = 0; i < CALLS; i++) {
    const host = await once(service);
    calls.set(host, (calls.get(host) ?? 0) + 1);
  }
  return calls;
}
