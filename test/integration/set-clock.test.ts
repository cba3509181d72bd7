import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { SourcesReport } from '../../shared/api/sources.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { httpRequest } from '../support/http-request.ts';
import { serveForTest } from '../support/running-server.ts';
import { until } from '../testbed/until.ts';

const HOUR_MS = 3_600_000;
const IDS = ['o-1', 'o-2', 'o-3', 'o-4', 'o-5'];

interface Scene {
  readonly eureka: FakeEureka;
  /** Sets the clock of the machine. */
  readonly set: (ms: number) => void;
  readonly legacy: () => Promise<SourcesReport['sources'][number]>;
  readonly serves: (id: string) => Promise<boolean>;
  readonly metric: (name: string) => Promise<number>;
}

async function scene(t: TestContext): Promise<Scene> {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  for (const id of IDS) eureka.registry.register(registration('ORDERS', id));
  let ahead = 0;
  const { url } = await serveForTest(t, {
    flags: {
      'leases.enabled': ['false'],
      'legacy.urls': [eureka.url],
      'legacy.pollInterval': ['100ms'],
      'legacy.fullInterval': ['1s'],
      'guards.grace': ['5m'],
    },
    now: () => Date.now() + ahead,
  });
  const get = async (path: string): Promise<string> =>
    (await httpRequest(url + path, { headers: { accept: 'application/json' } })).body;
  await until('reads are answered', async () => (await httpRequest(`${url}/readyz`)).status === 200);
  return {
    eureka,
    set: (ms) => void (ahead += ms),
    legacy: async () => {
      const [source] = (JSON.parse(await get('/eurek8s/sources')) as SourcesReport).sources;
      assert.ok(source);
      return source;
    },
    serves: async (id) => (await get('/eureka/apps/ORDERS')).includes(`"instanceId":"${id}"`),
    metric: async (name) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await get('/metrics'))?.[1]),
  };
}

test('a clock that is set forward lets no held removal through', async (t) => {
  const { eureka, set, legacy, serves } = await scene(t);
  eureka.registry.clear();
  await until('the hold', async () => (await legacy()).holds.length === 1);
  const [before] = (await legacy()).holds;
  set(HOUR_MS);
  const polls = eureka.requests.length;
  await until('more polls', async () => eureka.requests.length > polls + 20);
  for (const id of IDS) assert.ok(await serves(id), id);
  const [after] = (await legacy()).holds;
  assert.equal(after?.id, before?.id);
  // People compare it with their own clock.
  const moved = Date.parse(after?.releasesAt ?? '') - Date.parse(before?.releasesAt ?? '');
  assert.ok(Math.abs(moved - HOUR_MS) <= 1_000, `${moved}`);
});

test('a clock that is set back keeps no source from being asked again, nor from being called stale', async (t) => {
  const { eureka, set, legacy, serves, metric } = await scene(t);
  await eureka.stop();
  await until('polls fail', async () => (await legacy()).lastError !== undefined);
  set(-HOUR_MS);
  await until('it is stale', async () => (await legacy()).state === 'stale');
  eureka.registry.register(registration('ORDERS', 'o-6'));
  await eureka.listen();
  await until('news are served', () => serves('o-6'));
  const lastSuccess = await metric('eurek8s_source_last_success_timestamp_seconds\\{source="legacy"\\}');
  const now = (Date.now() - HOUR_MS) / 1_000;
  assert.ok(Math.abs(now - lastSuccess) < 60, `${lastSuccess} is not a time of the machine, which has ${now}`);
});
