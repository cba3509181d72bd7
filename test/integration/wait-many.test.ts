import assert from 'node:assert/strict';
import { test } from 'node:test';
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

test('many that wait for one application share one explanation of each of its changes', async (t) => {
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
  registerWait(http.app, {
    clock,
    registry: { snapshot: () => snapshot, awaited: () => [] },
    sources: [source],
    publishing: undefined,
    past: { newestFirst: () => [] },
    onUpdate: (listener) => (updated = listener),
    unhurried: () => waiting++,
  });
  const url = `${await listenBare(t, http)}/eurek8s/wait/bob`;
  const ask = (query: string) => Array.from({ length: WAITS }, () => httpRequest(url + query, { timeoutMs: 60_000 }));

  const answers = [...ask('?timeout=1h'), ...ask('?timeout=1h&source=legacy')];
  await until('they wait', () => Promise.resolve(waiting === 2 * WAITS));
  put('DOWN', 'red');
  put('DOWN', 'blue');
  assert.equal(source.asked, 2);
  put('UP', 'blue');
  assert.equal(source.asked, 3);
  const bodies = new Set((await Promise.all(answers)).map(({ status, body }) => `${status} ${body}`));
  assert.equal(bodies.size, 1);
  assert.match([...bodies][0] ?? '', /^200 .*"status":"UP"/);

  source.asked = 0;
  const late = await Promise.all(ask('?timeout=0s&status=DOWN'));
  assert.deepEqual(new Set(late.map(({ status }) => status)), new Set([408]));
  assert.match(late[0]?.body ?? '', /b-1 is UP: registered by the instance itself/);
});
