import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { httpRequest, type HttpAnswer, type HttpQuestion } from '../support/http-request.ts';
import { serveForTest } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

const CURL = { 'user-agent': 'curl/8.5.0', accept: '*/*' };

test('what stays because the list of the legacy lacks a part says so, is counted, and can be let go', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  for (const id of ['o-1', 'o-2', 'o-3', 'o-4']) eureka.registry.register(registration('ORDERS', id));
  const flags = {
    'leases.enabled': ['false'],
    'legacy.urls': [eureka.url],
    'legacy.pollInterval': ['100ms'],
  };
  const { url } = await serveForTest(t, { flags });
  const ask = (path: string, question?: HttpQuestion): Promise<HttpAnswer> => httpRequest(url + path, question);
  const explained = async (): Promise<string> => (await ask('/eurek8s/explain/ORDERS', { headers: CURL })).body;
  const metrics = async (): Promise<string> => (await ask('/metrics')).body;
  await until('reads are answered', async () => (await ask('/readyz')).status === 200);
  await until('nothing is unlisted', async () => /^eurek8s_legacy_unlisted_instances 0$/m.test(await metrics()));
  assert.doesNotMatch(await explained(), /unlisted/);

  // It lists all but the last one. That one is hidden, and the one after it is gone.
  eureka.fail('no-delta');
  eureka.fail('short-list');
  eureka.registry.remove('ORDERS', 'o-4', 'expired');
  await until('two are', async () => /^eurek8s_legacy_unlisted_instances 2$/m.test(await metrics()));
  const text = await explained();
  for (const id of ['o-3', 'o-4']) assert.match(text, new RegExp(`^ {2}${id} .* legacy \\(unlisted\\) `, 'm'));
  assert.match(text, /^ {2}o-2 .* legacy {2}/m);
  assert.match(
    text,
    /^ {2}unlisted: the newest list of legacy lacks it, .* since 20\S+; it stays .* DELETE \/eureka\/apps\/ORDERS\/ID/m,
  );
  const { served } = JSON.parse((await ask('/eurek8s/explain/ORDERS')).body) as {
    readonly served: readonly { readonly id: string; readonly unlistedSince?: string; readonly notices: unknown[] }[];
  };
  const since = served.map(({ unlistedSince }) => unlistedSince);
  assert.deepEqual([since[0], since[1]], [undefined, undefined]);
  assert.deepEqual(
    served.map(({ notices }) => notices.length),
    [0, 0, 1, 1],
  );
  assert.ok(Math.abs(Date.now() - Date.parse(since[2] ?? '')) < 600_000, since.join());
  const sources = JSON.parse((await ask('/eurek8s/sources')).body) as {
    readonly sources: readonly { readonly detail: Readonly<Record<string, unknown>> }[];
  };
  assert.equal(sources.sources[0]?.detail['unlisted'], 2);

  // The legacy does not know it any more, so all that it could answer is 404.
  assert.equal((await ask('/eureka/apps/ORDERS/o-4', { method: 'DELETE' })).status, 404);
  assert.doesNotMatch(await explained(), /^ {2}o-4 /m);
  await until('one is', async () => /^eurek8s_legacy_unlisted_instances 1$/m.test(await metrics()));
  assert.doesNotMatch(await explained(), /^ {2}o-4 /m);

  eureka.heal();
  await until('none is', async () => /^eurek8s_legacy_unlisted_instances 0$/m.test(await metrics()));
  assert.doesNotMatch(await explained(), /unlisted/);
  assert.deepEqual(
    [...(await explained()).matchAll(/^ {2}(o-\d) /gm)].map(([, id]) => id),
    ['o-1', 'o-2', 'o-3'],
  );
});
