import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { until } from '../support/fake-kubernetes/cluster-scene.ts';
import { FakeKubernetes } from '../support/fake-kubernetes.ts';
import { serveForTest } from '../support/running-server.ts';

interface Served {
  readonly fake: FakeKubernetes;
  readonly warnings: readonly string[];
  /** Status of the registry, as clients see it. */
  readonly status: () => number;
}

/** Eurek8s with a working registry, and a cluster whose API server is away. */
async function serveWithout(t: TestContext, required: boolean): Promise<Served> {
  const fake = await FakeKubernetes.start();
  const directory = mkdtempSync(join(tmpdir(), 'required-'));
  const kubeconfig = join(directory, 'config');
  writeFileSync(kubeconfig, fake.kubeconfig());
  await fake.refuse();
  t.after(async () => {
    await fake.stop();
    rmSync(directory, { recursive: true });
  });
  const warnings: string[] = [];
  const { url } = await serveForTest(t, {
    flags: { clusters: [JSON.stringify([{ name: 'main', kubeconfig, required }])] },
    log: { warn: (fields, text) => void warnings.push(`${JSON.stringify(fields)} ${text}`) },
  });
  let status = 0;
  const ask = async (): Promise<void> => {
    const answer = await fetch(`${url}/eureka/apps`);
    await answer.arrayBuffer();
    status = answer.status;
  };
  const asking = setInterval(() => void ask().catch(() => undefined), 50);
  t.after(() => clearInterval(asking));
  return { fake, warnings, status: () => status };
}

test('a start while the API server is away: with required: false the rest is served, and the log names what is missing', async (t) => {
  const { fake, warnings, status } = await serveWithout(t, false);
  await until(() => status() === 200, 'answers without the cluster');
  assert.ok(
    warnings.some(
      (line) => line.includes('"source":"cluster:main"') && line.includes('callers drop all its instances'),
    ),
    warnings.join('\n'),
  );
  await fake.listen();
  await until(() => fake.openWatches() === 5, 'the cluster, once it is there');
});

test('a start while the API server is away: a required cluster is waited for', async (t) => {
  const { fake, status } = await serveWithout(t, true);
  await until(() => status() === 503, 'the refusal');
  const since = performance.now();
  await until(() => performance.now() - since > 6_000, 'longer than an optional source is waited for');
  assert.equal(status(), 503);
  await fake.listen();
  await until(() => status() === 200, 'answers once it is there');
});
