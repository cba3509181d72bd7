import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../testbed/until.ts';
import { temporaryDirectory } from './credentials.ts';
import { registerInstance } from './eureka-rest.ts';
import { httpRequest } from './http-request.ts';
import { publishedService, type PublishedService } from './published-service.ts';
import { serveForTest, type Ending, type ServedConfig } from './running-server.ts';

/** A whole server with a few applications, one in each stage. */
export interface FleetScene {
  readonly url: string;
  /** The answer as JSON; fails for any status but 200. */
  readonly json: <T>(path: string) => Promise<T>;
  /** The answer as curl gets it. */
  readonly curl: (path: string) => Promise<string>;
  readonly status: (path: string) => Promise<number>;
  readonly publish: (service: PublishedService) => void;
  readonly withdraw: (name: string) => void;
}

/**
 * ORDERS is registered, CAROL is registered and published, DAVE is published, and ERIN would be, but for a port that no
 * server has.
 */
export async function fleetScene(t: Ending, given: ServedConfig = {}) {
  const directory = temporaryDirectory(t);
  const publish = (service: PublishedService): void =>
    writeFileSync(join(directory, `${service.name}.yaml`), publishedService(service));
  publish({ name: 'carol', host: 'carol.k8s.example.com', port: 8080, annotations: { traffic: '50%' } });
  publish({ name: 'dave', host: 'dave.k8s.example.com', port: 8080 });
  publish({ name: 'erin', host: 'erin.k8s.example.com', port: 99_999 });
  const { url } = await serveForTest(t, {
    ...given,
    flags: { manifests: [JSON.stringify([{ name: 'local', directory }])], ...given.flags },
  });
  await until('the server is ready', async () => (await httpRequest(`${url}/readyz`)).status === 200);
  await registerInstance(`${url}/eureka`, { app: 'ORDERS', id: 'o-1', ip: '10.1.0.1', port: 8080, zone: 'z1' });
  await registerInstance(`${url}/eureka`, { app: 'ORDERS', id: 'o-2', ip: '10.1.0.2', port: 8080, zone: 'z1' });
  await registerInstance(`${url}/eureka`, { app: 'CAROL', id: 'c-1', ip: '10.1.0.3', port: 8080, zone: 'z1' });
  const ask = (path: string, headers: Readonly<Record<string, string>>) => httpRequest(`${url}${path}`, { headers });
  const scene: FleetScene = {
    url,
    json: async <T>(path: string): Promise<T> => {
      const { status, body } = await ask(path, { accept: 'application/json' });
      assert.equal(status, 200, `${path}: ${body}`);
      return JSON.parse(body) as T;
    },
    curl: async (path) => (await ask(path, { accept: '*/*', 'user-agent': 'curl/8.5.0' })).body,
    status: async (path) => (await ask(path, { accept: 'application/json' })).status,
    publish,
    withdraw: (name) => rmSync(join(directory, `${name}.yaml`)),
  };
  return scene;
}
