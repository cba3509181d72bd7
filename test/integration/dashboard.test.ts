import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { before, suite, test, type TestContext } from 'node:test';
import { basic, temporaryFile } from '../support/credentials.ts';
import { registerInstance } from '../support/eureka-rest.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { endAfterAll } from '../support/end-after-all.ts';
import { fleetScene, type FleetScene } from '../support/fleet-scene.ts';
import { httpRequest, type HttpAnswer } from '../support/http-request.ts';
import { serveForTest, serveUnsynced } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const PAGES = [
  '/',
  '/dashboard/apps',
  '/dashboard/apps/CAROL',
  '/dashboard/callers',
  '/dashboard/migration',
  '/dashboard/at',
  '/dashboard/changes',
];

function browse(url: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> {
  return httpRequest(`${url}${path}`, { headers: { ...BROWSER, ...headers } });
}

suite('pages', () => {
  let scene: FleetScene;
  const ending = endAfterAll();
  before(async () => {
    scene = await fleetScene(ending);
  });

  test('a browser gets pages, with a policy that lets nothing in from elsewhere', async () => {
    for (const path of PAGES) {
      const { status, headers, body } = await browse(scene.url, path);
      assert.equal(status, 200, path);
      assert.match(headers['content-type'] ?? '', /^text\/html/);
      const policy = String(headers['content-security-policy']);
      assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/);
      assert.doesNotMatch(policy, /unsafe|https?:/);
      assert.doesNotMatch(body, /<style|style="|onclick|src="http|href="http/, path);
      assert.match(headers['vary'] ?? '', /accept/i);
    }
  });

  test('an address that nothing is at is a page for a browser, and a sentence for others', async () => {
    const { status, headers, body } = await browse(scene.url, '/dashboard/appz');
    assert.equal(status, 404);
    assert.match(headers['content-type'] ?? '', /^text\/html/);
    assert.match(body, /There is no such page/);
    assert.match(body, /href="\.\.\/dashboard\/style\.css/);
    const other = await httpRequest(`${scene.url}/dashboard/appz`, {
      headers: { accept: '*/*', 'user-agent': 'python' },
    });
    assert.equal(other.status, 404);
    assert.equal(other.body, '{"error":"nothing is served at /dashboard/appz"}');
    assert.equal((await httpRequest(`${scene.url}/dashboard/appz`, { method: 'POST', headers: BROWSER })).status, 404);
  });

  test('what a page says is in its text: no JavaScript is needed to read it', async () => {
    assert.match((await browse(scene.url, '/')).body, /On the way to Kubernetes/);
    assert.match((await browse(scene.url, '/dashboard/apps')).body, />ORDERS</);
    const { body } = await browse(scene.url, '/dashboard/apps/carol');
    assert.match(body, /local\/shop\/carol/);
    assert.match(body, /50%/);
    const erin = (await browse(scene.url, '/dashboard/apps/ERIN')).body;
    assert.match(erin, /Candidates that are not served/);
  });

  test('the list is searched, narrowed and sorted by its address', async () => {
    const names = async (query: string): Promise<readonly string[]> => {
      const answer = await httpRequest(`${scene.url}/dashboard/apps${query}`, {
        headers: { accept: 'application/json' },
      });
      const { page } = JSON.parse(answer.body) as { page: { rows: readonly { name: string }[] } };
      return page.rows.map(({ name }) => name);
    };
    assert.deepEqual(await names('?q=ro'), ['CAROL']);
    assert.deepEqual(await names('?stage=legacy-only'), ['ORDERS']);
    assert.deepEqual(await names('?status=attention'), ['ERIN']);
    assert.equal((await names('?sort=-name'))[0], 'ORDERS');
    assert.equal((await names('?page=99')).length, 4, 'a page that is not there is the last one');
  });

  test('callers are searched and narrowed by the address of their page', async () => {
    const java = { 'user-agent': 'Java-EurekaClient/v1', 'discoveryidentity-id': '10.1.0.1' };
    for (const path of ['apps', 'vips/carol']) await httpRequest(`${scene.url}/eureka/${path}`, { headers: java });
    await httpRequest(`${scene.url}/eureka/vips/nobody`, { headers: { 'user-agent': 'python' } });
    const clients = async (query: string): Promise<readonly string[]> => {
      const { page } = await scene.json<{ page: { rows: readonly { client: string }[] } }>(
        `/dashboard/callers${query}`,
      );
      return page.rows.map(({ client }) => client);
    };
    assert.deepEqual(await clients('?q=orders+java'), ['Java-EurekaClient/v1']);
    assert.deepEqual(await clients('?app=carol'), ['Java-EurekaClient/v1']);
    assert.deepEqual(await clients('?does=names&q=nobody'), ['python']);
    assert.deepEqual(await clients('?q=nothing'), []);
    const { body } = await browse(scene.url, '/dashboard/callers');
    assert.match(body, />ORDERS<\/a><span class="unseen"> asks for CAROL, the whole registry</);
    assert.match(body, /vip nobody: not found/);
    assert.match((await browse(scene.url, '/dashboard/callers?q=nothing')).body, /No caller is like that/);
  });

  test('the migration says what is left, and what keeps the legacy; its address narrows it', async () => {
    const { body } = await browse(scene.url, '/dashboard/migration');
    assert.match(body, /The legacy must stay/);
    assert.match(body, /CAROL: 1 instance is registered, beside Kubernetes\./);
    assert.match(body, /aria-label="1 legacy only, 1 in both, 1 Kubernetes, 1 nowhere yet"/);
    assert.match(body, /raise its share, now 50%/);
    const names = async (query: string): Promise<readonly string[]> => {
      const { page } = await scene.json<{ page: { rows: readonly { name: string }[] } }>(
        `/dashboard/migration${query}`,
      );
      return page.rows.map(({ name }) => name);
    };
    assert.deepEqual(await names('?left=yes'), ['CAROL', 'ERIN', 'ORDERS']);
    assert.deepEqual(await names('?stage=kubernetes-only'), ['DAVE']);
    assert.deepEqual(await names('?q=ord'), ['ORDERS']);
  });

  test('the time machine shows the registry as it was, and what changed since', async () => {
    const then = new Date().toISOString();
    await until('time goes on', () => Promise.resolve(new Date().toISOString() > then));
    await registerInstance(`${scene.url}/eureka`, { app: 'LATER', id: 'l-1', port: 80 });
    const page = await browse(scene.url, `/dashboard/at?time=${then}`);
    assert.equal(page.status, 200);
    assert.match(page.body, />LATER<.*not known then.*1 came/);
    assert.match(page.body, /What changed since <small>1 change</);
    assert.match(page.body, />1 up</);
    assert.doesNotMatch((await browse(scene.url, `/dashboard/at?time=${then}&changed=yes`)).body, /apps\/CAROL"/);
    const known = new Date().toISOString();
    await until('time goes on', () => Promise.resolve(new Date().toISOString() > known));
    await httpRequest(`${scene.url}/eureka/apps/LATER/l-1`, { method: 'DELETE' });
    await until('its row says that it went', async () =>
      /changes\?app=LATER">LATER<.*>1 went, not known now</.test(
        (await browse(scene.url, `/dashboard/at?time=${known}`)).body,
      ),
    );
    assert.match((await browse(scene.url, '/dashboard/at')).body, /<input[^>]* type="datetime-local"/);
  });

  test('what was refused then and is gone now is not called the same, and leads nowhere', async () => {
    scene.publish({ name: 'frank', host: 'frank.k8s.example.com', port: 99_999 });
    const was = async (name: string): Promise<boolean> =>
      (await browse(scene.url, '/dashboard/apps')).body.includes(`>${name}<`);
    await until('it is known', () => was('FRANK'));
    const then = new Date().toISOString();
    await until('time goes on', () => Promise.resolve(new Date().toISOString() > then));
    scene.withdraw('frank');
    await until('it is gone', async () => !(await was('FRANK')));
    const { body } = await browse(scene.url, `/dashboard/at?time=${then}&changed=yes&q=frank`);
    assert.match(body, /<span>FRANK<\/span>.*>not known now</);
  });

  test('a moment that cannot be looked at is a page that says which can', async () => {
    for (const [time, status, reason] of [
      ['-5h', 404, /no longer remembered/],
      ['2999-01-01T00:00', 404, /still to come/],
      ['yesterday', 400, /no time that can be read. Pick one below/],
    ] as const) {
      const page = await browse(scene.url, `/dashboard/at?time=${time}`);
      assert.equal(page.status, status, time);
      assert.match(page.body, reason);
      assert.match(page.body, /Any moment from <time[^>]*>\d{4}-/);
    }
  });

  test('links are relative, so that a proxy may serve the pages below any path', async () => {
    assert.match((await browse(scene.url, '/dashboard/apps/CAROL')).body, /href="\.\.\/\.\.\/dashboard\/style\.css/);
    assert.match((await browse(scene.url, '/dashboard/apps')).body, /href="\.\.\/dashboard\/apps\/CAROL"/);
    assert.match((await browse(scene.url, '/')).body, /href="\.\/dashboard\/apps"/);
    for (const [path, to] of [
      ['/dashboard', './'],
      ['/dashboard/', '../'],
    ] as const) {
      const { status, headers } = await browse(scene.url, path);
      assert.deepEqual([status, headers.location], [302, to]);
    }
  });

  test('the script and the style are kept by their mark, and asked for anew without it', async () => {
    const [, src = ''] = /src="\.\/(dashboard\/app\.js\?v=\w+)"/.exec((await browse(scene.url, '/')).body) ?? [];
    const kept = await httpRequest(`${scene.url}/${src}`);
    assert.match(kept.headers['cache-control'] ?? '', /immutable/);
    assert.match(kept.headers['content-type'] ?? '', /javascript/);
    assert.ok(kept.body.length > 1000 && kept.body.length < 120_000, `${kept.body.length} characters`);
    assert.equal((await httpRequest(`${scene.url}/dashboard/app.js?v=other`)).headers['cache-control'], 'no-cache');
  });

  test('a browser finds the icon beside answers that are no pages', async () => {
    const { status, headers, body } = await httpRequest(`${scene.url}/favicon.ico`);
    assert.deepEqual([status, headers['content-type'], headers['cache-control']], [200, 'image/svg+xml', 'no-cache']);
    assert.match(body, /^<svg /);
  });

  test('an application that nobody knows is a page with status 404 and a hint', async () => {
    const { status, body } = await browse(scene.url, '/dashboard/apps/CARROL');
    assert.equal(status, 404);
    assert.match(body, /did you mean &quot;CAROL&quot;\?</);
  });

  test('the stream tells the overview at once, and then each change', async (t) => {
    const stream = await follow(t, scene.url);
    await until('the overview', async () => /event: overview\ndata: \{"now":/.test(stream.text()));
    await registerInstance(`${scene.url}/eureka`, { app: 'NEWS', id: 'n-1', port: 80 });
    await until('the row', async () => /event: rows\ndata: .*"name":"NEWS"/.test(stream.text()));
    await httpRequest(`${scene.url}/eureka/apps/NEWS/n-1`, { method: 'DELETE' });
    await until('that it is gone', async () => /event: rows\ndata: .*"gone":\["NEWS"\]/.test(stream.text()));
  });
});

test('as many browsers follow as may; one more is told to wait', async (t) => {
  const { url } = await serveForTest(t);
  const streams = await Promise.all(Array.from({ length: 100 }, () => follow(t, url)));
  assert.equal((await httpRequest(`${url}/dashboard/news`)).status, 503);
  streams[0]?.end();
  await until('a free place', async () => {
    const answer = await open(url);
    answer.destroy();
    return answer.statusCode === 200;
  });
});

test('names of registries are text, whatever they look like', async (t) => {
  const evil = '<SCRIPT>ALERT(1)</SCRIPT>';
  const id = `"'><img src=x onerror=alert(1)>`;
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  eureka.registry.register(registration('ORDERS', 'o-1'));
  const { url } = await serveForTest(t, {
    flags: { 'leases.enabled': ['false'], 'legacy.urls': [eureka.url], 'legacy.pollInterval': ['100ms'] },
  });
  await until('reads are answered', async () => (await httpRequest(`${url}/readyz`)).status === 200);
  const changes = { hostName: '<b>host</b>', metadata: { zone: '</script><script>alert(2)' } };
  eureka.registry.register(registration(evil, id, changes));
  await until('it is listed', async () => (await browse(url, '/dashboard/changes')).body.includes('ALERT'));
  for (const path of ['/', '/dashboard/apps', `/dashboard/apps/${encodeURIComponent(evil)}`, '/dashboard/changes']) {
    const { status, body } = await browse(url, path);
    assert.equal(status, 200, path);
    assert.match(body, /&lt;SCRIPT>ALERT/, path);
    assert.doesNotMatch(body, /<script>alert|<img|<b>host/i, path);
    assert.equal(body.match(/<script/g)?.length, 2, `${path}: the script and the data`);
  }
});

test('a stop ends what browsers follow', async (t) => {
  const running = await serveForTest(t);
  const stream = await follow(t, running.url);
  const ended = once(stream.answer, 'close');
  await running.stop();
  await ended;
});

test('who asks is known before there is an answer, and nobody is a page as well', async (t) => {
  const { url } = await serveUnsynced(t);
  assert.match((await browse(url, '/dashboard/callers')).body, /Nobody has asked yet/);
  await httpRequest(`${url}/eureka/apps`, { headers: { 'user-agent': '<b>early</b>' } });
  const { status, body } = await browse(url, '/dashboard/callers');
  assert.equal(status, 200);
  assert.match(body, /&lt;b>early/);
});

test('before the first view the overview says so, and the list is a page with status 503', async (t) => {
  const { url } = await serveUnsynced(t);
  const overview = await browse(url, '/');
  assert.equal(overview.status, 200);
  assert.match(overview.body, /Clients get 503/);
  const list = await browse(url, '/dashboard/apps');
  assert.deepEqual([list.status, list.headers['retry-after']], [503, '5']);
  assert.match(list.body, /Nothing is served yet/);
  assert.equal((await browse(url, '/dashboard/migration')).status, 503);
  assert.match(list.body, /<noscript><meta http-equiv="refresh"/);
});

test('pages need the right to read, and a decision about a hold the right to operate', async (t) => {
  const file = temporaryFile(
    t,
    'users.yaml',
    '- { name: reader, password: r, rights: [read] }\n- { name: on-call, password: o, rights: [read, operate] }\n',
  );
  const { url } = await serveForTest(t, { flags: { 'auth.file': [file] } });
  for (const path of [
    '/',
    '/dashboard/apps',
    '/dashboard/app.js',
    '/favicon.ico',
    '/dashboard/news',
    '/dashboard/apps.json',
  ]) {
    const refused = await browse(url, path);
    assert.deepEqual([refused.status, refused.headers['www-authenticate']?.startsWith('Basic')], [401, true], path);
  }
  const ask = async (user: string, path: string, method = 'GET'): Promise<number> =>
    (await httpRequest(url + path, { method, headers: { ...BROWSER, authorization: basic(user, user.charAt(0)) } }))
      .status;
  assert.equal(await ask('reader', '/dashboard/apps'), 200);
  assert.equal(await ask('reader', '/dashboard/holds/x/release', 'POST'), 403);
  assert.equal(await ask('on-call', '/dashboard/holds/x/release', 'POST'), 404);
});

test('a hold is looked at before it is released, and released from its page', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  for (const id of ['o-1', 'o-2', 'o-3', 'o-4']) eureka.registry.register(registration('ORDERS', id));
  const { url } = await serveForTest(t, {
    flags: {
      'leases.enabled': ['false'],
      'legacy.urls': [eureka.url],
      'legacy.pollInterval': ['100ms'],
      'guards.grace': ['1h'],
    },
  });
  await until('reads are answered', async () => (await httpRequest(`${url}/readyz`)).status === 200);
  eureka.registry.clear();
  const [, path = ''] = await until(
    'a hold',
    async () => /href="\.\/(dashboard\/holds\/[^"]+)"/.exec((await browse(url, '/')).body) ?? undefined,
  );
  const before = await browse(url, '/');
  assert.match(before.body, /<a class="tile warn" href="#attention"><strong>1</);
  assert.match(before.body, /id="attention"><h2>Needs attention<.*legacy: removals are held</);
  assert.match((await browse(url, '/dashboard/migration')).body, /<li>legacy holds removals back: [^<]*\.</);
  const page = await browse(url, `/${path}`);
  assert.match(page.body, /4 of 4 instances of 1 application leave every list at once/);
  assert.match(page.body, new RegExp(`<form method="post" action="[^"]*${path}/release"`));
  assert.match(page.body, /holds release legacy-\w+<\/code> or <code>eurek8s holds keep legacy-\w+<\/code>/);
  const kept = await httpRequest(`${url}/${path}/keep`, { method: 'POST', headers: BROWSER });
  assert.match(kept.body, /<p>legacy-\w+ is kept: 4 instances/);
  const after = await browse(url, '/');
  assert.match(after.body, /A mass removal is kept<.*Somebody has looked/);
  assert.doesNotMatch(after.body, /Somebody should look|Look and decide/);
  assert.doesNotMatch((await browse(url, `/${path}`)).body, /\/keep"/);
  const foreign = { ...BROWSER, origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' };
  assert.equal((await httpRequest(`${url}/${path}/release`, { method: 'POST', headers: foreign })).status, 403);
  const released = await httpRequest(`${url}/${path}/release`, { method: 'POST', headers: BROWSER });
  assert.equal(released.status, 200);
  assert.match(released.body, /is released: 4 instances/);
  assert.equal((await browse(url, `/${path}`)).status, 404);
});

async function open(url: string): Promise<IncomingMessage> {
  const question = request(`${url}/dashboard/news`, { agent: false });
  question.end();
  const [answer] = (await once(question, 'response')) as [IncomingMessage];
  return answer;
}

async function follow(
  t: Pick<TestContext, 'after'>,
  url: string,
): Promise<{ readonly answer: IncomingMessage; readonly text: () => string; readonly end: () => void }> {
  const answer = await open(url);
  assert.equal(answer.statusCode, 200);
  let text = '';
  answer.setEncoding('utf8').on('data', (data: string) => void (text += data));
  answer.on('error', () => undefined);
  t.after(() => answer.destroy());
  return { answer, text: () => text, end: () => answer.destroy() };
}
