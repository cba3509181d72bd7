import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { httpRequest } from '../support/http-request.ts';
import { openConnection, parseAnswer, rawExchange, rawRequest } from '../support/raw-http.ts';
import { serveForTest } from '../support/running-server.ts';

// Clients and proxies that are rare and behave correctly.

const CENTER = { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' };

function instance(app: string, fields: object = {}): string {
  return JSON.stringify({
    instance: { hostName: 'h.example', app, ipAddr: '10.0.0.1', dataCenterInfo: CENTER, ...fields },
  });
}

describe('odd clients', () => {
  let url = '';
  let stop: () => Promise<void>;
  before(async () => ({ url } = await serveForTest({ after: (undo) => (stop = undo) })));
  after(async () => stop());

  const post = async (app: string, body: string): Promise<number> =>
    (
      await httpRequest(`${url}/eureka/apps/${encodeURIComponent(app)}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
    ).status;

  const upgrade = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAA\r\n';
  const json = 'Content-Type: application/json\r\n';
  const next = 'GET /eureka/apps HTTP/1.1\r\nHost: e\r\nAccept: application/json\r\nConnection: close\r\n\r\n';
  const body = instance('UPGRADE', { instanceId: 'u-1' });
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const UPGRADES: readonly (readonly [string, string])[] = [
    [
      'POST with a length',
      `POST /eureka/apps/UPGRADE HTTP/1.1\r\nHost: e\r\n${upgrade}${json}Content-Length: ${body.length}\r\n\r\n${body}`,
    ],
    [
      'POST in chunks',
      `POST /eureka/apps/UPGRADE HTTP/1.1\r\nHost: e\r\n${upgrade}${json}Transfer-Encoding: chunked\r\n\r\n${chunked}`,
    ],
    ['PUT', `PUT /eureka/apps/UPGRADE/u-1 HTTP/1.1\r\nHost: e\r\n${upgrade}Content-Length: 0\r\n\r\n`],
    ['GET', `GET /eureka/apps/UPGRADE HTTP/1.1\r\nHost: e\r\n${upgrade}\r\n`],
  ];
  for (const [what, bytes] of UPGRADES)
    test(`an offer to upgrade to HTTP/2 is ignored, and the connection goes on: ${what}`, async (t) => {
      await post('UPGRADE', body);
      const socket = await openConnection(url);
      t.after(() => socket.destroy());
      let answers = '';
      socket.on('data', (chunk: Buffer) => (answers += chunk.toString('latin1')));
      const answered = async (count: number): Promise<readonly (string | undefined)[]> => {
        const deadline = performance.now() + 10_000;
        for (;;) {
          const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status);
          if (statuses.length >= count || performance.now() > deadline) return statuses;
          await sleep(5);
        }
      };
      const first = what.startsWith('POST') ? '204' : '200';
      socket.write(bytes);
      assert.deepEqual(await answered(1), [first], answers);
      socket.write(next);
      assert.deepEqual(await answered(2), [first, '200'], answers);
    });

  test('HTTP/2 without an offer before it is refused', async () => {
    const answer = parseAnswer(await rawExchange(url, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'));
    assert.equal(answer.status, 400);
  });

  test('HTTP/1.0 is answered with a length, and the connection ends', async () => {
    await post('OLD', instance('OLD', { instanceId: 'o-1' }));
    for (const request of ['GET /eureka/apps', 'PUT /eureka/apps/OLD/o-1']) {
      const answer = parseAnswer(await rawExchange(url, `${request} HTTP/1.0\r\n\r\n`));
      assert.equal(answer.status, 200, request);
      assert.equal(answer.headers['connection'], 'close');
      assert.equal(answer.headers['content-length'], String(answer.body.length));
    }
  });

  test('a renewal may go without a length, and a registration wait to be asked for its body', async () => {
    await post('OLD', instance('OLD', { instanceId: 'o-1' }));
    const bare = await rawExchange(url, 'PUT /eureka/apps/OLD/o-1 HTTP/1.1\r\nHost: e\r\nConnection: close\r\n\r\n');
    assert.equal(parseAnswer(bare).status, 200);
    const waiting = instance('OLD', { instanceId: 'o-2' });
    const head = `POST /eureka/apps/OLD HTTP/1.1\r\nHost: e\r\n${json}Content-Length: ${waiting.length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`;
    const answers = (await rawExchange(url, head + waiting)).toString('latin1');
    assert.match(answers, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 204 /);
  });

  test('a registration may have a slash behind its path, and a query', async () => {
    const text = instance('OLD', { instanceId: 'o-3' });
    const answer = await rawRequest(
      url,
      'POST /eureka/apps/OLD/?source=script',
      { 'content-type': 'application/json', 'content-length': String(text.length) },
      text,
    );
    assert.equal(answer.status, 204);
  });

  const ODD: readonly (readonly [app: string, id: string])[] = [
    ['ODD', 'http://u1:8080/abcd'],
    ['ODD', 'a b:c%d;e?f#g'],
    ['MY APP', 'm-1'],
    ['TEAM/APP', 't-1'],
  ];
  for (const [app, id] of ODD)
    test(`an instance is registered, renewed, read and cancelled whatever has to be escaped: ${app} ${id}`, async () => {
      assert.equal(await post(app, instance(app, { instanceId: id })), 204);
      const path = (escape: (text: string) => string): string => `${url}/eureka/apps/${escape(app)}/${escape(id)}`;
      const lower = (text: string): string => encodeURIComponent(text).replaceAll(/%../g, (each) => each.toLowerCase());
      const bare = (text: string): string => encodeURIComponent(text).replaceAll('%3A', ':');
      for (const escape of [encodeURIComponent, lower, bare])
        assert.equal((await httpRequest(path(escape), { method: 'PUT' })).status, 200, path(escape));
      const read = await httpRequest(path(encodeURIComponent), { headers: { accept: 'application/json' } });
      assert.equal((JSON.parse(read.body) as { instance: { instanceId: string } }).instance.instanceId, id);
      assert.equal((await httpRequest(path(encodeURIComponent), { method: 'DELETE' })).status, 200);
      assert.equal((await httpRequest(path(encodeURIComponent), { method: 'PUT' })).status, 404);
    });

  test('of two processes on one host that give no id the second takes the place of the first', async () => {
    for (const port of [8080, 8081])
      assert.equal(await post('SAME', instance('SAME', { port: { $: port, '@enabled': 'true' } })), 204);
    const read = await httpRequest(`${url}/eureka/apps/SAME`, { headers: { accept: 'application/json' } });
    const { application } = JSON.parse(read.body) as { application: { instance: { port: { $: number } }[] } };
    assert.deepEqual(
      application.instance.map(({ port }) => port.$),
      [8081],
    );
  });

  test('UP that comes with an older time stamp than STARTING is made up for by a new registration', async () => {
    const at = (status: string, stamp: number): Promise<number> =>
      post('LATE', instance('LATE', { instanceId: 'l-1', status, lastDirtyTimestamp: String(stamp) }));
    const renew = async (stamp: number): Promise<number> =>
      (await httpRequest(`${url}/eureka/apps/LATE/l-1?status=UP&lastDirtyTimestamp=${stamp}`, { method: 'PUT' }))
        .status;
    const status = async (): Promise<string> => {
      const read = await httpRequest(`${url}/eureka/apps/LATE/l-1`, { headers: { accept: 'application/json' } });
      return (JSON.parse(read.body) as { instance: { status: string } }).instance.status;
    };
    assert.equal(await at('STARTING', 2_000), 204);
    assert.equal(await at('UP', 1_000), 204);
    assert.equal(await status(), 'STARTING', 'as stock servers have it');
    assert.equal(await renew(3_000), 404, 'the client has newer data, and registers');
    assert.equal(await at('UP', 3_000), 204);
    assert.equal(await status(), 'UP');
  });

  const RARE: readonly (readonly [string, object])[] = [
    [
      'PHP',
      {
        port: { $: '8080', '@enabled': 'true' },
        metadata: { '@class': '' },
        leaseInfo: { evictionDurationInSecs: 90 },
        actionType: '',
      },
    ],
    ['Go', { port: { $: 8080, '@enabled': true }, securePort: { $: 0, '@enabled': false } }],
    ['Java without a vip', { vipAddress: null, secureVipAddress: null }],
    [
      'Node on Amazon',
      {
        dataCenterInfo: {
          '@class': 'com.netflix.appinfo.AmazonInfo',
          name: 'Amazon',
          metadata: { 'instance-id': 'i-1', 'public-ipv4': null },
        },
      },
    ],
  ];
  for (const [client, fields] of RARE)
    test(`a registration of a rare client is accepted, and readable by all: ${client}`, async () => {
      assert.equal(await post('RARE', instance('RARE', { instanceId: client, ...fields })), 204);
      const read = await httpRequest(`${url}/eureka/apps/RARE`, { headers: { accept: 'application/json' } });
      assert.doesNotMatch(read.body, /:null|"vipAddress":""/);
      const xml = await httpRequest(`${url}/eureka/apps/RARE`, { headers: { accept: 'application/xml' } });
      assert.match(xml.body, new RegExp(`<instanceId>${client}</instanceId>`));
    });

  for (const path of ['apps?regions=us-east-1', 'apps/?_=1', 'apps/delta?foo=%zz', 'apps/%6Fld', 'apps/delta/'])
    test(`an odd spelling of a read is answered: ${path}`, async () => {
      await post('OLD', instance('OLD', { instanceId: 'o-1' }));
      assert.equal((await rawRequest(url, `GET /eureka/${path}`, { accept: 'application/json' })).status, 200);
    });

  for (const request of [
    'POST /eureka/apps/NOBODY',
    'POST /eureka/peerreplication/batch',
    'PUT /eureka/apps/NOBODY/n-1',
    'PUT /eureka/apps/NOBODY/n-1/status?value=DOWN',
    'PUT /eureka/apps/NOBODY/n-1/metadata?k=v',
    'DELETE /eureka/apps/NOBODY/n-1',
    'DELETE /eureka/apps/NOBODY/n-1/status',
    'POST /eurek8s/holds/none/release',
    'GET /eureka/apps',
    'HEAD /eureka/apps',
  ])
    test(`${request} with a type, and neither a length nor a body, is as with a length of 0`, async () => {
      const type = { 'content-type': 'application/json', accept: 'application/json' };
      const without = await rawRequest(url, request, type);
      const empty = await rawRequest(url, request, { ...type, 'content-length': '0' });
      assert.deepEqual([without.status, without.body.toString()], [empty.status, empty.body.toString()]);
      assert.ok(without.status >= 200 && without.status < 500);
    });
});
