import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { before, describe, test, type TestContext } from 'node:test';
import type { AppsReport } from '../../shared/api/apps.ts';
import type { ChangeReport, ChangesReport } from '../../shared/api/changes.ts';
import type { Explanation } from '../../shared/api/explain.ts';
import { endAfterAll } from '../support/end-after-all.ts';
import { cancelInstance, registerInstance } from '../support/eureka-rest.ts';
import { fleetScene, type FleetScene } from '../support/fleet-scene.ts';
import { httpRequest } from '../support/http-request.ts';
import { until } from '../testbed/until.ts';

describe('the past', () => {
  let scene: FleetScene;
  const ending = endAfterAll();
  before(async () => {
    scene = await fleetScene(ending);
    await change('CAROL', ({ id }) => id === 'c-1');
  });

  const changes = async (query = ''): Promise<ChangesReport> => scene.json<ChangesReport>(`/eurek8s/changes${query}`);
  /** Waits for a change, and returns the last one of its kind. */
  const change = async (app: string, isIt: (change: ChangeReport) => boolean): Promise<ChangeReport> =>
    until(`a change of ${app}`, async () => (await changes(`?app=${app}`)).changes.findLast(isIt));

  test('a write through this server is the cause of what it changes', async () => {
    const registered = await change('ORDERS', ({ id }) => id === 'o-1');
    assert.deepEqual([registered.kind, registered.status, registered.fields], ['added', 'UP', []]);
    assert.deepEqual(registered.cause, {
      source: 'leases',
      write: 'register',
      reason: 'it registered through this server',
    });
    await httpRequest(`${scene.url}/eureka/apps/ORDERS/o-2/status?value=OUT_OF_SERVICE`, { method: 'PUT' });
    const taken = await change('ORDERS', ({ kind }) => kind === 'modified');
    assert.ok(taken.fields.includes('status'), taken.fields.join());
    assert.deepEqual(
      taken.values.find(({ field }) => field === 'status'),
      { field: 'status', from: 'UP', to: 'OUT_OF_SERVICE' },
    );
    assert.equal(taken.cause.write, 'set-status');
    await registerInstance(`${scene.url}/eureka`, { app: 'GONE', id: 'g-1', port: 8080 });
    await cancelInstance(`${scene.url}/eureka`, 'GONE', 'g-1');
    const cancelled = await change('GONE', ({ kind }) => kind === 'deleted');
    assert.deepEqual([cancelled.id, cancelled.cause.write], ['g-1', 'cancel']);
  });

  test('an object of Kubernetes is the cause of what is made of it, with its state', async () => {
    scene.publish({ name: 'dave', host: 'dave.k8s.example.com', port: 8080, ready: [false] });
    const down = await change('DAVE', ({ status }) => status === 'DOWN');
    assert.equal(down.kind, 'modified');
    assert.deepEqual([down.cause.source, down.cause.object], ['manifests:local', 'local/shop/dave']);
    assert.match(down.cause.reason, /ready/);
    const text = await scene.curl('/eurek8s/changes?app=dave');
    assert.match(text, /^\S+Z +\d+ +DAVE +modified +eurek8s:\S+ +local\/shop\/dave\n {6}status UP → DOWN.*ready/m);
    assert.match(text, /^\d+ changes?; everything since \S+Z is known\n$/m);
    scene.publish({ name: 'dave', host: 'dave.k8s.example.com', port: 99_999 });
    const gone = await change('DAVE', ({ kind }) => kind === 'deleted');
    assert.match(gone.cause.reason, /^bad-annotation: /);
  });

  test('what is hidden now says by which rule', async () => {
    scene.publish({ name: 'carol', host: 'carol.k8s.example.com', port: 8080, annotations: { traffic: '100%' } });
    const hidden = await change('CAROL', ({ kind, id }) => kind === 'deleted' && id === 'c-1');
    assert.match(hidden.cause.reason, /^hidden now, traffic-full: /);
    scene.publish({ name: 'carol', host: 'carol.k8s.example.com', port: 8080, annotations: { traffic: '50%' } });
    const back = await change('CAROL', ({ id, version }) => id === 'c-1' && version > hidden.version);
    assert.match(back.cause.reason, /^no longer hidden/);
  });

  test('whoever goes on with the version of the last change misses none and gets none twice', async () => {
    const all = (await changes()).changes;
    const seen: ChangeReport[] = [];
    let since = 0;
    for (;;) {
      const { changes: some, more } = await changes(`?since=${since}&limit=1`);
      seen.push(...some);
      since = some.at(-1)?.version ?? since;
      if (more !== true) break;
    }
    assert.deepEqual(seen, all);
    assert.deepEqual((await changes(`?since=${all.at(-1)?.version}`)).changes, []);
    assert.deepEqual((await changes('?since=-1h')).changes, all);
    const ahead = await changes(`?since=${since + 1_000_000}`);
    assert.match(ahead.gap ?? '', /^this server has not come to version /);
    assert.deepEqual(ahead.changes, all);
    assert.equal((await changes(`?since=${since}`)).gap, undefined);
    const last = await changes('?limit=1');
    assert.deepEqual(last.changes.at(-1), all.at(-1));
    assert.ok(last.changes.length < all.length);
  });

  test('a question that is not understood is answered with what would be', async () => {
    for (const query of [
      '?since=yesterday',
      '?since=1&since=2',
      '?limit=0',
      '?limit=many',
      '?limit=10001',
      '?app=a&app=b',
      '?app=',
      '?aap=orders',
    ]) {
      const { status, body } = await httpRequest(`${scene.url}/eurek8s/changes${query}`);
      assert.equal(status, 400, query);
      assert.match(
        body,
        /"error":"((since|limit|app) |there is no parameter \\"aap\\", but since, app, limit")/,
        query,
      );
    }
  });

  test('a policy that changed is the cause with what it was and is; an object that is gone, or asks no more, is told apart', async () => {
    const service = { name: 'judy', host: 'judy.k8s.example.com', port: 8080 };
    const last = async (kind: string, after = 0) => {
      const found = await change('JUDY', (each) => each.kind === kind && each.version > after);
      return { version: found.version, reason: found.cause.reason };
    };
    scene.publish(service);
    const added = await last('added');
    scene.publish({ ...service, annotations: { policy: 'legacy-only' } });
    const refused = await last('deleted');
    assert.equal(refused.reason, 'policy: the policy went from both to legacy-only');
    scene.publish(service);
    const back = await last('added', added.version);
    assert.match(back.reason, /; the policy went from legacy-only to both$/);
    scene.publish({ ...service, annotations: { app: 'judith' } });
    const renamed = await last('deleted', refused.version);
    assert.equal(renamed.reason, 'local/shop/judy does not ask to be published under this name any more');
    scene.withdraw('judy');
    const gone = await change('JUDITH', ({ kind }) => kind === 'deleted');
    assert.equal(gone.cause.reason, 'local/shop/judy is gone');
  });

  test('of a change of thousands of fields every form tells the first, and how many more', async () => {
    const register = (value: string): Promise<unknown> => {
      const metadata = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`k${i}`, value.repeat(200)]));
      return registerInstance(`${scene.url}/eureka`, { app: 'WIDE', id: 'w-1', port: 8080, metadata });
    };
    await register('a');
    for (let i = 0; i < 10; i++) await register(i % 2 === 0 ? 'b' : 'a');
    const told = await change('WIDE', ({ kind }) => kind === 'modified');
    assert.equal(told.fields.length, told.values.length);
    assert.ok(told.fields.length + (told.moreFields ?? 0) >= 2000, `${told.moreFields}`);
    assert.match(await scene.curl('/eurek8s/changes?app=wide'), /metadata\.k0 a+ → b+.*, and \d+ more fields: it reg/);
    for (const accept of ['application/json', 'text/html']) {
      const page = await httpRequest(`${scene.url}/dashboard/changes?app=wide`, { headers: { accept } });
      assert.equal(page.status, 200);
      assert.match(page.body, /w-1/);
      assert.ok(page.body.length < 300_000, `${page.body.length} characters`);
    }
  });

  test('what has vanished leaves its last change, and the way to the others', async () => {
    await registerInstance(`${scene.url}/eureka`, { app: 'BRIEF', id: 'b-1', port: 8080 });
    await cancelInstance(`${scene.url}/eureka`, 'BRIEF', 'b-1');
    await change('BRIEF', ({ kind }) => kind === 'deleted');
    const told =
      /the last change of it was at \S+Z: deleted b-1: it was cancelled through this server; all of them: eurek8s changes brief \(\/eurek8s\/changes\?app=BRIEF\)/;
    assert.match(await scene.curl('/eurek8s/explain/brief'), told);
    scene.publish({ name: 'passing', host: 'passing.k8s.example.com', port: 8080 });
    await change('PASSING', ({ kind }) => kind === 'added');
    scene.publish({ name: 'passing', host: 'passing.k8s.example.com', port: 99_999 });
    await change('PASSING', ({ kind }) => kind === 'deleted');
    const { lastChange } = await scene.json<Explanation>('/eurek8s/explain/passing');
    assert.match(lastChange?.cause.reason ?? '', /^bad-annotation: /);
    assert.match(
      await scene.curl('/eurek8s/explain/passing'),
      /^served: nothing\n {2}the last change of it was at \S+Z: deleted eurek8s:\S+: bad-annotation: /m,
    );
    assert.equal((await scene.json<Explanation>('/eurek8s/explain/orders')).lastChange, undefined);
    scene.withdraw('passing');
  });

  test('the registry is shown as it was at a moment', async () => {
    await registerInstance(`${scene.url}/eureka`, { app: 'PAST', id: 'p-1', port: 8080 });
    const added = await change('PAST', ({ kind }) => kind === 'added');
    await registerInstance(`${scene.url}/eureka`, { app: 'PAST', id: 'p-2', port: 8080 });
    await cancelInstance(`${scene.url}/eureka`, 'PAST', 'p-1');
    const cancelled = await change('PAST', ({ kind }) => kind === 'deleted');
    const at = async (moment: string | undefined) => scene.json<Explanation>(`/eurek8s/at/${moment}/explain/past`);
    assert.deepEqual(
      (await at(added.at)).served.map(({ id }) => id),
      ['p-1'],
    );
    assert.deepEqual(
      (await at(cancelled.at)).served.map(({ id }) => id),
      ['p-2'],
    );
    const { applications } = await scene.json<AppsReport>(`/eurek8s/at/${added.at}/apps`);
    assert.deepEqual(
      applications.filter(({ name }) => name === 'PAST').map(({ legacy }) => legacy),
      [1],
    );
    const justBefore = new Date(Date.parse(added.at ?? '') - 1).toISOString();
    assert.equal(await scene.status(`/eurek8s/at/${justBefore}/explain/past`), 404);
    assert.match(await scene.curl(`/eurek8s/at/${added.at}/apps`), /^PAST +legacy-only +UP +1 /m);
    assert.match(
      await scene.curl(`/eurek8s/at/${added.at}/explain/past`),
      /^as it was at \S+Z\nPAST: callers choose among 1 UP entry[^]*\nthe last change before was at \S+Z: callers had it by \S+Z, by default\n/,
    );
    assert.doesNotMatch(await scene.curl(`/eurek8s/at/${added.at}/explain/past`), /at the latest/);
    assert.match(await scene.curl(`/eurek8s/at/${added.at}/diff`), /legacy-only/);
  });

  test('a moment that is not remembered is 404 with the oldest, one that is none 400', async () => {
    for (const [moment, status, reason] of [
      ['-1d', 404, /the oldest moment that is remembered is \d{4}-\S+Z/],
      ['2999-01-01T00:00:00Z', 404, /still to come/],
      ['noon', 400, /"the time must be like 2026-\S+, 14:03 /],
      ['2026-02-30T00:00:00Z', 400, /"the time must be like 2026-\S+, 14:03 /],
    ] as const)
      for (const path of ['apps', 'diff', 'explain/orders']) {
        const answer = await httpRequest(`${scene.url}/eurek8s/at/${moment}/${path}`);
        assert.equal(answer.status, status, `${moment} ${path}`);
        assert.match(answer.body, reason);
      }
  });
});

interface Told {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Partial<ChangeReport> & { readonly oldest?: string };
}

describe('the changes as server-sent events', () => {
  let scene: FleetScene;
  const ending = endAfterAll();
  before(async () => {
    scene = await fleetScene(ending);
  });

  async function follow(t: TestContext, query = '', headers: Readonly<Record<string, string>> = {}) {
    const asked = { accept: 'text/event-stream', ...headers };
    const question = request(`${scene.url}/eurek8s/changes${query}`, { agent: false, headers: asked });
    question.on('error', () => undefined).end();
    t.after(() => question.destroy());
    const [answer] = (await once(question, 'response')) as [IncomingMessage];
    let text = '';
    answer.setEncoding('utf8').on('data', (part: string) => void (text += part));
    answer.on('error', () => undefined);
    const told = (): readonly Told[] =>
      text
        .split('\n\n')
        .slice(0, -1)
        .filter((each) => !each.startsWith(':'))
        .map((each) => ({
          event: /^event: (.*)$/m.exec(each)?.[1] ?? '',
          id: /^id: (.*)$/m.exec(each)?.[1],
          data: JSON.parse(/^data: (.*)$/m.exec(each)?.[1] ?? '') as Told['data'],
        }));
    return { answer, told, text: () => text, end: () => question.destroy() };
  }

  const register = (app: string, id: string): Promise<unknown> =>
    registerInstance(`${scene.url}/eureka`, { app, id, ip: '10.1.0.7', port: 8080, zone: 'z1' });

  test('each comes once, as it happens, and a follower that comes again misses none', async (t) => {
    const first = await follow(t);
    assert.equal(first.answer.headers['content-type'], 'text/event-stream; charset=utf-8');
    await until('the stream has begun', async () => first.text() !== '');
    assert.deepEqual(first.told(), []);
    await register('NEWS', 'n-1');
    const [added] = await until('the first change', async () => first.told().length > 0 && first.told());
    assert.deepEqual([added?.event, added?.data.app, added?.data.kind], ['change', 'NEWS', 'added']);
    const id = added?.id ?? assert.fail('it has no id');
    first.end();
    await register('NEWS', 'n-2');
    await register('NEWS', 'n-3');
    const second = await follow(t, '', { 'last-event-id': id });
    await until('what was missed', async () => second.told().length >= 2);
    assert.deepEqual(
      second.told().map(({ data }) => data.id),
      ['n-2', 'n-3'],
    );
  });

  test('begins at a version or time that is asked for, with one application alone', async (t) => {
    const all = await follow(t, '?since=-1h');
    await until('the past', async () => all.told().some(({ data }) => data.id === 'o-1'));
    const one = await follow(t, `?since=0&app=orders`);
    await until('both instances', async () => one.told().length >= 2);
    assert.deepEqual([...new Set(one.told().map(({ data }) => data.app))], ['ORDERS']);
    assert.equal((await follow(t, '?since=yesterday')).answer.statusCode, 400);
  });

  test('of a server that was started anew, says that something may be missing', async (t) => {
    for (const again of [
      await follow(t, '', { 'last-event-id': '999999999-1000' }),
      await follow(t, '?since=999999999999'),
    ]) {
      const [gap, next] = await until('a gap', async () => again.told().length > 1 && again.told());
      assert.equal(gap?.event, 'gap');
      assert.ok(Date.parse(gap.data.oldest ?? '') > 0);
      assert.equal(next?.event, 'change');
    }
  });

  test('is asked for by its type alone, and by no HEAD', async () => {
    const { headers } = await httpRequest(`${scene.url}/eurek8s/changes`, {
      headers: { accept: 'application/json, text/event-stream;q=0.5' },
    });
    assert.match(headers['content-type'] ?? '', /^application\/json/);
    const head = await httpRequest(`${scene.url}/eurek8s/changes`, {
      method: 'HEAD',
      headers: { accept: 'text/event-stream' },
    });
    assert.equal(head.status, 200);
  });
});
