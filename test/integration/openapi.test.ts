import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { HoldsReport } from '../../shared/api/holds.ts';
import { EXPORT_FORMATS } from '../../shared/export/formats.ts';
import { openApiDocument, type OpenApiDocument } from '../../shared/openapi/document.ts';
import { ApiDescription } from '../support/api-description.ts';
import { basic, temporaryFile } from '../support/credentials.ts';
import { endAfterAll } from '../support/end-after-all.ts';
import { fleetScene, type FleetScene } from '../support/fleet-scene.ts';
import { httpRequest } from '../support/http-request.ts';
import { withRoutes, type RouteUrl } from '../support/route-table.ts';
import { serveForTest, serveUnsynced } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

const SERVICES = ['one', 'two', 'three', 'four'];

// One walk through all that is described, by live servers: what they answer that is not described fails, and so does what
// is described and never answered.
describe('the OpenAPI document', () => {
  const description = new ApiDescription(openApiDocument('1.2.3'));
  let scene: FleetScene;
  let routes: readonly RouteUrl[];
  const ending = endAfterAll();
  before(async () => {
    [scene, routes] = await withRoutes(() => fleetScene(ending, { flags: { 'guards.grace': ['1h'] } }));
  });

  /** Asks as a program and as a person, and checks both answers. Returns the status. */
  async function ask(
    path: string,
    {
      url = scene.url,
      method = 'get',
      filled = path,
      headers = {},
    }: {
      readonly url?: string;
      readonly method?: 'get' | 'post';
      readonly filled?: string;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<number> {
    let last = 0;
    for (const accept of method === 'get' ? ['application/json', 'text/plain'] : ['application/json']) {
      const answer = await httpRequest(url + filled, { method: method.toUpperCase(), headers: { accept, ...headers } });
      description.check(method, path, { ...answer, type: answer.headers['content-type'] });
      last = answer.status;
    }
    return last;
  }

  test('is served, and names every path that is', async () => {
    const served = await scene.json<OpenApiDocument>('/eurek8s/openapi.json');
    assert.deepEqual(served, JSON.parse(JSON.stringify(description.document)));
    const described = Object.keys(served.paths).map((path) => path.replaceAll(/\{\w+\}/g, 'X'));
    const ours = routes.filter((url) => url.startsWith('/eurek8s/'));
    assert.deepEqual(described.filter((path) => path.startsWith('/eurek8s/')).toSorted(), [...ours].toSorted());
    assert.deepEqual(
      described.filter((path) => !routes.includes(path)),
      [],
    );
  });

  test('describes what is answered when all is well', async () => {
    await httpRequest(`${scene.url}/eureka/vips/orders`);
    await httpRequest(`${scene.url}/eureka/apps/ORDERS/o-2/status?value=OUT_OF_SERVICE`, { method: 'PUT' });
    await httpRequest(`${scene.url}/eureka/apps/ORDERS/o-1`, { method: 'PUT' });
    for (const path of Object.keys(description.document.paths).filter((each) => !each.includes('{')))
      assert.equal(await ask(path), 200, path);
    for (const app of ['carol', 'dave', 'erin', 'orders'])
      for (const path of ['/eurek8s/explain/{app}', '/eurek8s/at/{time}/explain/{app}'])
        assert.equal(await ask(path, { filled: path.replace('{app}', app).replace('{time}', '-0s') }), 200);
    for (const app of ['carol', 'dave', 'erin', 'orders'])
      for (const query of ['', '?client=springlb&zone=z1', '?client=node'])
        assert.equal(await ask('/eurek8s/whatif/{app}', { filled: `/eurek8s/whatif/${app}${query}` }), 200);
    for (const path of ['/eurek8s/at/{time}/apps', '/eurek8s/at/{time}/diff'])
      assert.equal(await ask(path, { filled: path.replace('{time}', '-0s') }), 200);
    assert.equal(await ask('/eurek8s/wait/{app}', { filled: '/eurek8s/wait/orders?timeout=5s' }), 200);
    for (const format of EXPORT_FORMATS)
      assert.equal(await ask('/eurek8s/export/{format}', { filled: `/eurek8s/export/${format}` }), 200);
  });

  test('describes a hold, and the orders about it', async () => {
    for (const name of SERVICES) scene.publish({ name, host: `${name}.k8s.example.com`, port: 8080 });
    await until('all are published', async () => {
      const { body } = await httpRequest(`${scene.url}/eureka/apps`, { headers: { accept: 'application/json' } });
      return SERVICES.every((name) => body.includes(`"${name.toUpperCase()}"`));
    });
    for (const name of [...SERVICES, 'dave']) scene.withdraw(name);
    const hold = await until('a hold', async () => (await scene.json<HoldsReport>('/eurek8s/holds')).holds[0]);
    for (const path of ['/eurek8s/holds', '/eurek8s/sources', '/eurek8s/diff', '/eurek8s/migration', '/'])
      assert.equal(await ask(path), 200);
    for (const order of ['keep', 'release']) {
      const path = `/eurek8s/holds/{id}/${order}`;
      assert.equal(await ask(path, { method: 'post', filled: path.replace('{id}', hold.id) }), 200);
      assert.equal(await ask(path, { method: 'post', filled: path.replace('{id}', 'none') }), 404);
    }
    await until('the removals are changes', async () => (await scene.curl('/eurek8s/changes')).includes(hold.id));
    assert.equal(await ask('/eurek8s/changes'), 200);
  });

  test('describes what is not there, and what is not understood', async () => {
    for (const [path, filled, status] of [
      ['/eurek8s/explain/{app}', '/eurek8s/explain/nobody', 404],
      ['/eurek8s/explain/{app}', '/eurek8s/explain/orders?zone=a', 400],
      ...['apps', 'diff', 'refusals', 'callers', 'migration', 'sources', 'holds'].map(
        (name) => [`/eurek8s/${name}`, `/eurek8s/${name}?x=1`, 400] as const,
      ),
      ['/eurek8s/at/{time}/apps', '/eurek8s/at/-0s/apps?x=1', 400],
      ['/eurek8s/whatif/{app}', '/eurek8s/whatif/nobody', 404],
      ['/eurek8s/whatif/{app}', '/eurek8s/whatif/orders?client=go', 400],
      ['/eurek8s/wait/{app}', '/eurek8s/wait/nobody?timeout=0s', 408],
      ['/eurek8s/wait/{app}', '/eurek8s/wait/orders?status=FINE', 400],
      ['/eurek8s/changes', '/eurek8s/changes?since=noon', 400],
      ['/eurek8s/export/{format}', '/eurek8s/export/toml', 404],
      ['/eurek8s/export/{format}', '/eurek8s/export/zuul?caller=nobody', 404],
      ['/eurek8s/export/{format}', '/eurek8s/export/zuul?caller=a&caller=b', 400],
      ['/eurek8s/at/{time}/apps', '/eurek8s/at/noon/apps', 400],
      ['/eurek8s/at/{time}/apps', '/eurek8s/at/-1d/apps', 404],
      ['/eurek8s/at/{time}/diff', '/eurek8s/at/noon/diff', 400],
      ['/eurek8s/at/{time}/diff', '/eurek8s/at/-1d/diff', 404],
      ['/eurek8s/at/{time}/explain/{app}', '/eurek8s/at/noon/explain/orders', 400],
      ['/eurek8s/at/{time}/explain/{app}', '/eurek8s/at/-0s/explain/nobody', 404],
    ] as const)
      assert.equal(await ask(path, { filled }), status, filled);
  });

  test('describes a server that waits for its first view, and one that stops', async (t) => {
    const { url } = await serveUnsynced(t);
    for (const [path, methods] of Object.entries(description.document.paths)) {
      if (methods.get?.responses['503'] === undefined || path.includes('/wait/')) continue;
      const filled = path.replace('{app}', 'orders').replace('{time}', '-0s').replace('{format}', 'zuul');
      assert.equal(await ask(path, { url, filled }), 503, path);
    }
    assert.equal(await ask('/', { url }), 200);
    const stopping = await serveForTest(t);
    const waiting = ask('/eurek8s/wait/{app}', { url: stopping.url, filled: '/eurek8s/wait/a?timeout=1m' }).catch(
      // The second question of the two meets a server that is gone.
      () => undefined,
    );
    await until('it waits', async () => (await httpRequest(`${stopping.url}/healthz`)).status === 200);
    await stopping.stop();
    await waiting;
    assert.ok(description.seen.has('get /eurek8s/wait/{app} 503'));
  });

  test('describes who may not', async (t) => {
    const file = temporaryFile(t, 'auth.yaml', '- { name: reader, password: secret, rights: [read] }');
    const { url } = await serveForTest(t, { flags: { 'auth.file': [file] } });
    for (const [path, { get, post }] of Object.entries(description.document.paths)) {
      const filled = path.replace(/\{(\w+)\}/g, 'x');
      if (get !== undefined)
        assert.equal(await ask(path, { url, filled }), get.security === undefined ? 401 : 200, path);
      if (post === undefined) continue;
      assert.equal(await ask(path, { url, method: 'post', filled }), 401, path);
      const headers = { authorization: basic('reader', 'secret') };
      assert.equal(await ask(path, { url, method: 'post', filled, headers }), 403, path);
    }
  });

  test('describes nothing that was not answered', () => {
    assert.deepEqual(
      description.described().filter((each) => !description.seen.has(each)),
      [],
    );
  });
});
