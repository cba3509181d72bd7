import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { oddities, parseAnswer, ClientView } from '../faults/answer.ts';
import { entryOf } from '../faults/fleet.ts';
import { Judge, type Allowance, type Seen } from '../faults/judge.ts';
import { publishedEntry } from '../faults/manifests.ts';
import { Truth, wrongs } from '../faults/truth.ts';
import { registrationBody, type Registration } from '../support/eureka-rest.ts';
import { until } from '../testbed/until.ts';

// The judge of the faults, asked about made-up answers.

type Shown = ReturnType<typeof registrationBody> & { readonly actionType?: string };

const ORDERS: Registration = { app: 'ORDERS', id: 'orders-0', port: 9_100 };
const STOCK: Registration = { app: 'STOCK', id: 'stock-0', port: 9_200 };
const orders = registrationBody(ORDERS);
const stock = registrationBody(STOCK);
const CAROL = publishedEntry('main', 'shop', 'carol', '10.1.2.3');
const truth = (): Truth => new Truth([['ORDERS/orders-0', entryOf(ORDERS)], ['STOCK/stock-0', entryOf(STOCK)], CAROL]);

const host = 'carol.k8s.example.com';
/** An entry of an Ingress, with the paths of its twins. */
const carol: Shown = {
  ...registrationBody({ app: 'CAROL', id: CAROL[0].replace('CAROL/', ''), host, ip: '10.1.2.3', port: 80 }),
  homePageUrl: `http://${host}/`,
  statusPageUrl: `http://${host}/info`,
  healthCheckUrl: `http://${host}/health`,
};

function answer(instances: readonly Shown[], hash?: string): string {
  const up = instances.filter(({ actionType }) => actionType !== 'DELETED').length;
  const apps = Map.groupBy(instances, ({ app }) => app);
  const application = Array.from(apps, ([name, instance]) => ({ name, instance }));
  const stated = hash ?? (up === 0 ? '' : `UP_${up}_`);
  return JSON.stringify({ applications: { versions__delta: '1', apps__hashcode: stated, application } });
}

const ALL = [orders, stock, carol];

/** What is wrong with a full answer. */
function found(instances: readonly Shown[]): readonly string[] {
  const parsed = parseAnswer(answer(instances));
  const { facts } = truth();
  return [...oddities(parsed, 'full'), ...wrongs(new ClientView(parsed).shown, facts, facts)];
}

describe('a full answer', () => {
  test('that is true is right', () => assert.deepEqual(found(ALL), []));

  test('lacks nothing and has nothing else', () => {
    assert.deepEqual(found([orders, carol]), ['STOCK/stock-0 is missing, without evidence that it is gone']);
    assert.deepEqual(found([...ALL, registrationBody({ app: 'ODD', port: 1 })]), ['ODD/odd:1 was never true']);
  });

  const wrong: Readonly<Record<string, Partial<Shown>>> = {
    host: { hostName: 'elsewhere' },
    address: { ipAddr: '10.9.9.9' },
    port: { port: { $: 1, '@enabled': 'true' } },
    'port that is off': { port: { ...orders.port, '@enabled': 'false' } },
    'secure port': { securePort: { $: 443, '@enabled': 'true' } },
    'number of the secure port': { securePort: { $: 1, '@enabled': 'false' } },
    vip: { vipAddress: 'other' },
    'secure vip': { secureVipAddress: 'other' },
    override: { overriddenStatus: 'DOWN' },
    status: { status: 'DOWN' },
    'home page': { homePageUrl: 'http://elsewhere/' },
    'status page': { statusPageUrl: 'http://elsewhere/' },
    'health check': { healthCheckUrl: 'http://elsewhere/' },
  };
  for (const [what, change] of Object.entries(wrong))
    test(`has another ${what} for nobody`, () => {
      for (const changed of [
        [{ ...orders, ...change }, stock, carol],
        [
          orders,
          stock,
          { ...carol, ...change, ...(what === 'port that is off' && { port: { $: 80, '@enabled': 'false' } }) },
        ],
      ]) {
        const words = found(changed);
        assert.equal(words.length, 1, words.join('\n'));
        assert.match(words[0] ?? '', /^(ORDERS|CAROL)\/.* was never true$/);
      }
    });

  test('lists nobody twice, nobody that is gone, and everybody in his application', () => {
    const elsewhere = { ...orders, port: { $: 1, '@enabled': 'true' } };
    assert.deepEqual(found([elsewhere, ...ALL]), ['ORDERS/orders-0 is listed twice']);
    assert.deepEqual(found([...ALL, orders]), ['ORDERS/orders-0 is listed twice']);
    assert.deepEqual(found([{ ...orders, actionType: 'DELETED' }, stock, carol]), [
      'ORDERS/orders-0 is DELETED in a full answer',
    ]);
    const moved = answer(ALL).replace('"name":"ORDERS"', '"name":"STOCK"');
    assert.deepEqual(oddities(parseAnswer(moved), 'full'), ['ORDERS/orders-0 in STOCK, which is another application']);
  });

  test('may have what may come or go, from its question to its end', () => {
    const made = truth();
    const before = made.facts;
    made.release(['ORDERS/orders-0']);
    made.allow('NEW/new-0', entryOf({ app: 'NEW', id: 'new-0', port: 1 }));
    const shown = (instances: readonly Shown[]) => new ClientView(parseAnswer(answer(instances))).shown;
    const coming = registrationBody({ app: 'NEW', id: 'new-0', port: 1 });
    assert.deepEqual(wrongs(shown([stock, carol, coming]), before, made.facts), []);
    assert.deepEqual(wrongs(shown(ALL), before, made.facts), []);
    made.forbid(['ORDERS/orders-0']);
    assert.deepEqual(wrongs(shown(ALL), made.facts, made.facts), ['ORDERS/orders-0 was never true']);
  });
});

/** A body, a status, or `cut`. */
type Reply = string | number;

/** A server that answers the judge so, whatever the truth is. */
async function judged(
  t: TestContext,
  replies: { readonly full?: Reply; readonly delta?: Reply; readonly renewal?: Reply },
  allowed: Partial<Allowance> = {},
): Promise<Seen> {
  const asked = { full: 0, delta: 0, renewal: 0 };
  const reply = (to: ServerResponse, what: Reply): void => {
    if (what === 'cut') to.destroy();
    else if (typeof what === 'number') to.writeHead(what).end();
    else to.writeHead(200, { 'content-type': 'application/json' }).end(what);
  };
  const server = createServer((question, to) => {
    question.resume();
    const kind = question.method === 'PUT' ? 'renewal' : question.url === '/eureka/apps/delta' ? 'delta' : 'full';
    asked[kind]++;
    const usual = { full: answer(ALL), delta: answer([], 'UP_3_'), renewal: 200 };
    reply(to, replies[kind] ?? usual[kind]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const judge = new Judge({ url, truth: truth(), renewed: 'ORDERS/orders-0', everyMs: 5 });
  Object.assign(judge.allowed, allowed);
  await until('some answers', async () => asked.full > 3 && asked.renewal > 0, { everyMs: 5 });
  await judge.stop();
  return judge.seen;
}

describe('the judge', () => {
  test('counts what it had, and finds nothing where nothing is wrong', async (t) => {
    const { answers, deltas, wrong, renewals, refused, away, fewest, most } = await judged(t, {});
    assert.ok(answers > deltas && deltas > 0);
    assert.deepEqual([wrong, refused, away, fewest, most], [0, 0, 0, 3, 3]);
    assert.deepEqual([...renewals.keys()], [200]);
  });

  for (const [what, replies, words] of [
    ['a hash code that is not that of the list', { full: answer(ALL, 'UP_2_') }, /hash code is UP_2_ and not UP_3_/],
    [
      'a hash code that is not that of the deltas',
      { delta: answer([], 'UP_2_') },
      /after the delta a client has UP_3_/,
    ],
    [
      'a list that has somebody twice',
      { full: answer([...ALL, orders], 'UP_3_') },
      /^ORDERS\/orders-0 is listed twice/,
    ],
    ['a partial list', { full: answer([orders]) }, /STOCK\/stock-0 is missing/],
    [
      'a delta that takes away what is there',
      { delta: answer([{ ...orders, actionType: 'DELETED' }], 'UP_2_') },
      /^by deltas: ORDERS\/orders-0 is missing/,
    ],
    [
      'a delta that changes what did not change',
      { delta: answer([{ ...orders, vipAddress: 'x', actionType: 'MODIFIED' }], 'UP_3_') },
      /^by deltas: ORDERS\/orders-0 is UP at .*, vip x/,
    ],
    ['a delta that lists somebody twice', { delta: answer([orders, orders], 'UP_3_') }, /^in a delta: .* listed twice/],
    ['a list that cannot be read', { full: '{"applications":{' }, /an answer cannot be read/],
    ['no answer', { full: 'cut' }, /^no answer/],
    ['a 503', { full: 503 }, /a read was answered 503/],
    ['a 404', { delta: 404 }, /a read was answered 404/],
    ['a 404 to a renewal', { renewal: 404 }, /the renewal of ORDERS\/orders-0 was answered 404/],
    ['no answer to a renewal', { renewal: 'cut' }, /the renewal of ORDERS\/orders-0 was answered 0/],
  ] as const)
    test(`finds ${what}`, async (t) => {
      const seen = await judged(t, replies);
      assert.ok(seen.wrong > 0);
      assert.match(seen.words[0] ?? '', words);
    });

  test('takes refusals and silence where they are allowed, and nothing else', async (t) => {
    const refused = await judged(t, { full: 503 }, { refused: true });
    assert.deepEqual([refused.wrong, refused.answers], [0, 0]);
    assert.ok(refused.refused > 0);
    const away = await judged(t, { full: 'cut', renewal: 'cut' }, { away: true });
    assert.deepEqual([away.wrong, away.answers], [0, 0]);
    assert.ok(away.away > 0);
    assert.equal((await judged(t, { renewal: 503 }, { renewals: [200, 503] })).wrong, 0);
    assert.ok((await judged(t, { full: 500 }, { refused: true, away: true })).wrong > 0);
  });

  test('has looked again only after all that it asks for', async (t) => {
    const open = { reads: false, renewals: false };
    const server = createServer((question, to) => {
      question.resume();
      if (!open[question.method === 'PUT' ? 'renewals' : 'reads']) to.writeHead(503).end();
      else if (question.method === 'PUT') to.end();
      else to.end(question.url?.includes('delta') === true ? answer([], 'UP_3_') : answer(ALL));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const judge = new Judge({ url, truth: truth(), renewed: 'ORDERS/orders-0', everyMs: 5 });
    t.after(() => judge.stop());
    judge.allowed.refused = true;
    judge.allowed.renewals = [200, 503];
    const looked = judge.looksAgain();
    await until('it was refused', async () => judge.seen.refused > 3, { everyMs: 5 });
    assert.equal(looked(), false);
    open.reads = true;
    await until('it read', async () => judge.seen.deltas > 3, { everyMs: 5 });
    assert.equal(looked(), false);
    open.renewals = true;
    await until('it looked', async () => looked(), { everyMs: 5 });
    assert.equal(judge.looksAgain()(), false);
    judge.allowed.away = true;
    assert.equal(judge.looksAgain()(), true);
  });
});
