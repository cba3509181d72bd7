import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { registerAt } from '../../server/http/at.ts';
import { inTurnBy } from '../../server/http/in-turn.ts';
import { systemClock } from '../../server/system/clock.ts';
import { emptySnapshot } from '../../shared/registry/snapshot.ts';
import { bareServer, listenBare } from '../support/bare-server.ts';
import { httpRequest } from '../support/http-request.ts';
import { stepByStep } from '../support/time-slices.ts';
import { until } from '../testbed/until.ts';

/** A server with a past that takes as many steps as the test lets it take. */
async function serve(t: TestContext) {
  const now = Date.now();
  const clock = systemClock(() => now);
  const http = bareServer({ clock });
  const seen = { arrived: 0, gone: 0, looks: 0, atOnce: 0, mostAtOnce: 0 };
  let released = false;
  const steps = function* () {
    seen.looks++;
    seen.mostAtOnce = Math.max(seen.mostAtOnce, ++seen.atOnce);
    while (!released) yield;
    seen.atOnce--;
  };
  const snapshot = emptySnapshot(1, now);
  http.app.addHook('onRequest', (_request, reply, next) => {
    seen.arrived++;
    reply.raw.once('close', () => void (reply.raw.writableEnded || seen.gone++));
    next();
  });
  registerAt(http.app, {
    clock,
    registry: { snapshot: () => snapshot, awaited: () => [] },
    sources: [],
    past: {
      since: 0,
      moments: () => [],
      newestFirst: () => [],
      *applicationsAt() {
        yield* steps();
        return [];
      },
      *applicationAt() {
        yield* steps();
        return undefined;
      },
    },
    inTurn: inTurnBy(stepByStep),
  });
  http.app.get('/healthz', (_request, reply) => reply.send('ok'));
  const url = await listenBare(t, http);
  return { url, seen, release: () => void (released = true), ask: (path: string) => httpRequest(`${url}${path}`) };
}

test('while somebody looks back far, everybody else is answered', async (t) => {
  const { ask, seen, release } = await serve(t);
  const looking = ['apps', 'diff', 'explain/orders'].map((path) => ask(`/eurek8s/at/-1h/${path}`));
  await until('one looks back', () => Promise.resolve(seen.looks === 1));
  assert.equal((await ask('/healthz')).status, 200);
  release();
  assert.deepEqual(
    (await Promise.all(looking)).map(({ status }) => status),
    [200, 200, 404],
  );
  assert.deepEqual([seen.looks, seen.mostAtOnce], [3, 1]);
});

test('many who look back at once take turns, and too many are told to come again', async (t) => {
  const { ask, seen, release } = await serve(t);
  let refused = 0;
  const asked = Array.from({ length: 40 }, async () => {
    const answer = await ask('/eurek8s/at/-1h/apps');
    if (answer.status === 503) refused++;
    return answer;
  });
  await until('those who are too many are answered', () => Promise.resolve(refused === 24));
  release();
  const answers = await Promise.all(asked);
  assert.equal(answers.filter(({ status }) => status === 200).length, 16);
  assert.match(answers.find(({ status }) => status === 503)?.body ?? '', /wait already: ask again later/);
  assert.equal(seen.mostAtOnce, 1);
});

test('whoever has gone before its turn costs nothing', async (t) => {
  const { url, ask, seen, release } = await serve(t);
  const first = ask('/eurek8s/at/-1h/apps');
  await until('one looks back', () => Promise.resolve(seen.looks === 1));
  const gone = new AbortController();
  const left = Array.from({ length: 10 }, () => fetch(`${url}/eurek8s/at/-1h/apps`, { signal: gone.signal }));
  await until('they wait', () => Promise.resolve(seen.arrived === 11));
  gone.abort();
  for (const each of left) await assert.rejects(each);
  await until('they are gone', () => Promise.resolve(seen.gone === 10));
  release();
  assert.equal((await first).status, 200);
  assert.equal((await ask('/eurek8s/at/-1h/apps')).status, 200);
  assert.equal(seen.looks, 2);
});
