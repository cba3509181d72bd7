import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { DeltaCost } from '../../shared/api/delta-cost.ts';
import { registerInstance } from '../support/eureka-rest.ts';
import { rawRequest, type RawAnswer } from '../support/raw-http.ts';
import { serveForTest } from '../support/running-server.ts';

const CURL = { accept: '*/*', 'user-agent': 'curl/8.5.0' };
const JSON_ASKED = { accept: 'application/json' };

describe('operations API', () => {
  let url = '';
  let stop: () => Promise<void>;
  before(async () => {
    ({ url } = await serveForTest({ after: (undo) => (stop = undo) }));
    await registerInstance(`${url}/eureka`, { app: 'ORDERS', id: 'o-1', port: 8080, zone: 'dc1' });
    await registerInstance(`${url}/eureka`, { app: 'ORDERS', id: 'o-2', port: 8080, status: 'DOWN' });
  });
  after(async () => stop());

  const get = (path: string, headers: Readonly<Record<string, string>>): Promise<RawAnswer> =>
    rawRequest(url, `GET ${path}`, headers);

  test('a balancer in front of a Spring Eureka requests the actuator, and gets the verdict of readyz', async (t) => {
    const up = await get('/actuator/health', CURL);
    assert.deepEqual([up.status, up.body.toString()], [200, '{"status":"UP"}']);
    const { url: waiting } = await serveForTest(t, {
      flags: { 'leases.enabled': ['false'], 'legacy.urls': ['http://127.0.0.1:1/eureka'] },
    });
    const down = await rawRequest(waiting, 'GET /actuator/health', CURL);
    assert.deepEqual([down.status, down.body.toString()], [503, '{"status":"DOWN"}']);
    assert.match(down.headers['x-eurek8s-reason'] ?? '', /waiting for the first complete view of legacy/);
  });

  test('programs get JSON; curl, and clients that prefer it, get text', async () => {
    for (const path of ['/', '/eurek8s/sources', '/eurek8s/holds', '/eurek8s/refusals', '/eurek8s/explain/orders']) {
      for (const headers of [
        {},
        JSON_ASKED,
        { ...CURL, accept: 'application/json' },
        // A browser has pages of its own at `/`; elsewhere it gets the data.
        ...(path === '/' ? [] : [{ accept: 'text/html,*/*;q=0.8' }]),
      ]) {
        const answer = await get(path, headers);
        assert.match(answer.headers['content-type'] ?? '', /^application\/json/, path);
        assert.equal(typeof JSON.parse(answer.body.toString()), 'object', path);
      }
      for (const headers of [CURL, { accept: 'text/plain' }]) {
        const answer = await get(path, headers);
        assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8', path);
        assert.match(answer.body.toString(), /\n$/, path);
      }
    }
  });

  test('the summary and the sources are those of the running server', async () => {
    const summary = JSON.parse((await get('/', JSON_ASKED)).body.toString()) as Record<string, unknown>;
    assert.deepEqual(Object.keys(summary), ['version', 'ready', 'registry', 'applications', 'sources', 'files']);
    assert.deepEqual(summary['applications'], [
      { name: 'ORDERS', legacy: 2, kubernetes: 0, copies: 0, up: 1, hidden: 0, refused: 0 },
    ]);
    const text = (await rawRequest(url, 'GET /', { ...CURL, host: 'eurek8s.internal:8761' })).body.toString();
    assert.match(text, /^Eurek8s 1\.2\.3: 2 entries of 1 application, 1 UP, version \d+, hash DOWN_1_UP_1_$/m);
    assert.match(text, /curl http:\/\/eurek8s\.internal:8761\/eurek8s\/explain\/NAME$/m);
    assert.match((await get('/eurek8s/sources/', CURL)).body.toString(), /^leases +synced .*\n +instances +2$/m);
  });

  test('what a poll of the delta costs is shown once somebody polls, with the applications that most of it is for', async () => {
    const cost = async () =>
      (JSON.parse((await get('/eurek8s/sources', JSON_ASKED)).body.toString()) as { readonly delta?: DeltaCost }).delta;
    assert.equal(await cost(), undefined);
    await get('/eureka/apps/delta', { ...JSON_ASKED, 'accept-encoding': 'gzip' });
    const { instances, bytes = 0, applications = [] } = (await cost()) ?? {};
    assert.deepEqual([instances, applications], [2, [{ app: 'ORDERS', instances: 2, bytes }]]);
    assert.ok(bytes > 100 && bytes < 2000, `${bytes} bytes`);
    const text = (await get('/eurek8s/sources', CURL)).body.toString();
    assert.match(text, /^each poll of a client fetches 2 changed instances, \d+ bytes compressed$/m);
    assert.match(text, /^ORDERS +2 +\d+$/m);
    const metrics = (await get('/metrics', CURL)).body.toString();
    assert.match(metrics, /^eurek8s_delta_application_bytes\{app="ORDERS"\} \d+$/m);
  });

  test('an application is explained under its name in any case, an unknown one with the nearest name', async () => {
    const explained = (await get('/eurek8s/explain/Orders/', CURL)).body.toString();
    assert.match(
      explained,
      /^ORDERS: callers choose among 1 UP entry: 1 registered, 0 from Kubernetes \(0% of the calls\)$/m,
    );
    assert.match(explained, /^ {2}o-2 +DOWN /m);
    const unknown = await get('/eurek8s/explain/ORDRES', CURL);
    assert.equal(unknown.status, 404);
    assert.match(unknown.body.toString(), /^nothing is known of ORDRES: .*, did you mean "ORDERS"\?\n$/);
    const asJson = await get('/eurek8s/explain/NOPE', JSON_ASKED);
    assert.equal(asJson.status, 404);
    assert.match((JSON.parse(asJson.body.toString()) as { error: string }).error, /^nothing is known of NOPE/);
  });

  test('a name with control characters does not affect the terminal', async () => {
    const { body } = await get('/eurek8s/explain/%1b%5b2J%0d%0a', CURL);
    assert.match(body.toString(), /^[\x20-\x7e\n]+$/);
  });

  test('probes are one word, and their methods are kept', async () => {
    for (const path of ['/healthz', '/readyz']) {
      const answer = await get(path, {});
      assert.deepEqual([answer.status, answer.body.toString()], [200, 'ok\n'], path);
      assert.equal((await rawRequest(url, `HEAD ${path}`)).status, 200, path);
      const post = await rawRequest(url, `POST ${path}`);
      assert.deepEqual([post.status, post.headers['allow']], [405, 'GET, HEAD, OPTIONS'], path);
    }
  });

  test('requests are counted, by resource, kind and status', async () => {
    await get('/eureka/apps', {});
    await get('/eureka/apps', { accept: 'text/html' });
    await get('/eureka/apps/NOPE', {});
    await rawRequest(url, 'PUT /eureka/apps/ORDERS/nobody');
    await rawRequest(url, 'POST /eureka/apps/ORDERS', { 'content-length': '0' });
    const { headers, body } = await get('/metrics', {});
    assert.match(headers['content-type'] ?? '', /^text\/plain; version=0\.0\.4/);
    const text = body.toString();
    for (const series of [
      'eurek8s_reads_total{resource="apps",status="200"} 1',
      'eurek8s_reads_total{resource="apps",status="406"} 1',
      'eurek8s_reads_total{resource="app",status="404"} 1',
      'eurek8s_writes_total{kind="register",status="204"} 2',
      'eurek8s_writes_total{kind="register",status="415"} 1',
      'eurek8s_writes_total{kind="renew",status="404"} 1',
      'eurek8s_ready 1',
      'eurek8s_registry_instances{status="DOWN"} 1',
      'eurek8s_source_state{source="leases",state="synced"} 1',
    ])
      assert.ok(text.includes(`${series}\n`), series);
  });
});
