import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { registerInstance } from '../support/eureka-rest.ts';
import { rawRequest, type RawAnswer } from '../support/raw-http.ts';
import { assertRefused } from '../support/refusal.ts';
import { serveForTest } from '../support/running-server.ts';

const ID = 'host:orders:1';
const INSTANCE = `apps/ORDERS/${ID}`;
const XML =
  '<instance><instanceId>xml-1</instanceId><hostName>h.example</hostName><app>ORDERS</app><ipAddr>10.0.0.1</ipAddr>' +
  '<dataCenterInfo class="com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo"><name>MyOwn</name></dataCenterInfo></instance>';

function json(id: string, app = 'ORDERS', extra: object = {}): string {
  const dataCenterInfo = { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' };
  return JSON.stringify({
    instance: { instanceId: id, hostName: 'h.example', app, ipAddr: '10.0.0.1', dataCenterInfo, ...extra },
  });
}

describe('writes', () => {
  let url = '';
  let stop: () => Promise<void>;
  before(async () => {
    ({ url } = await serveForTest({ after: (undo) => (stop = undo) }));
    await registerInstance(`${url}/eureka`, { app: 'ORDERS', id: ID, port: 8080 });
  });
  after(async () => stop());

  const send = (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body: string | Buffer = '',
  ): Promise<RawAnswer> => {
    const length = 'transfer-encoding' in headers ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    return rawRequest(url, `${method} /eureka/${path}`, { ...length, ...headers }, body);
  };
  const register = (body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> =>
    send('POST', 'apps/ORDERS', { 'content-type': 'application/json', ...headers }, body);
  const assertDone = (answer: RawAnswer, status: number, what: string): void => {
    assert.equal(answer.status, status, `${what}: ${answer.headers['x-eurek8s-reason']}`);
    assert.equal(answer.body.length, 0, what);
    assert.equal(answer.headers['content-type'], undefined, what);
  };

  // Traps 2, 10 and 11: heartbeats have a type and no body, or `{}`, or anything; stock servers ignore all of it.
  test('a heartbeat is answered 200 without a body whatever it carries', async () => {
    const types = ['application/json', 'application/xml', 'text/plain', 'foo', '', ';', 'a/b/c', 'application/json;'];
    for (const type of types)
      for (const body of ['', '{}', 'x'])
        assertDone(await send('PUT', INSTANCE, { 'content-type': type }, body), 200, `type ${type}, body ${body}`);
    for (const body of ['0\r\n\r\n', '2\r\n{}\r\n0\r\n\r\n'])
      assertDone(await send('PUT', INSTANCE, { 'transfer-encoding': 'chunked' }, body), 200, JSON.stringify(body));
    assertDone(await send('PUT', INSTANCE, { 'content-encoding': 'gzip' }, gzipSync('{}')), 200, 'gzip');
    assertDone(await send('PUT', INSTANCE, { 'content-encoding': 'gzip' }), 200, 'gzip of nothing');
    assertDone(await send('PUT', INSTANCE, { expect: 'a miracle' }), 200, 'an unknown expectation');
    assertDone(await rawRequest(url, `PUT /eureka/v2/${INSTANCE}/?status=UP`), 200, 'no length, v2, slash');
  });

  // Trap 1: exactly 204. Trap 12: XML bodies. Trap 31: the name in any case.
  test('a registration is answered 204 in every form that clients send', async () => {
    const bodies: readonly (readonly [string, string | Buffer, Record<string, string>])[] = [
      ['json', json('j-1'), {}],
      ['json with a charset', json('j-2'), { 'content-type': 'application/json;charset=UTF-8' }],
      ['json in any case', json('j-3', 'Orders'), { 'content-type': 'Application/JSON' }],
      ['xml', XML, { 'content-type': 'application/xml' }],
      ['gzip', gzipSync(json('j-4')), { 'content-encoding': 'gzip' }],
      ['gzip by its old name', gzipSync(json('j-5')), { 'content-encoding': 'X-GZIP' }],
      ['not encoded, and saying so', json('j-6'), { 'content-encoding': 'identity' }],
    ];
    for (const [what, body, headers] of bodies) assertDone(await register(body, headers), 204, what);
    const chunked = `${json('j-7').length.toString(16)}\r\n${json('j-7')}\r\n0\r\n\r\n`;
    assertDone(await register(chunked, { 'transfer-encoding': 'chunked' }), 204, 'chunked');
    assertDone(await send('POST', 'apps/orders/', { 'content-type': 'application/json' }, json('j-8')), 204, 'orders/');
    const { body } = await rawRequest(url, 'GET /eureka/apps/ORDERS', { accept: 'application/json' });
    for (const id of ['j-1', 'j-2', 'j-3', 'xml-1', 'j-4', 'j-5', 'j-6', 'j-7', 'j-8'])
      assert.ok(body.includes(`"instanceId":"${id}"`), id);
  });

  test("a refused registration has stock's text, and the reason in the header too", async () => {
    const json400 = '{"error": "cannot parse request body"}';
    const xml400 = '<error><message>cannot parse request body</message></error>';
    const mismatch = 'Mismatched appName, expecting ORDERS but was OTHER';
    const refusals: readonly (readonly [body: string, type: string, answerType: string, text: string, why: RegExp])[] =
      [
        ['{', 'application/json', 'application/json', json400, /^Expected property name/],
        ['', 'application/json', 'application/json', json400, /^Unexpected end of JSON input$/],
        ['<a>', 'application/xml', 'application/xml', xml400, /a/],
        [
          json('x', 'OTHER'),
          'application/json',
          'application/xml',
          mismatch,
          /^Mismatched appName, expecting ORDERS but was OTHER$/,
        ],
      ];
    for (const [body, type, answerType, text, why] of refusals) {
      const answer = await register(body, { 'content-type': type });
      assert.deepEqual(
        [answer.status, answer.headers['content-type'], answer.body.toString()],
        [400, answerType, text],
      );
      assert.match(answer.headers['x-eurek8s-reason'] ?? '', why);
    }
  });

  test('a registration of another type, or of none, is an empty 415', async () => {
    for (const type of ['text/xml', 'text/plain', 'application/vnd.x+json', 'application/x-www-form-urlencoded', 'foo'])
      assertRefused(await register(json('t-1'), { 'content-type': type }), 415, type);
    assertRefused(await send('POST', 'apps/ORDERS', {}, json('t-1')), 415, 'no type');
    assertRefused(await register('xx', { 'content-encoding': 'br' }), 415, 'brotli');
  });

  test('bodies that are too large, packed or unpacked, are an empty 413 and cost no more than the limit', async () => {
    assertRefused(await register(Buffer.alloc(2_000_000, 0x20)), 413, 'plain');
    const chunk = Buffer.concat([
      Buffer.from('1e8480\r\n'),
      Buffer.alloc(2_000_000, 0x20),
      Buffer.from('\r\n0\r\n\r\n'),
    ]);
    assertRefused(await register(chunk, { 'transfer-encoding': 'chunked' }), 413, 'chunked');
    const bomb = Buffer.concat(Array<Buffer>(300).fill(gzipSync(Buffer.alloc(1024 * 1024, 0x20))));
    assert.ok(bomb.length < 512 * 1024);
    const peak = process.resourceUsage().maxRSS;
    for (let i = 0; i < 3; i++) assertRefused(await register(bomb, { 'content-encoding': 'gzip' }), 413, 'gzip bomb');
    const grownMiB = (process.resourceUsage().maxRSS - peak) / 1024;
    assert.ok(grownMiB < 150, `300 MiB were not unpacked, memory grew by ${grownMiB} MiB`);
    assertDone(await send('PUT', INSTANCE), 200, 'and the server is well');
  });

  test('a body that is not gzip is an empty 400', async () => {
    assertRefused(await register('plain', { 'content-encoding': 'gzip' }), 400, 'not gzip at all');
    const whole = gzipSync(json('g-1'));
    assertRefused(await register(whole.subarray(0, -9), { 'content-encoding': 'gzip' }), 400, 'cut off');
  });

  test('parameters that stock answers with 500 are a mistake of the client: an empty 400 with the reason', async () => {
    const paths = [
      'PUT ?lastDirtyTimestamp=abc',
      'PUT ?lastDirtyTimestamp=',
      'PUT ?lastDirtyTimestamp=%zz',
      'PUT ?lastDirtyTimestamp=9223372036854775808',
      'PUT /status',
      'PUT /status?value=',
      'PUT /status?value=down',
      'PUT /status?value=UP&lastDirtyTimestamp=abc',
      'DELETE /status?value=BOGUS',
    ];
    for (const path of paths) {
      const [method = '', rest = ''] = path.split(' ');
      assertRefused(await send(method, INSTANCE + rest), 400, path);
    }
    assertDone(await send('PUT', `${INSTANCE}?lastDirtyTimestamp=1&lastDirtyTimestamp=abc`), 200, 'the first counts');
  });

  test('what servlet containers read as path parameters is not part of a name, escaped it is', async () => {
    for (const path of [`${INSTANCE};jsessionid=AB`, `${INSTANCE};a=b?status=UP`, 'apps;x/ORDERS;y=z/host:orders:1;'])
      assertDone(await send('PUT', path), 200, path);
    assertDone(await send('PUT', `${INSTANCE};jsessionid=AB/metadata?colour=green`), 200, 'metadata');
    assertRefused(await send('PUT', `${INSTANCE}%3Bjsessionid=AB`), 404, 'an escaped semicolon');
    const { status } = await rawRequest(url, 'GET /eureka/apps/ORDERS;jsessionid=AB', { accept: 'application/json' });
    assert.equal(status, 200);
    assertDone(await register(json('semi;colon')), 204, 'an id with a semicolon');
    assertDone(await send('PUT', 'apps/ORDERS/semi%3Bcolon'), 200, 'its heartbeat');
  });

  test('a registration in another encoding keeps its letters, or is refused: none is damaged silently', async () => {
    const withMetadata = (value: string): string =>
      XML.replace('</instance>', `<metadata><k>${value}</k></metadata></instance>`);
    const stored = async (): Promise<string | undefined> => {
      const { body } = await rawRequest(url, 'GET /eureka/apps/ORDERS/xml-1', { accept: 'application/json' });
      return /"k":"([^"]*)"/.exec(body.toString())?.[1];
    };
    const xml = { 'content-type': 'application/xml' };
    const latin1 = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${withMetadata('b\xfccher')}`, 'latin1');
    assertDone(await register(latin1, xml), 204, 'ISO-8859-1');
    assert.equal(await stored(), 'bücher');
    assertDone(
      await register(latin1, { 'content-type': 'application/xml; charset=utf-8' }),
      204,
      'the declaration wins',
    );
    assert.equal(await stored(), 'bücher');
    const windows = Buffer.from(`<?xml version='1.0' encoding='windows-1252'?>${withMetadata('\x80')}`, 'latin1');
    assertDone(await register(windows, xml), 204, 'windows-1252');
    assert.equal(await stored(), '€');
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(withMetadata('東京'), 'utf16le')]);
    assertDone(await register(utf16, xml), 204, 'UTF-16 with its mark');
    assert.equal(await stored(), '東京');
    const unmarked = Buffer.from(withMetadata('b\xfccher'), 'latin1');
    const asJson = Buffer.from(json('l-1', 'ORDERS', { metadata: { k: 'b\xfccher' } }), 'latin1');
    for (const [body, type] of [
      [unmarked, 'application/xml'],
      [unmarked, 'application/xml; charset=ISO-8859-1'],
      [Buffer.from(`<?xml version="1.0" encoding="x-nope"?>${XML}`), 'application/xml'],
      [asJson, 'application/json'],
      [asJson, 'application/json; charset=ISO-8859-1'],
    ] as const) {
      const answer = await register(body, { 'content-type': type });
      assert.equal(answer.status, 400, type);
      assert.match(answer.headers['x-eurek8s-reason'] ?? '', /send UTF-8/, type);
    }
  });

  test('a refused registration has the reason in its header', async () => {
    const noClass = json('n-1').replace(/"@class":"[^"]*",/, '');
    for (const [body, reason] of [
      [noClass, /dataCenterInfo cannot be read/],
      ['{"hostName":"h"}', /not \{"instance":/],
      [json('n-1').replace('"ipAddr"', '"ip"'), /Missing ip address/],
    ] as const) {
      const answer = await register(body);
      assert.equal(answer.status, 400);
      assert.match(answer.headers['x-eurek8s-reason'] ?? '', reason);
    }
  });

  test('identifiers that no URL or table can carry are refused', async () => {
    for (const [body, reason] of [
      [json('x'.repeat(1025)), /instanceId is longer than 1024/],
      [json('ok', 'ORDERS', { hostName: 'h'.repeat(2000) }), /hostName is longer/],
      [json('id-\\ud800').replace('\\\\', '\\'), /instanceId has half of a surrogate pair/],
    ] as const) {
      const answer = await register(body);
      assert.equal(answer.status, 400, String(reason));
      assert.match(answer.headers['x-eurek8s-reason'] ?? '', reason);
    }
    assertDone(await register(json('x'.repeat(1024))), 204, 'the longest');
  });

  // Trap 3: a body on this 404 keeps clients from registering again.
  test('a heartbeat for a lease that is not there is an empty 404', async () => {
    for (const accept of ['application/json', 'application/xml', '*/*'])
      assertRefused(await send('PUT', 'apps/ORDERS/nobody', { accept }), 404, accept);
    assertRefused(await send('DELETE', 'apps/ORDERS/nobody'), 404, 'cancel');
    assertRefused(await send('PUT', 'apps/NOPE/nobody/status?value=UP'), 404, 'status');
    assertRefused(await send('PUT', 'apps/NOPE/nobody/metadata?a=b'), 404, 'metadata');
  });

  test('metadata keys are accepted as they are, the first of repeated ones, without harm from names of properties', async () => {
    const query = 'color=blue&color=red&flag&a%20b=c%2Bd+e&__proto__=x&constructor=y&toString=z';
    assertDone(await send('PUT', `${INSTANCE}/metadata?${query}`), 200, query);
    const { body } = await rawRequest(url, `GET /eureka/${INSTANCE}`, { accept: 'application/json' });
    const text = body.toString();
    for (const entry of ['"color":"blue"', '"flag":""', '"a b":"c+d e"', '"__proto__":"x"', '"constructor":"y"'])
      assert.ok(text.includes(entry), entry);
  });

  test('an instance grows by metadata to the size of a registration, and no further', async () => {
    await registerInstance(`${url}/eureka`, { app: 'GROWS', id: 'g-1', port: 8080 });
    let n = 0;
    const grow = (): Promise<RawAnswer> => {
      const keys = Array.from({ length: 2_000 }, () => `k${(n++).toString(36)}`).join('&');
      return send('PUT', `apps/GROWS/g-1/metadata?${keys}`);
    };
    const metadataBytes = async (): Promise<number> => {
      const { body } = await rawRequest(url, 'GET /eureka/apps/GROWS/g-1', { accept: 'application/json' });
      const { instance } = JSON.parse(body.toString()) as { instance: { metadata: object } };
      return JSON.stringify(instance.metadata).length;
    };
    for (let requests = 0; requests < 20; requests++) assertDone(await grow(), 200, 'there is room');
    let answer = await grow();
    for (let requests = 0; answer.status === 200 && requests < 20; requests++) answer = await grow();
    assertRefused(answer, 413, 'no room');
    assert.equal(answer.headers['x-eurek8s-reason'], 'the instance would have more than 524288 bytes');
    const bytes = await metadataBytes();
    assert.ok(bytes > 400_000 && bytes <= 512 * 1024, String(bytes));
    // It is the same instance as before, and goes on.
    assertDone(await send('PUT', 'apps/GROWS/g-1'), 200, 'renewed');
    assertDone(await send('PUT', 'apps/GROWS/g-1/metadata?k0=v'), 200, 'another value has room');
    assertDone(await send('DELETE', 'apps/GROWS/g-1'), 200, 'cancelled');
  });

  test('a name of dots is refused: passed on, it would be another path', async () => {
    for (const id of ['..', '%2e%2e', '%2E.', '.']) {
      assertRefused(await send('DELETE', `apps/ORDERS/${id}`), 400, id);
      assertRefused(await send('PUT', `apps/${id}/x/status?value=UP`), 400, id);
      assertRefused(await send('POST', `apps/${id}`, { 'content-type': 'application/json' }, json('d', '..')), 400, id);
    }
  });
});
