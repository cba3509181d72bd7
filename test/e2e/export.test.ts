import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { temporaryDirectory } from '../support/credentials.ts';
import { httpRequest } from '../support/http-request.ts';
import { publishedService } from '../support/published-service.ts';
import { serveForTest, type Ending } from '../support/running-server.ts';
import { startBackend, type Backend, type BackendAnswer } from '../testbed/backend.ts';
import type { ClientOptions } from '../testbed/clients/client.ts';
import { startGateway, startSpringDriver } from '../testbed/clients/spring.ts';
import { startRibbonClient, startZuul } from '../testbed/java/clients.ts';
import { freePort } from '../testbed/ports.ts';
import { until } from '../testbed/until.ts';

const HOST = 'carol.k8s.example.com';

describe('an exported file is all that a real client needs: no registry answers any more', { timeout: 600_000 }, () => {
  const undo: (() => Promise<void>)[] = [];
  const ending: Ending = { after: (each) => void undo.push(each) };
  const dir = temporaryDirectory(ending);
  const hosts = { [HOST]: '127.0.0.1' };
  let backend: Backend;
  let nowhere: string;

  before(async () => {
    backend = await startBackend({ name: 'carol-pods' });
    undo.push(() => backend.stop());
    const directory = join(dir, 'manifests');
    mkdirSync(directory);
    writeFileSync(join(directory, 'carol.yaml'), publishedService({ name: 'carol', host: HOST, port: backend.port }));
    const flags = { manifests: [JSON.stringify([{ name: 'local', directory }])] };
    const server = await serveForTest(ending, { flags });
    await until('carol is served', async () => {
      const { status, body } = await httpRequest(`${server.url}/eurek8s/apps`);
      return status === 200 && body.includes('CAROL');
    });
    for (const [format, file] of [
      ['ribbon', 'ribbon.properties'],
      ['zuul', 'zuul.properties'],
      ['spring-cloud-gateway', 'gateway.yaml'],
      ['simple-discovery', 'simple.yaml'],
    ] as const) {
      const { status, body } = await httpRequest(`${server.url}/eurek8s/export/${format}`);
      assert.equal(status, 200);
      writeFileSync(join(dir, file), body);
    }
    await server.stop();
    nowhere = `http://127.0.0.1:${await freePort()}/eureka`;
  });
  after(async () => {
    for (const each of undo.toReversed()) await each();
  });

  const loaded = (file: string): Readonly<Record<string, string>> => ({
    'spring.config.additional-location': `file:${join(dir, file)}`,
  });
  const options = async (app: string): Promise<ClientOptions> => ({
    eurekaUrl: nowhere,
    dir: join(dir, app),
    app,
    id: `${app}-1`,
    port: await freePort(),
    hosts,
  });

  test('Ribbon, Zuul 1, Spring Cloud Gateway and SimpleDiscovery call the host and port of the Ingress', async () => {
    const reached = { [`${HOST}:${backend.port}`]: 4 };
    const kept = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
      const client = await starting;
      undo.push(() => client.stop());
      return client;
    };
    const near = { eurekaUrl: nowhere, hosts };
    const [ribbon, zuul, gateway, simple] = await Promise.all([
      kept(startRibbonClient({ ...near, dir: join(dir, 'ribbon'), properties: loaded('ribbon.properties') })),
      kept(startZuul({ ...near, dir: join(dir, 'zuul'), properties: loaded('zuul.properties') })),
      kept(startGateway(await options('GATEWAY'), loaded('gateway.yaml'))),
      kept(startSpringDriver('spring-client', await options('SIMPLE'), loaded('simple.yaml'))),
    ]);
    assert.deepEqual((await ribbon.call('carol', 4)).hosts, reached);
    assert.deepEqual(await gateway.call('carol', 4), reached);
    assert.deepEqual(await simple.call('carol', 4), reached);
    assert.deepEqual(await simple.instances('carol'), { [`${HOST}:${backend.port}`]: 'UP' });
    const { status, body } = await zuul.get('/carol/whoami');
    assert.equal(status, 200);
    const seen = JSON.parse(body) as BackendAnswer;
    assert.deepEqual([seen.backend, seen.host, seen.path], ['carol-pods', `${HOST}:${backend.port}`, '/whoami']);
  });
});
