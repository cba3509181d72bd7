import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { runProgram } from '../../server/cli/program.ts';
import { endAfterAll } from '../support/end-after-all.ts';
import { registerInstance } from '../support/eureka-rest.ts';
import { fleetScene, type FleetScene } from '../support/fleet-scene.ts';
import { httpRequest } from '../support/http-request.ts';
import { testShell } from '../support/shell.ts';

describe('the export', () => {
  let scene: FleetScene;
  const ending = endAfterAll();
  before(async () => {
    scene = await fleetScene(ending);
  });

  test('is the file itself, whoever asks and whatever is accepted', async () => {
    for (const accept of ['application/json', 'text/plain', '*/*']) {
      const { status, headers, body } = await httpRequest(`${scene.url}/eurek8s/export/ribbon`, {
        headers: { accept },
      });
      assert.deepEqual([status, headers['content-type']], [200, 'text/plain; charset=utf-8']);
      assert.match(body, /^carol\.ribbon\.listOfServers=carol\.k8s\.example\.com:8080$/m);
      assert.match(body, /^# left out: ORDERS: it is not served from Kubernetes$/m);
      assert.doesNotMatch(body, /orders\.ribbon|10\.1\.0/);
    }
    const { headers } = await httpRequest(`${scene.url}/eurek8s/export/simple-discovery`);
    assert.equal(headers['content-type'], 'application/yaml');
  });

  test('for one caller it is what that one looks up, unless it reads everything', async () => {
    await registerInstance(`${scene.url}/eureka`, { app: 'ALICE', id: 'a-1', ip: '127.0.0.1', port: 8080 });
    const ask = async () => (await httpRequest(`${scene.url}/eurek8s/export/zuul?caller=127.0.0.1`)).body;
    await httpRequest(`${scene.url}/eureka/vips/dave`);
    const some = await ask();
    assert.match(some, /^# what 127\.0\.0\.1 has looked up$/m);
    assert.match(some, /^zuul\.routes\.dave\.url=http:\/\/dave\.k8s\.example\.com:8080$/m);
    assert.doesNotMatch(some, /carol|ORDERS/);
    await httpRequest(`${scene.url}/eureka/apps`);
    const all = await ask();
    assert.match(all, /^# 127\.0\.0\.1 reads the whole registry, so what it calls is not known: this is all of it$/m);
    assert.match(all, /^zuul\.routes\.carol\.url=/m);
  });

  test('for a caller that looks up more than is kept it says so, and leaves its Eureka client on', async () => {
    const headers = { 'user-agent': 'node/1' };
    await httpRequest(`${scene.url}/eureka/apps/WIDE/w-1`, { method: 'DELETE', headers });
    for (let i = 0; i < 100; i++) await httpRequest(`${scene.url}/eureka/vips/name-${i}`, { headers });
    const ask = async () => (await httpRequest(`${scene.url}/eurek8s/export/ribbon?caller=wide`)).body;
    assert.match(await ask(), /^# what WIDE has looked up$[^]*^eureka\.client\.enabled=false$/m);
    await httpRequest(`${scene.url}/eureka/vips/carol`, { headers });
    const some = await ask();
    assert.match(some, /^# a part of what WIDE has looked up$/m);
    assert.match(
      some,
      /^# it looks up more names than are kept: 1 request for others, and what they find is missing$/m,
    );
    assert.match(some, /^# what is missing or left out needs the Eureka client: /m);
    assert.doesNotMatch(some, /^(eureka|ribbon)\./m);
    const { body } = await httpRequest(`${scene.url}/eurek8s/migration`, { headers: { accept: 'application/json' } });
    assert.match(body, /"notKnown":\["look up more names than are kept, and may call what does not name them: WIDE"\]/);
  });

  test('for a caller that runs in the cluster it has the Services there; a Gateway can be named', async () => {
    // What it registered is gone: it runs in the cluster alone.
    const headers = { 'user-agent': 'dave/1' };
    await httpRequest(`${scene.url}/eureka/vips/carol`, { headers });
    await httpRequest(`${scene.url}/eureka/apps/DAVE/d-1`, { method: 'DELETE', headers });
    for (const [format, expected] of [
      ['ribbon', /^carol\.ribbon\.listOfServers=carol\.shop\.svc\.cluster\.local:80$/m],
      ['zuul', /^zuul\.routes\.carol\.url=http:\/\/carol\.shop\.svc\.cluster\.local$/m],
      ['spring-cloud-gateway', /uri: "http:\/\/carol\.shop\.svc\.cluster\.local"/],
      ['simple-discovery', /uri: "http:\/\/carol\.shop\.svc\.cluster\.local"/],
      ['services', /^ {2}externalName: "carol\.shop\.svc\.cluster\.local"$/m],
      ['httproute', /backendRefs: \[\{ name: "carol", port: 80 \}\]/],
    ] as const) {
      const { body } = await httpRequest(`${scene.url}/eurek8s/export/${format}?caller=dave`);
      assert.match(body, /^# DAVE runs in cluster local, where Services are called by their own names$/m, format);
      assert.match(body, expected);
    }
    const near = (await httpRequest(`${scene.url}/eurek8s/export/ribbon?from=local`)).body;
    assert.match(near, /^dave\.ribbon\.listOfServers=dave\.shop\.svc\.cluster\.local:80$/m);
    assert.equal((await httpRequest(`${scene.url}/eurek8s/export/ribbon?from=elsewhere`)).status, 404);
    const named = await httpRequest(`${scene.url}/eurek8s/export/httproute?gateway=infra/public`);
    assert.match(named.body, /parentRefs: \[\{ name: "public", namespace: "infra" \}\]/);
    for (const query of ['httproute?gateway=a/b/c', 'httproute?gateway=a&gateway=b', 'ribbon?gateway=public'])
      assert.equal((await httpRequest(`${scene.url}/eurek8s/export/${query}`)).status, 400, query);
  });

  test('the command prints it, and says what there is instead', async () => {
    const run = async (...words: readonly string[]) => {
      const shell = testShell({ environment: {} });
      const code = await runProgram(['export', ...words, '--server', scene.url], shell);
      return { code, ...shell.written };
    };
    const { code, out } = await run('spring-cloud-gateway');
    assert.equal(code, 0);
    assert.match(out, /^ {8}- id: "dave"$/m);
    const unknown = await run('toml');
    assert.equal(unknown.code, 2);
    assert.match(
      unknown.err,
      /Allowed choices are zuul, ribbon, spring-cloud-gateway, simple-discovery, services, httproute/,
    );
    const nobody = await run('zuul', '--caller', 'nobody');
    assert.deepEqual([nobody.code, /nobody has asked nothing here since/.test(nobody.err)], [1, true]);
  });
});
