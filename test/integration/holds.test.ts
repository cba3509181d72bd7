import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { listHolds, orderHold } from '../../server/cli/holds.ts';
import { runProgram } from '../../server/cli/program.ts';
import { runCli } from '../support/cli-process.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { httpRequest, type HttpAnswer, type HttpQuestion } from '../support/http-request.ts';
import { addressBesideLoopback } from '../support/machine-address.ts';
import { serveForTest } from '../support/running-server.ts';
import { testShell } from '../support/shell.ts';

const CURL = { 'user-agent': 'curl/8.5.0', accept: '*/*' };
const IDS = ['ORDERS/o-1', 'ORDERS/o-2', 'ORDERS/o-3', 'PAYMENTS/p-1', 'PAYMENTS/p-2'];

interface Served {
  readonly url: string;
  readonly ask: (path: string, question?: HttpQuestion) => Promise<HttpAnswer>;
}

interface Held {
  readonly eureka: FakeEureka;
  readonly replicas: readonly Served[];
  /** The one hold, as the first replica reports it. */
  readonly hold: Readonly<Record<string, unknown>> & { readonly id: string };
}

/** Replicas behind a legacy that has lost its instances, which the replicas hold. */
async function held(
  t: TestContext,
  count = 1,
  grace = '1h',
  ids: readonly string[] = IDS,
  host = '127.0.0.1',
): Promise<Held> {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  for (const each of ids) {
    const [app = '', id = ''] = each.split('/');
    eureka.registry.register(registration(app, id));
  }
  const flags = {
    'leases.enabled': ['false'],
    'legacy.urls': [eureka.url],
    'legacy.pollInterval': ['100ms'],
    'guards.grace': [grace],
  };
  const replicas = await Promise.all(
    Array.from({ length: count }, async (): Promise<Served> => {
      const { url } = await serveForTest(t, { flags, host });
      return { url, ask: (path, question) => httpRequest(url + path, question) };
    }),
  );
  for (const { ask } of replicas)
    await eventually('reads are answered', async () => (await ask('/readyz')).status === 200);
  eureka.registry.clear();
  for (const { ask } of replicas) await eventually('a hold', async () => (await holdsOf(ask)).length === 1);
  const [first] = replicas;
  assert.ok(first);
  const [hold] = await holdsOf(first.ask);
  assert.ok(hold);
  return { eureka, replicas, hold };
}

async function holdsOf(ask: Served['ask']): Promise<readonly Held['hold'][]> {
  return (JSON.parse((await ask('/eurek8s/holds')).body) as { readonly holds: readonly Held['hold'][] }).holds;
}

/** Runs the command line in this process, because a process of its own takes seconds to start on a busy machine. */
async function command(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const shell = testShell({ environment });
  const code = await runProgram(words, shell);
  return { code, ...shell.written };
}

async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`never happened: ${what}`);
    await sleep(20);
  }
}

test('a hold is shown wherever people look first, with readable times', async (t) => {
  const { replicas, hold } = await held(t);
  const [{ ask }] = replicas as readonly [Served];
  const { id, since, releasesAt, ...facts } = hold;
  assert.match(id, /^legacy-[0-9a-f]{8}$/);
  assert.deepEqual(facts, {
    source: 'legacy',
    what: 'the registry went from 5 instances to none',
    counted: 'instance',
    instances: 5,
    instancesBefore: 5,
    applications: 2,
    held: [
      { name: 'ORDERS', count: 3, first: ['o-1', 'o-2', 'o-3'] },
      { name: 'PAYMENTS', count: 2, first: ['p-1', 'p-2'] },
    ],
    kept: false,
  });
  assert.equal(Date.parse(String(releasesAt)) - Date.parse(String(since)), 3_600_000);
  assert.match(String(since), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

  for (const path of ['/', '/eurek8s/sources'])
    assert.match((await ask(path, { headers: CURL })).body, /^ {2}5 of 5 legacy instances held: the registry went/m);
  const summary = JSON.parse((await ask('/')).body) as { readonly sources: readonly { readonly holds: unknown }[] };
  assert.deepEqual(summary.sources[0]?.holds, [hold]);
  assert.match((await ask('/eurek8s/holds', { headers: CURL })).body, new RegExp(`^${id} +legacy +5 of 5 +2 +20`, 'm'));
  const explained = (await ask('/eurek8s/explain/orders', { headers: CURL })).body;
  assert.match(explained, /^ {2}o-1 .* legacy \(held\) /m);
  assert.ok(explained.includes(`held: legacy no longer lists it since ${String(since)}; removed at`), explained);
  assert.ok(explained.includes(`eurek8s holds release ${id} (3 entries)`), explained);
});

test('an operator on the machine releases it by a request, and what is served follows at once', async (t) => {
  const { replicas, hold } = await held(t);
  const [{ ask }] = replicas as readonly [Served];
  const absent = await ask('/eurek8s/holds/legacy-00000000/release', { method: 'POST', headers: CURL });
  assert.equal(absent.status, 404);
  assert.equal(absent.body, `there is no hold legacy-00000000 here: held is ${hold.id}\n`);
  assert.equal((await ask(`/eurek8s/holds/${hold.id}/release`)).status, 405);
  const released = await ask(`/eurek8s/holds/${hold.id}/release`, { method: 'POST' });
  assert.equal(released.status, 200);
  assert.deepEqual(JSON.parse(released.body), { released: hold });
  assert.doesNotMatch((await ask('/eureka/apps', { headers: { accept: 'application/json' } })).body, /ORDERS|PAYMENTS/);
  assert.deepEqual(await holdsOf(ask), []);
  assert.equal((await ask('/eurek8s/explain/ORDERS')).body.includes('"hold"'), false);
});

test('an operator keeps it, by a request or the command: it does not expire, and is released as ever', async (t) => {
  const { replicas, hold } = await held(t, 2, '2s');
  const [one, two] = replicas as readonly [Served, Served];
  assert.equal((await one.ask('/eurek8s/holds/legacy-00000000/keep', { method: 'POST' })).status, 404);
  const kept = await one.ask(`/eurek8s/holds/${hold.id}/keep`, { method: 'POST', headers: CURL });
  assert.equal(kept.status, 200);
  assert.match(
    kept.body,
    new RegExp(`^${hold.id} is kept: 5 instances of 2 applications \\(ORDERS, PAYMENTS\\) stay `),
  );
  const result = await command(['holds', 'keep', hold.id, '--server', one.url, '--server', two.url]);
  assert.equal(result.code, 0, result.err);
  assert.equal((await command(['holds', 'keep', 'legacy-00000000', '--server', one.url])).code, 1);
  await sleep(4_000);
  for (const { ask } of replicas) {
    const [shown] = await holdsOf(ask);
    assert.deepEqual([shown?.id, shown?.['kept'], shown?.['releasesAt']], [hold.id, true, undefined]);
    assert.match((await ask('/', { headers: CURL })).body, /^ {2}kept until released by: eurek8s holds release /m);
    assert.match((await ask('/eurek8s/explain/orders', { headers: CURL })).body, /; kept until released by: /);
    const metrics = (await ask('/metrics')).body;
    assert.match(metrics, /^eurek8s_held_applications\{source="legacy",state="kept"\} 2$/m);
    assert.match(metrics, /^eurek8s_held_applications\{source="legacy",state="undecided"\} 0$/m);
  }
  assert.equal((await one.ask(`/eurek8s/holds/${hold.id}/release`, { method: 'POST' })).status, 200);
  assert.deepEqual(await holdsOf(one.ask), []);
});

test('while the legacy counts more than it lists, no time is told at which it could be removed', async (t) => {
  const { eureka, replicas, hold } = await held(t);
  const [{ ask }] = replicas as readonly [Served];
  eureka.fail('hollow');
  eureka.fail('no-delta');
  eureka.registry.register(registration('ORDERS', 'o-1'));
  await eventually('it waits', async () => (await holdsOf(ask))[0]?.['releasesAt'] === undefined);
  assert.deepEqual([(await holdsOf(ask))[0]?.id, (await holdsOf(ask))[0]?.['kept']], [hold.id, false]);
  const until = 'when complete lists have confirmed it';
  for (const path of ['/', '/eurek8s/explain/orders'])
    assert.ok(
      (await ask(path, { headers: CURL })).body.includes(`removed ${until}, or now by: eurek8s holds release `),
      path,
    );
  for (const path of ['/', `/dashboard/holds/${hold.id}`])
    assert.ok((await ask(path, { headers: { accept: 'text/html' } })).body.includes(until), path);
  const metrics = (await ask('/metrics')).body;
  assert.match(metrics, /^eurek8s_held_applications\{source="legacy",state="kept"\} 0$/m);
  assert.match(metrics, /^eurek8s_held_applications\{source="legacy",state="undecided"\} 2$/m);
  eureka.heal();
  eureka.fail('no-delta');
  await eventually('a time', async () => (await holdsOf(ask))[0]?.['releasesAt'] !== undefined);
});

test('a request that comes over the network gets a 403, whatever host it names, and decides no hold', async (t) => {
  const host = addressBesideLoopback();
  if (host === undefined) return t.skip('this machine has no address but loopback');
  const { replicas, hold } = await held(t, 1, '1h', IDS, host);
  const [{ ask }] = replicas as readonly [Served];
  for (const headers of [{}, { host: 'localhost:8761' }, { host: '127.0.0.1:8761' }, { host: '[::1]:8761' }])
    for (const order of ['release', 'keep']) {
      const refused = await ask(`/eurek8s/holds/${hold.id}/${order}`, { method: 'POST', headers });
      assert.deepEqual([refused.status, refused.body], [403, ''], JSON.stringify(headers));
      const reason = String(refused.headers['x-eurek8s-reason']);
      assert.ok(reason.includes('only the machine itself') && reason.includes(`came from ${host}`), reason);
    }
  assert.deepEqual(await holdsOf(ask), [hold]);
});

test('requests that were passed on, for another host, or from web pages get an empty 403 with the reason, and release nothing', async (t) => {
  const { replicas, hold } = await held(t);
  const [{ ask }] = replicas as readonly [Served];
  for (const headers of [
    { host: 'eurek8s.internal:8761' },
    { 'x-forwarded-for': '127.0.0.1' },
    { forwarded: 'for=127.0.0.1' },
    { 'x-real-ip': '127.0.0.1' },
    { origin: 'https://example.com' },
    { 'sec-fetch-site': 'cross-site' },
  ] satisfies readonly Readonly<Record<string, string>>[])
    for (const id of [hold.id, 'legacy-00000000']) {
      for (const order of ['release', 'keep']) {
        const refused = await ask(`/eurek8s/holds/${id}/${order}`, { method: 'POST', headers, body: '{}' });
        assert.deepEqual([refused.status, refused.body], [403, ''], JSON.stringify(headers));
        assert.match(String(refused.headers['x-eurek8s-reason']), /may (not )?do this: /);
      }
    }
  assert.deepEqual(await holdsOf(ask), [hold]);
  // Anybody may read the holds.
  assert.equal((await ask('/eurek8s/holds', { headers: { host: 'eurek8s.internal:8761' } })).status, 200);
});

test('the command lists and releases on every server that it is given: replicas have the same id', async (t) => {
  const { replicas, hold } = await held(t, 2);
  const [one, two] = replicas as readonly [Served, Served];
  const servers = ['--server', one.url, '--server', two.url];
  const listed = await runCli(['holds', '--json', ...servers]);
  assert.equal(listed.code, 0, listed.err);
  const { servers: answers } = JSON.parse(listed.out) as {
    readonly servers: readonly { readonly server: string; readonly holds: readonly { readonly id: string }[] }[];
  };
  assert.deepEqual(
    answers.map(({ server, holds }) => [server, holds.map(({ id }) => id)]),
    [
      [one.url, [hold.id]],
      [two.url, [hold.id]],
    ],
  );
  const text = await command(['holds'], { EUREK8S_SERVER: one.url });
  assert.deepEqual([text.code, text.err], [0, '']);
  assert.match(text.out, new RegExp(`^${hold.id} +legacy +5 of 5 `, 'm'));

  const absent = await command(['holds', 'release', 'legacy-00000000', ...servers]);
  assert.deepEqual([absent.code, absent.out], [1, '']);
  assert.match(absent.err, /^eurek8s: http:\S+: there is no hold legacy-00000000 here: held is legacy-/m);

  const half = await command(['holds', 'release', hold.id, '--server', one.url, '--server', 'http://127.0.0.1:1']);
  assert.equal(half.code, 2);
  assert.match(half.out, / is released: 5 instances of 2 applications \(ORDERS, PAYMENTS\) are gone/);
  assert.match(half.err, /^eurek8s: http:\/\/127\.0\.0\.1:1 does not answer: connection refused/);

  // One server no longer has it, which is what was wanted.
  const released = await runCli(['holds', 'release', hold.id, ...servers]);
  assert.equal(released.code, 0, released.err);
  assert.match(released.out, new RegExp(`^${two.url}\n {2}${hold.id} is released: `));
  assert.match(released.err, /there is no hold legacy-\S+ here: nothing is held\n$/);
  for (const { ask } of replicas) assert.deepEqual(await holdsOf(ask), []);
  assert.equal((await command(['holds', 'release', hold.id, ...servers])).code, 1);
});

test('replicas that see a restarted legacy at different moments, as it fills up again, hold under the same id', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  const ids = Array.from({ length: 12 }, (_, n) => `o-${n}`);
  const register = (id: string): void => eureka.registry.register(registration('ORDERS', id));
  ids.forEach(register);
  const replica = async (): Promise<Served> => {
    const flags = { 'leases.enabled': ['false'], 'legacy.urls': [eureka.url], 'legacy.pollInterval': ['100ms'] };
    const { url } = await serveForTest(t, { flags });
    const ask: Served['ask'] = (path, question) => httpRequest(url + path, question);
    await eventually('reads are answered', async () => (await ask('/readyz')).status === 200);
    return { url, ask };
  };
  const found: string[] = [];
  for (const back of [0, 2, 5]) {
    const { ask } = await replica();
    eureka.registry.clear();
    ids.slice(0, back).forEach(register);
    await eventually('a hold', async () => (await holdsOf(ask)).length === 1);
    found.push((await holdsOf(ask))[0]?.id ?? '');
    ids.forEach(register);
  }
  assert.deepEqual(found, Array(3).fill(found[0]));
});

test('a server that holds the same loss under another id has not done it: it is named, and the exit code is no', async (t) => {
  const first = await held(t);
  const second = await held(t, 1, '1h', IDS.slice(1));
  const [one] = first.replicas as readonly [Served];
  const [two] = second.replicas as readonly [Served];
  assert.notEqual(second.hold.id, first.hold.id);
  const servers = ['--server', one.url, '--server', two.url];
  for (const order of ['keep', 'release']) {
    const result = await command(['holds', order, first.hold.id, ...servers]);
    assert.equal(result.code, 1, result.err);
    assert.match(result.out, new RegExp(` is ${order === 'keep' ? 'kept' : 'released'}: `));
    assert.ok(result.err.startsWith(`eurek8s: ${two.url}: there is no hold ${first.hold.id} here`), result.err);
    assert.ok(result.err.includes(second.hold.id), result.err);
  }
  assert.equal((await command(['holds', 'release', second.hold.id, ...servers])).code, 0);
  assert.deepEqual(await holdsOf(two.ask), []);
});

test('the command is refused by a server on another machine, and shows why', async (t) => {
  const { replicas, hold } = await held(t);
  const [{ url, ask }] = replicas as readonly [Served];
  const server = url.replace('127.0.0.1', 'eurek8s.internal');
  const shell = testShell();
  const resolve = () =>
    Promise.resolve([
      { address: '127.0.0.1', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]);
  assert.equal(await orderHold('release', hold.id, { servers: [server], json: false }, shell, resolve), 1);
  assert.match(
    shell.written.err,
    /^eurek8s: http:\/\/eurek8s\.internal:\d+ \(127\.0\.0\.1\): only the machine itself /,
  );
  assert.deepEqual(await holdsOf(ask), [hold]);
});

test('the command is sent to each address of a name, under that name', async (t) => {
  const hosts: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    hosts.push(request.headers.host);
    response.end(hosts.length === 1 ? 'nothing is held\n' : 'another\n');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const options = { servers: [`http://eurek8s.internal:${port}`], json: false };
  const shell = testShell();
  const resolve = () =>
    Promise.resolve([
      { address: '127.0.0.1', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]);
  assert.equal(await listHolds(options, shell, resolve), 0);
  assert.deepEqual(hosts, [`eurek8s.internal:${port}`, `eurek8s.internal:${port}`]);
  assert.equal(shell.written.out.match(/^http:\/\/eurek8s\.internal:\d+ \(127\.0\.0\.1\)$/gm)?.length, 2);
  assert.match(shell.written.out, /^ {2}nothing is held$/m);

  const nobody = testShell();
  const unknown = () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }));
  assert.equal(await listHolds(options, nobody, unknown), 2);
  assert.match(nobody.written.err, /its name cannot be resolved \(ENOTFOUND\)/);
  const strange = testShell();
  assert.equal(await listHolds({ ...options, json: true }, strange, resolve), 2);
  assert.match(strange.written.out, /"error":"[^"]* answers, but not as Eurek8s does"/);
  assert.equal(await listHolds({ servers: ['eurek8s'], json: false }, testShell()), 2);
});
