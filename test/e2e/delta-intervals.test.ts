import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';
import { churn } from '../support/churn.ts';
import { rawEndpointSlice, rawIngress, rawService } from '../support/cluster-objects.ts';
import { readRegistry, registerInstance, type ShownInstance } from '../support/eureka-rest.ts';
import { Relay } from '../support/relay.ts';
import { startNetflixClient, type NetflixClient } from '../testbed/java/clients.ts';
import { freePort } from '../testbed/ports.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';

/** What the clients do, in seconds. */
interface Plan {
  readonly seconds: number;
  /** The poll intervals of clients that poll all the time. */
  readonly intervals: readonly number[];
  /** One more client polls at this interval, and has no way to the server for this long, again and again. */
  readonly away: { readonly interval: number; readonly for: number; readonly back: number };
}

const QUICK: Plan = { seconds: 30, intervals: [4], away: { interval: 1, for: 12, back: 3 } };
/** Stock servers keep changes for three minutes: a client that is away for almost as long misses nothing. */
const LONG: Plan = { seconds: 600, intervals: [5, 30, 60, 120], away: { interval: 2, for: 170, back: 20 } };

const PLAN = process.env['EUREK8S_LONG_SECONDS'] === undefined ? QUICK : LONG;
const SEED = Number(process.env['EUREK8S_LONG_SEED'] ?? Date.now() % 2 ** 31);
const CHANGES_PER_SECOND = 10;

describe('clients that poll at different intervals', { timeout: (PLAN.seconds + 420) * 1000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-intervals-'));
  const manifests = join(dir, 'manifests');
  let product: Product;
  let relay: Relay;
  let clients: readonly { readonly name: string; readonly interval: number; readonly client: NetflixClient }[] = [];

  function publish(service: string, ready: number): void {
    const annotations = { 'eurek8s.io/address': '127.0.0.1', 'eurek8s.io/traffic': 'ready' };
    const objects = [
      rawIngress(service, { annotations }),
      rawService(service),
      rawEndpointSlice(service, service, ready),
    ];
    writeFileSync(join(manifests, `${service}.yaml`), objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  }

  /** An instance whose content changes once in the run: whoever misses that never learns it, as the hash code agrees. */
  async function registerOnce(nth: number, color: 'before' | 'after'): Promise<void> {
    const leaseInfo = { renewalIntervalInSecs: 30, durationInSecs: 86_400 };
    await registerInstance(product.eureka, {
      app: 'once',
      id: `once-${nth}`,
      port: 1,
      metadata: { color },
      leaseInfo,
    });
  }

  before(async () => {
    mkdirSync(manifests);
    publish('carol', 1);
    product = await startProduct({
      dir: join(dir, 'product'),
      config: { leases: { enabled: true }, manifests: [{ name: 'local', directory: manifests }] },
    });
    await until('ready', () => product.ready());
    for (let nth = 0; nth < PLAN.seconds; nth++) await registerOnce(nth, 'before');
    relay = await Relay.start(product.port);
    const start = async (name: string, interval: number, eurekaUrl: string) => {
      const properties = { 'eureka.client.refresh.interval': `${interval}` };
      return { name, interval, client: await startNetflixClient({ eurekaUrl, dir: join(dir, name), properties }) };
    };
    const { intervals, away } = PLAN;
    clients = await Promise.all([
      ...intervals.map((interval) => start(`every ${interval} s`, interval, `${product.eureka}/`)),
      start(`away for ${away.for} s`, away.interval, `http://127.0.0.1:${relay.port}/eureka/`),
    ]);
  });

  after(async () => {
    await Promise.all(clients.map(({ client }) => client.stop()));
    await relay?.stop();
    await product?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  async function comeAndGo(): Promise<void> {
    const nowhere = await freePort();
    const end = performance.now() + PLAN.seconds * 1000;
    const { away } = PLAN;
    while (performance.now() + (away.back + away.for) * 1000 < end) {
      await sleep(away.back * 1000);
      relay.turn(nowhere);
      await sleep(away.for * 1000);
      relay.turn(product.port);
    }
  }

  async function changeEachOnce(): Promise<void> {
    const begun = performance.now();
    for (let nth = 0; nth < PLAN.seconds; nth++) {
      await sleep(Math.max(0, begun + nth * 1000 - performance.now()));
      await registerOnce(nth, 'after');
    }
  }

  /** What may change of an instance. */
  const line = (
    app: string,
    { instanceId, status, metadata }: Pick<ShownInstance, 'instanceId' | 'status' | 'metadata'>,
  ) => `${app} ${instanceId} ${status} ${metadata['color'] ?? ''}`;

  test(`${PLAN.seconds} s at ${CHANGES_PER_SECOND} changes/s: no hash mismatch, nothing missed (seed ${SEED})`, async (t) => {
    const [changes] = await Promise.all([
      churn(PLAN.seconds, {
        seed: SEED,
        changesPerSecond: CHANGES_PER_SECOND - 1,
        registries: [product.eureka],
        publish,
      }),
      changeEachOnce(),
      comeAndGo(),
    ]);
    for (const { name, interval, client } of clients) {
      await until(
        `the client ${name} holds what is served`,
        async () => {
          const view = await client.registry();
          const held = Object.entries(view.apps).flatMap(([app, list]) => list.map((each) => line(app, each)));
          const served = [...(await readRegistry(product.eureka))].flatMap(([app, list]) =>
            list.map((each) => line(app, each)),
          );
          assert.deepEqual(held.toSorted(), served.toSorted());
          return true;
        },
        { timeoutMs: interval * 1000 + 60_000, everyMs: 200 },
      );
      const { requests, fullFetches, hashMismatches } = await client.stats();
      t.diagnostic(
        `${name}: ${changes + PLAN.seconds} changes, ${fullFetches} full fetches, ${hashMismatches} hash mismatches, ${JSON.stringify(requests)}`,
      );
      assert.equal(hashMismatches, 0, name);
      assert.equal(fullFetches, 1, `${name}: the one at the start`);
    }
  });
});
