import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { churn } from '../support/churn.ts';
import { rawEndpointSlice, rawIngress, rawService } from '../support/cluster-objects.ts';
import { readRegistry, registerInstance } from '../support/eureka-rest.ts';
import { PolledReplicas } from '../support/polled-replicas.ts';
import { Balancer } from '../testbed/balancer.ts';
import { buildClients } from '../testbed/clients/build.ts';
import type { Client } from '../testbed/clients/client.ts';
import { clientFamilies } from '../testbed/clients/families.ts';
import { startNetflixClient, type NetflixClient } from '../testbed/java/clients.ts';
import { startEureka, type Eureka } from '../testbed/java/eureka.ts';
import { freePort } from '../testbed/ports.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';

/** A minute in `npm test`; `npm run test:long` makes it ten. */
const SECONDS = Number(process.env['EUREK8S_LONG_SECONDS'] ?? 45);
const CHANGES_PER_SECOND = 5;
const SEED = Number(process.env['EUREK8S_LONG_SEED'] ?? Date.now() % 2 ** 31);
const REPLICAS = 3;

describe('clients that meet another replica at every poll', { timeout: (SECONDS + 300) * 1000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-agree-'));
  const manifests = join(dir, 'manifests');
  const balancers: Balancer[] = [];
  const [javaPolls, nodePolls] = [new PolledReplicas(), new PolledReplicas()];
  let eureka: Eureka;
  let replicas: readonly Product[] = [];
  let java: NetflixClient;
  let node: Client;
  let published = 0;

  /** One Ingress, Service and EndpointSlice with so many ready endpoints. */
  function publish(service: string, ready: number): void {
    const annotations = {
      'eurek8s.io/address': '127.0.0.1',
      'eurek8s.io/metadata.change': `${++published}`,
    };
    const objects = [
      rawIngress(service, { annotations }),
      rawService(service),
      rawEndpointSlice(service, service, ready),
    ];
    writeFileSync(join(manifests, `${service}.yaml`), objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  }

  /** An address of its own for a client, so that its polls can be told from all others. */
  async function balanced(polls: PolledReplicas): Promise<string> {
    const port = await freePort();
    const ports = replicas.map((replica) => replica.port);
    balancers.push(await Balancer.start(ports, port, (exchange) => polls.passed(exchange)));
    return `http://127.0.0.1:${port}/eureka`;
  }

  before(async () => {
    mkdirSync(manifests);
    publish('carol', 1);
    eureka = await startEureka({ generation: 'hoxton', dir: join(dir, 'eureka') });
    const config = {
      legacy: { urls: [eureka.url], pollInterval: '500ms' },
      manifests: [{ name: 'local', directory: manifests }],
    };
    replicas = await Promise.all(
      Array.from({ length: REPLICAS }, (_, i) => startProduct({ dir: join(dir, `replica-${i}`), config })),
    );
    for (const replica of replicas) await until('ready', () => replica.ready());
    await registerInstance(eureka.url, { app: 'anchor', id: 'anchor-1', port: 1 });
    java = await startNetflixClient({ eurekaUrl: `${await balanced(javaPolls)}/`, dir: join(dir, 'java') });
    const family = clientFamilies(await buildClients(() => undefined)).find(({ key }) => key === 'EJS');
    assert.ok(family);
    const own = { app: 'node-caller', id: 'node-caller-1', port: 2, hosts: {} };
    node = await family.start({ eurekaUrl: await balanced(nodePolls), dir: join(dir, 'node'), ...own });
  });

  after(async () => {
    await Promise.all([java?.stop(), node?.stop()]);
    await Promise.all(balancers.map((balancer) => balancer.stop()));
    await Promise.all(replicas.map((replica) => replica.stop()));
    await eureka?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const listed = async (base: string): Promise<readonly string[]> =>
    [...(await readRegistry(base))]
      .flatMap(([app, instances]) => instances.map(({ instanceId, status }) => `${app} ${instanceId} ${status}`))
      .toSorted();

  test(`${SECONDS} s at ${CHANGES_PER_SECOND} changes/s: they fetch everything only where a replica was behind (seed ${SEED})`, async (t) => {
    const [first = '', ...others] = replicas.map((replica) => replica.eureka);
    const changes = await churn(SECONDS, {
      seed: SEED,
      changesPerSecond: CHANGES_PER_SECOND,
      // A third of it happens at the legacy, so that all replicas learn of it by polls; the rest through one of them.
      registries: [eureka.url, first, ...others],
      publish,
    });
    await until('all replicas serve the same', async () => {
      const served = await Promise.all([first, ...others].map(listed));
      for (const each of served) assert.deepEqual(each, served[0]);
      return true;
    });
    await until('the Java client holds what is served', async () => {
      const view = await java.registry();
      const held = Object.entries(view.apps).flatMap(([app, list]) =>
        list.map(({ instanceId, status }) => `${app} ${instanceId} ${status}`),
      );
      assert.deepEqual(held.toSorted(), await listed(first));
      return true;
    });
    const { fullFetches, hashMismatches } = await java.stats();
    const { deltas, behind, unexplained, answers } = javaPolls;
    t.diagnostic(
      `Java: ${changes} changes, ${deltas} deltas (${answers.join(', ')} answers by replica), ${behind} of them from a replica behind the one before, ` +
        `${fullFetches} full fetches, ${hashMismatches} hash mismatches`,
    );
    assert.deepEqual(unexplained, [], 'a mismatch though the replica was not behind');
    assert.ok(
      hashMismatches <= behind,
      `${hashMismatches} mismatches, ${behind} answers from a replica that was behind`,
    );
    assert.ok(
      fullFetches <= 1 + behind,
      `${fullFetches} full fetches, ${behind} answers from a replica that was behind`,
    );
    assert.ok(
      answers.every((count) => count > 0),
      'every replica was asked',
    );
    // It knows one instance of an address, and those of the churn share one.
    await registerInstance(first, { app: 'anchor', id: 'anchor-2', port: 2 });
    await until('the Node client sees what was registered last', async () => {
      assert.deepEqual(Object.keys(await node.instances('anchor')).toSorted(), ['127.0.0.1:1', '127.0.0.1:2']);
      return true;
    });
    t.diagnostic(
      `Node: ${nodePolls.fulls} full answers (it knows no deltas by default), ${nodePolls.behind} from a replica behind the one before`,
    );
    assert.ok(
      nodePolls.answers.every((count) => count > 0),
      'every replica was asked',
    );
  });
});
