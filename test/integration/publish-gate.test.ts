import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { rawEndpointSlice, rawIngress, rawService } from '../support/cluster-objects.ts';
import { readRegistry } from '../support/eureka-rest.ts';
import { registration } from '../support/fake-eureka.ts';
import { httpRequest } from '../support/http-request.ts';
import { text } from '../support/manifests-scene.ts';
import { serveForTest } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

/** A load balancer, and a directory with the Ingress of CAROL, made now. */
async function scene(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'publish-gate-'));
  const directory = join(root, 'manifests');
  mkdirSync(directory);
  let status = 404;
  const asked = new Set<string>();
  const balancer = createServer((request, response) => {
    asked.add(`${request.headers.host} ${request.url}`);
    response.writeHead(status).end();
  });
  await new Promise<void>((done) => void balancer.listen(0, '127.0.0.1', done));
  const { port } = balancer.address() as AddressInfo;
  const annotations = { 'eurek8s.io/address': '127.0.0.1', 'eurek8s.io/port': `${port}` };
  writeFileSync(
    join(directory, 'carol.yaml'),
    text(
      rawIngress('carol', { created: new Date().toISOString(), annotations }),
      rawService('carol'),
      rawEndpointSlice('carol-1', 'carol', 1),
    ),
  );
  t.after(() => {
    balancer.close();
    rmSync(root, { recursive: true, force: true });
  });
  return {
    port,
    asked,
    answer: (next: number) => (status = next),
    close: () => new Promise((done) => void balancer.close(done)),
    serve: async () => {
      const server = await serveForTest(t, {
        flags: {
          manifests: [JSON.stringify([{ name: 'local', directory }])],
          'defaults.probe': ['require'],
          'probe.interval': ['1s'],
          'snapshot.file': [join(root, 'registry')],
        },
      });
      await until('ready', async () => (await httpRequest(`${server.url}/readyz`)).status === 200);
      const get = async (path: string): Promise<string> => {
        const { body } = await httpRequest(`${server.url}${path}`, { headers: { accept: 'text/plain' } });
        return body.replaceAll(/\s+/g, ' ');
      };
      return {
        ...server,
        eureka: `${server.url}/eureka`,
        explained: () => get('/eurek8s/explain/carol'),
        metrics: () => get('/metrics'),
        status: async () => {
          const all = (await readRegistry(`${server.url}/eureka`)).get('CAROL') ?? [];
          return all.find(({ hostName }) => hostName === 'carol.k8s.example.com')?.status;
        },
      };
    },
  };
}

test('an entry is UP once the load balancer serves it, and stays UP over a restart without a load balancer', async (t) => {
  const { port, asked, answer, close, serve } = await scene(t);
  const server = await serve();
  assert.equal(await server.status(), 'DOWN');
  const url = `http://carol.k8s.example.com:${port}/actuator/health at 127.0.0.1`;
  await until('its answer is shown', async () =>
    (await server.explained()).includes(
      `DOWN until the load balancer serves the host once (probe: require): ${url} answered 404`,
    ),
  );
  const state = (name: string) => `eurek8s_probed_publications{source="manifests:local",state="${name}"}`;
  assert.ok((await server.metrics()).includes(`${state('waiting')} 1`));
  assert.deepEqual([...asked], [`carol.k8s.example.com:${port} /actuator/health`]);
  answer(401);
  await until('it is UP', async () => (await server.status()) === 'UP');
  assert.ok((await server.explained()).includes(`probe: ${url} answered 401`));
  assert.match(await server.metrics(), /eurek8s_probes_total\{outcome="not-found"\} [1-9]/);
  await server.stop();
  await close();
  const next = await serve();
  assert.equal(await next.status(), 'UP');
  await until('its answer is shown', async () => (await next.explained()).includes('refused the connection'));
  assert.ok((await next.explained()).includes('the entry stays UP'));
  assert.equal(await next.status(), 'UP');
});

test('the path that is asked is the health path that the entry inherits', async (t) => {
  const { asked, serve } = await scene(t);
  const server = await serve();
  const healthCheckUrl = 'http://carol-1.example.com:8080/manage/health';
  const { status } = await httpRequest(`${server.eureka}/apps/CAROL`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ instance: registration('CAROL', 'carol-1', { healthCheckUrl }) }),
  });
  assert.equal(status, 204);
  await until('it is asked', async () => [...asked].some((each) => each.endsWith(' /manage/health')));
});
