import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { httpRequest } from '../support/http-request.ts';
import { serveForTest } from '../support/running-server.ts';

const TEXT = { headers: { accept: 'text/plain' } };
const PAGE = { headers: { accept: 'text/html' } };

test('whoever asks about an application learns that its source is away, or has a broken file', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('BOB', 'bob-1'));
  const directory = await mkdtemp(join(tmpdir(), 'eurek8s-troubles-'));
  t.after(() => rm(directory, { recursive: true }));
  const { url } = await serveForTest(t, {
    flags: {
      'leases.enabled': ['false'],
      'legacy.urls': [eureka.url],
      'legacy.pollInterval': ['1s'],
      manifests: [JSON.stringify([{ name: 'local', directory }])],
    },
  });
  const body = async (path: string, question = TEXT): Promise<string> => (await httpRequest(url + path, question)).body;
  const eventually = async (path: string, expected: RegExp, question = TEXT): Promise<void> => {
    const deadline = performance.now() + 60_000;
    for (let last = ''; !expected.test(last); last = await body(path, question)) {
      if (performance.now() > deadline) assert.match(last, expected);
      await sleep(50);
    }
  };
  await eventually('/', /Everything is up to date/, PAGE);

  await writeFile(join(directory, 'carol.yaml'), 'kind: Ingress\n  apiVersion: broken\n');
  const broken = /^source manifests:local: last error: carol\.yaml:1: .* \(last good objects are kept\)/m;
  await eventually('/eurek8s/explain/bob', broken);
  assert.match(await body('/eurek8s/diff'), broken);
  assert.match(await body('/eurek8s/explain/carol', { headers: { accept: 'application/json' } }), /carol\.yaml:1/);
  await eventually('/', /manifests:local reports errors/, PAGE);
  const page = await body('/', PAGE);
  assert.doesNotMatch(
    page,
    /Everything is up to date|Every known entry is served|<strong>0<\/strong><span>need attention/,
  );

  const application = '/dashboard/apps/BOB';
  assert.match(
    await body(application, PAGE),
    /manifests:local reports errors.*Source manifests:local: last error: carol/s,
  );

  await eureka.stop();
  await eventually(
    '/eurek8s/explain/bob',
    /^source legacy is stale, last heard of 20\S+Z; .*: 1 entry from there as last known$/m,
  );
  assert.match(await body('/eurek8s/diff'), /^source legacy is stale, last heard of 20/m);
  assert.match(await body(application, PAGE), /legacy is not up to date.*: 1 entry from there as last known\./s);
});
