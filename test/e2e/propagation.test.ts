import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  endpointChange,
  follow,
  FOLLOWED_APP,
  followedObjects,
  type FollowedTimes,
  ingressChange,
} from '../support/followed-change.ts';
import { KubePatcher } from '../support/kube-patch.ts';
import { NAMESPACE } from '../support/main-job-scene.ts';
import { startCluster, type Cluster } from '../testbed/kubernetes/cluster.ts';
import { startProduct, type Product } from '../testbed/product.ts';
import { until } from '../testbed/until.ts';

const CHANGES = 50;
/** Milliseconds from the API server's acceptance to the changed answer on our port. */
const WORST_ALLOWED = 250;

describe('from a change in the cluster to our answer', { timeout: 600_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-propagation-'));
  const agent = new Agent({ keepAlive: true });
  let cluster: Cluster;
  let product: Product;
  let patcher: KubePatcher;

  before(async () => {
    cluster = await startCluster({
      dir: join(dir, 'cluster'),
      roles: 'api',
      progress: (line) => process.stderr.write(`${line}\n`),
    });
    await cluster.kubectl(['create', 'namespace', NAMESPACE]);
    await cluster.apply(followedObjects(NAMESPACE));
    patcher = new KubePatcher(cluster.kubeconfig, cluster.caFile);
    product = await startProduct({
      dir: join(dir, 'product'),
      config: { clusters: [{ name: 'main', kubeconfig: cluster.kubeconfig }] },
    });
    await until(`${FOLLOWED_APP} is served`, async () => (await read()).includes('"status":"UP"'));
  });

  after(async () => {
    agent.destroy();
    patcher?.close();
    await product?.stop();
    await cluster?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  function read(): Promise<string> {
    return new Promise((resolve, reject) => {
      get(`${product.eureka}/apps/${FOLLOWED_APP}`, { agent, headers: { accept: 'application/json' } }, (answer) => {
        text(answer).then(resolve, reject);
      }).once('error', reject);
    });
  }

  async function rounds(): Promise<readonly FollowedTimes[]> {
    const times: FollowedTimes[] = [];
    const start = `${Date.now()}`;
    for (let i = 0; i < CHANGES; i++) {
      // An Ingress and, ready and not ready in turns, the other object that its entries depend on.
      const change = i % 2 === 0 ? ingressChange(NAMESPACE, `r${start}-${i}`) : endpointChange(NAMESPACE, i % 4 === 3);
      times.push(await follow(patcher, change, read));
      await sleep(20 + ((i * 37) % 200));
    }
    return times;
  }

  test(`${CHANGES} changes, worst at most ${WORST_ALLOWED} ms after the API server accepted it`, async (t) => {
    const report = (samples: readonly FollowedTimes[]): number => {
      const sorted = samples.map(({ fromAccepted }) => fromAccepted).toSorted((a, b) => a - b);
      const sent = samples.map(({ fromSent }) => fromSent).toSorted((a, b) => a - b);
      const at = (list: readonly number[], share: number): string =>
        (list[Math.floor((list.length - 1) * share)] ?? 0).toFixed(1);
      t.diagnostic(
        `${samples.length} changes: from accepted to answered median ${at(sorted, 0.5)} ms, p90 ${at(sorted, 0.9)} ms, worst ${at(sorted, 1)} ms; ` +
          `from sending the change median ${at(sent, 0.5)} ms, worst ${at(sent, 1)} ms`,
      );
      return sorted.at(-1) ?? Number.POSITIVE_INFINITY;
    };
    // A machine that does something else for a moment is no fault of ours: a miss is measured once more, and both print.
    const worst = report(await rounds());
    if (worst > WORST_ALLOWED) assert.ok(report(await rounds()) <= WORST_ALLOWED, 'missed twice');
  });
});
