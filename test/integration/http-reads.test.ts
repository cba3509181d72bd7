import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { cancelInstance, overrideStatus, registerInstance } from '../support/eureka-rest.ts';
import { rawRequest, type RawAnswer } from '../support/raw-http.ts';
import { assertRefused } from '../support/refusal.ts';
import { serveForTest, serveUnsynced, type Ending } from '../support/running-server.ts';

const ODD_ID = 'a/b c+d%é';
const ENCODED_ODD_ID = 'a%2Fb%20c%2Bd%25%C3%A9';
const LONG_ID = `host:${'x'.repeat(1000)}`;
const READS = [
  'apps',
  'apps/delta',
  'apps/ORDERS',
  'apps/ORDERS/host:orders:1',
  'instances/host:orders:1',
  'vips/orders',
  'svips/orders',
];

async function serveOrders(t: Ending): Promise<string> {
  const { url } = await serveForTest(t);
  for (const id of ['host:orders:1', ODD_ID, LONG_ID])
    await registerInstance(`${url}/eureka`, { app: 'ORDERS', id, port: 8080, vip: 'orders,Orders.v2' });
  return url;
}

function idsOf({ body }: RawAnswer): readonly string[] {
  return [...body.toString('utf8').matchAll(/"instanceId":"([^"]*)"/g)].map(([, id = '']) => id);
}

describe('reads', () => {
  let url = '';
  const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> =>
    rawRequest(url, `GET ${path}`, headers);
  const json = { accept: 'application/json' };

  let stop: () => Promise<void>;
  before(async () => {
    url = await serveOrders({ after: (undo) => (stop = undo) });
  });
  after(async () => stop());

  // Traps 7, 8 and 62: clients differ in the version segment and in their slashes; one client joins base and path with
  // two.
  test('every spelling of a path gives the same bytes', async () => {
    for (const read of READS) {
      const expected = await get(`/eureka/${read}`, json);
      assert.equal(expected.status, 200, read);
      for (const spelling of [
        `/eureka/${read}/`,
        `/eureka/v2/${read}`,
        `/eureka/v1/${read}/`,
        `//eureka//v2///${read}//`,
        `/eureka/${read}?regions=us-east-1,eu-west-1`,
        `/eureka/${read}?x=%zz&regions=`,
        `http://proxied.example/eureka/${read}`,
      ]) {
        const { status, body } = await get(spelling, json);
        assert.equal(status, 200, spelling);
        assert.ok(body.equals(expected.body), spelling);
      }
    }
  });

  // Trap 9: ids arrive encoded and not encoded, with any characters, and longer than frameworks allow by default.
  test('ids of any characters are found in every encoding', async () => {
    const spellings: readonly (readonly [string, string])[] = [
      ['host:orders:1', 'host:orders:1'],
      ['host%3Aorders%3A1', 'host:orders:1'],
      [ENCODED_ODD_ID, ODD_ID],
      ['a%2Fb%20c+d%25%c3%a9', ODD_ID],
      [encodeURIComponent(LONG_ID), LONG_ID],
    ];
    for (const [spelling, id] of spellings)
      for (const path of [`/eureka/apps/orders/${spelling}`, `/eureka/instances/${spelling}`])
        assert.deepEqual(idsOf(await get(path, json)), [id], path.slice(0, 80));
    assert.equal((await get('/eureka/apps/ORDERS/HOST:orders:1', json)).status, 404, 'ids are case-sensitive');
  });

  // Traps 32 and 33.
  test('vips are looked up exactly, element by element', async () => {
    assert.equal(idsOf(await get('/eureka/vips/Orders.v2', json)).length, 3);
    assert.equal(idsOf(await get('/eureka/vips/orders', json)).length, 3);
    for (const vip of ['ORDERS', 'orders.v2', 'orders,Orders.v2', 'nope']) {
      const answer = await get(`/eureka/vips/${vip}`, json);
      assert.equal(answer.status, 200, vip);
      assert.deepEqual(idsOf(answer), [], vip);
    }
  });

  // Traps 34, 56 and 57.
  test('gzip and compact are for lists, never for single instances', async () => {
    for (const read of READS) {
      const headers = { ...json, 'accept-encoding': 'gzip', 'x-eureka-accept': 'compact' };
      const answer = await get(`/eureka/${read}`, headers);
      const single = read.includes('host:orders:1');
      assert.equal(answer.headers['content-encoding'], single ? undefined : 'gzip', read);
      assert.equal(answer.headers['content-length'], String(answer.body.length), read);
      const text = (single ? answer.body : gunzipSync(answer.body)).toString('utf8');
      assert.equal(text.includes('"homePageUrl"'), single, read);
    }
  });

  test('HEAD has the headers of GET and no body', async () => {
    for (const read of [...READS, 'apps/NOPE', 'instances/nope'])
      for (const headers of [{}, json, { ...json, 'accept-encoding': 'gzip' }]) {
        const { date: _date, ...got } = (await get(`/eureka/${read}`, headers)).headers;
        const head = await rawRequest(url, `HEAD /eureka/${read}`, headers);
        const { date: _sameDate, ...asked } = head.headers;
        assert.deepEqual(asked, got, read);
        assert.equal(head.body.length, 0, read);
      }
  });

  test('the type is that of what is sent, without a charset', async () => {
    for (const read of READS) {
      assert.equal((await get(`/eureka/${read}`)).headers['content-type'], 'application/xml', read);
      assert.equal((await get(`/eureka/${read}`, json)).headers['content-type'], 'application/json', read);
    }
    const both = await get('/eureka/apps', { accept: 'application/xml, application/json' });
    assert.equal(both.headers['content-type'], 'application/json');
    assert.equal(both.body.toString('utf8', 0, 1), '{');
  });

  // Traps 3, 51 and 47: some clients crash on an error body, others take it for an empty registry; none follows
  // redirects.
  test('what is not there is an empty 404 with a reason', async () => {
    for (const path of [
      'apps/NOPE',
      'apps/ORDERS/nope',
      'apps/delta/nope',
      'instances/nope',
      'vips/',
      'status',
      'version',
      'lastn',
      'serverinfo/statusoverrides',
      'asg/orders-v001/status',
      `apps/${'x'.repeat(2000)}`,
      'apps/ORDERS/a/b',
      '',
    ])
      for (const accept of ['application/json', 'application/xml', 'text/html', '*/*'])
        assertRefused(await get(`/eureka/${path}`, { accept }), [404, 406], path);
    assertRefused(await get('/eureka'), 404, '/eureka');
    assertRefused(await get('/eureka?x=1'), 404, '/eureka?x=1');
  });

  test('an Accept that allows neither format is an empty 406', async () => {
    for (const read of READS) assertRefused(await get(`/eureka/${read}`, { accept: 'text/html' }), 406, read);
  });

  test('other methods are refused with the supported ones, and OPTIONS lists them', async () => {
    const allowed: readonly (readonly [string, string])[] = [
      ['apps', 'GET, HEAD, OPTIONS'],
      ['peerreplication/batch', 'POST, OPTIONS'],
      ['apps/delta', 'GET, HEAD, OPTIONS'],
      ['apps/ORDERS', 'GET, HEAD, POST, OPTIONS'],
      ['apps/ORDERS/host:orders:1', 'GET, HEAD, PUT, DELETE, OPTIONS'],
      ['apps/ORDERS/host:orders:1/status', 'PUT, DELETE, OPTIONS'],
      ['apps/ORDERS/host:orders:1/metadata', 'PUT, OPTIONS'],
      ['vips/orders', 'GET, HEAD, OPTIONS'],
    ];
    for (const [path, allow] of allowed) {
      const options = await rawRequest(url, `OPTIONS /eureka/v2/${path}/`);
      assert.deepEqual([options.status, options.headers['allow'], options.body.length], [200, allow, 0], path);
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE'].filter((each) => !allow.includes(each))) {
        const answer = await rawRequest(url, `${method} /eureka/${path}`, { accept: 'application/json' });
        assertRefused(answer, 405, `${method} ${path}`);
        assert.equal(answer.headers['allow'], allow, `${method} ${path}`);
      }
    }
  });
});

// URLs that were answered once are answered before the router from then on.
test('a URL that was read before is answered with what is there now, and refused by the same rules', async (t) => {
  const { url } = await serveForTest(t);
  const base = `${url}/eureka`;
  const json = { accept: 'application/json' };
  const spellings = ['/eureka/apps/orders', '/eureka/v2//apps/Orders/?x=%zz', '/eureka/vips/orders'];
  const statuses = async (): Promise<readonly string[]> => {
    const answers = await Promise.all(spellings.map(async (path) => rawRequest(url, `GET ${path}`, json)));
    return answers.map(({ status, body }) => `${status} ${/"status":"(\w+)"/.exec(body.toString())?.[1] ?? ''}`);
  };
  for (let round = 0; round < 3; round++) {
    await registerInstance(base, { app: 'ORDERS', id: 'o-1', port: 8080 });
    for (const _ of [1, 2]) assert.deepEqual(await statuses(), ['200 UP', '200 UP', '200 UP']);
    await overrideStatus(base, 'ORDERS', 'o-1', 'OUT_OF_SERVICE');
    assert.deepEqual(new Set(await statuses()), new Set(['200 OUT_OF_SERVICE']));
    assertRefused(await rawRequest(url, 'GET /eureka/apps/orders', { accept: 'text/html' }), 406, 'Accept');
    const xml = await rawRequest(url, 'GET /eureka/apps/orders', { 'accept-encoding': 'gzip' });
    assert.match(gunzipSync(xml.body).toString(), /^<application>/);
    assertRefused(await rawRequest(url, 'POST /eureka/vips/orders'), 405, 'another method');
    await cancelInstance(base, 'ORDERS', 'o-1');
    assert.deepEqual(await statuses(), ['404 ', '404 ', '200 ']);
    assertRefused(await rawRequest(url, 'GET /eureka/apps/orders', json), 404, 'nothing there any more');
  }
  const metrics = (await rawRequest(url, 'GET /metrics')).body.toString();
  for (const [status, count] of Object.entries({ 200: 21, 404: 9, 406: 3 }))
    assert.match(metrics, new RegExp(`^eurek8s_reads_total\\{resource="app",status="${status}"\\} ${count}$`, 'm'));
});

// Trap 48: an empty or partial registry is a valid one, and clients would drop everything else.
test('before the first complete view every read is an empty 503; the process is alive and not ready', async (t) => {
  const { url } = await serveUnsynced(t);
  for (const base of ['/eureka', '/eureka/v2', '/eureka/v1'])
    for (const read of READS)
      for (const method of ['GET', 'HEAD']) {
        const answer = await rawRequest(url, `${method} ${base}/${read}`, { accept: 'application/json' });
        assertRefused(answer, 503, `${method} ${base}/${read}`);
        assert.match(answer.headers['x-eurek8s-reason'] ?? '', /waiting for the first complete view of legacy/);
      }
  assert.equal((await rawRequest(url, 'GET /healthz')).status, 200);
  const ready = await rawRequest(url, 'GET /readyz');
  assert.equal(ready.status, 503);
  assert.match(
    ready.body.toString(),
    /^waiting for the first complete view of legacy( \([^\n]*connection refused[^\n]*\))?\n$/,
  );
  const explain = await rawRequest(url, 'GET /eurek8s/explain/ORDERS', { accept: 'application/json' });
  assert.equal(explain.status, 503);
  assert.match(
    explain.body.toString(),
    /^\{"error":"waiting for the first complete view of legacy( \([^"]*connection refused[^"]*\))?"\}$/,
  );
  const summary = await rawRequest(url, 'GET /', { accept: 'text/plain' });
  assert.match(summary.body.toString(), /no registry yet/);
  // Trap 4: a heartbeat must not be answered 404 because the upstream does not answer.
  const heartbeat = await rawRequest(url, 'PUT /eureka/apps/ORDERS/host:orders:1');
  assertRefused(heartbeat, 503, 'heartbeat');
  const register = await rawRequest(url, 'POST /eureka/apps/ORDERS', { 'content-length': '0' });
  assertRefused(register, 415, 'a bad registration needs no upstream to be refused');
});

test('a registry of many megabytes is streamed to GET, and HEAD knows its length', async (t) => {
  const { url } = await serveForTest(t);
  const padding = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`key${i}`, 'v'.repeat(20_000)]));
  for (let i = 0; i < 20; i++)
    await registerInstance(`${url}/eureka`, { app: `BIG${i}`, port: 8080, metadata: padding });
  const got = await rawRequest(url, 'GET /eureka/apps', { accept: 'application/json' });
  assert.ok(got.body.length > 3_000_000);
  assert.equal(got.headers['content-length'], String(got.body.length));
  assert.equal(
    (JSON.parse(got.body.toString()) as { applications: { application: object[] } }).applications.application.length,
    20,
  );
  const head = await rawRequest(url, 'HEAD /eureka/apps', { accept: 'application/json' });
  assert.deepEqual([head.headers['content-length'], head.body.length], [String(got.body.length), 0]);
  const packed = await rawRequest(url, 'GET /eureka/apps', { accept: 'application/json', 'accept-encoding': 'gzip' });
  assert.ok(gunzipSync(packed.body).equals(got.body));
});
