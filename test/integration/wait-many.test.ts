import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { registerWait } from '../../server/http/wait.ts';
import { systemClock } from '../../server/system/clock.ts';
import { NO_CONTRIBUTION } from '../../shared/contribution/contribution.ts';
import type { InstanceStatus } from '../../shared/model/instance.ts';
import { appName } from '../../shared/model/names.ts';
import { DELTA_WINDOW } from '../../shared/registry/delta-window.ts';
import { mergeApplication } from '../../shared/registry/merge.ts';
import { advance, application, emptySnapshot } from '../../shared/registry/snapshot.ts';
import { bareServer, listenBare } from '../support/bare-server.ts';
import { HandSource } from '../support/hand-source.ts';
import { httpRequest } from '../support/http-request.ts';
import { instance } from '../support/instances.ts';
import { OPEN_RULES } from '../support/merge-rules.ts';
import { until } from '../testbed/until.ts';

const WAITS = 60;

/** Each explanation asks it once. */
class CountedSource extends HandSource {
  asked = 0;

  override health(): ReturnType<HandSource['health']> {
    this.asked++;
    return super.health();
  }
}

/** A server with these waits alone, at a moment that does not pass. */
async function scene(t: TestContext) {
  const now = Date.now();
  const clock = systemClock(() => now);
  const http = bareServer({ clock });
  const source = new CountedSource('legacy');
  let snapshot = emptySnapshot(1, now);
  let updated = (): void => undefined;
  let waiting = 0;
  const put = (status: InstanceStatus, color: string): void => {
    const name = appName('BOB');
    const instances = [instance('BOB', 'b-1', { status, metadata: new Map([['color', color]]) })];
    const contributions = [{ source: source.id, contribution: { ...NO_CONTRIBUTION, instances } }];
    const merged = mergeApplication(name, contributions, OPEN_RULES, application(snapshot, name), now);
    ({ snapshot } = advance(snapshot, new Map([[name, merged]]), now, DELTA_WINDOW));
    updated();
  };
  const stop = registerWait(http.app, {
    clock,
    registry: { snapshot: () => snapshot, awaited: () => [] },
    sources: [source],
    publishing: undefined,
    past: { newestFirst: () => [] },
    onUpdate: (listener) => (updated = listener),
    unhurried: () => waiting++,
  });
  // First of all: what waits is answered, and the server need not wait for it.
  t.after(stop);
  const url = `${await listenBare(t, http)}/eurek8s/wait/`;
  const ask = (path: string) => httpRequest(url + path, { timeoutMs: 60_000 });
  /** How many times the source is asked by what one question takes. */
  const asks = async (path: string): Promise<number> => {
    const before = source.asked;
    assert.equal((await ask(path)).status, 408);
    return source.asked - before;
  };
  return { source, put, ask, asks, waiting: () => waiting };
}

test('many that wait for one application share one explanation of each of its changes', async (t) => {
  const { source, put, ask, waiting } = await scene(t);
  const all = (path: string) => Array.from({ length: WAITS }, () => ask(path));
  const answers = [...all('bob?timeout=1h'), ...all('bob?timeout=1h&source=legacy')];
  await until('they wait', () => Promise.resolve(waiting() === 2 * WAITS));
  put('DOWN', 'red');
  put('DOWN', 'blue');
  assert.equal(source.asked, 2);
  put('UP', 'blue');
  assert.equal(source.asked, 3);
  const bodies = new Set((await Promise.all(answers)).map(({ status, body }) => `${status} ${body}`));
  assert.equal(bodies.size, 1);
  assert.match([...bodies][0] ?? '', /^200 .*"status":"UP"/);

  source.asked = 0;
  const late = await Promise.all(all('bob?timeout=0s&status=DOWN'));
  assert.deepEqual(new Set(late.map(({ status }) => status)), new Set([408]));
  assert.match(late[0]?.body ?? '', /b-1 is UP: registered by the instance itself/);
});

test('nothing is kept of what nobody waits for any more, and little of what many spell in many ways', async (t) => {
  const { ask, asks, waiting } = await scene(t);
  void ask('nobody?timeout=1h');
  await until('it waits', () => Promise.resolve(waiting() === 1));
  const each = await asks('somebody?timeout=0s');
  assert.ok(each > 0);
  assert.equal(await asks('somebody?timeout=0s'), each, 'it was kept');
  assert.equal(await asks('nobody?timeout=0s'), each);
  assert.equal(await asks('nobody?timeout=0s'), 0, 'it is kept for those who wait');
  for (let i = 1; i <= 40; i++) assert.equal(await asks(`nobody?timeout=${i}ms`), each);
  assert.equal(await asks('nobody?timeout=0s'), each, 'all of them were kept');
});
