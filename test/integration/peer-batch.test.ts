import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { registerPeerBatch } from '../../server/http/peer-batch.ts';
import { systemClock } from '../../server/system/clock.ts';
import { bareServer, listenBare } from '../support/bare-server.ts';
import { httpRequest } from '../support/http-request.ts';
import { rawRequest } from '../support/raw-http.ts';
import { stepByStep } from '../support/time-slices.ts';

test('a batch of thousands is applied bit by bit, in its order, and others are answered meanwhile', async (t) => {
  const clock = systemClock(() => Date.now());
  const http = bareServer({ clock });
  const applied: string[][] = [];
  let turns = 0;
  registerPeerBatch(http.app, '/eureka', clock, stepByStep, (items) => {
    // Whatever waited for the event loop when a part was applied has had its turn before the next one.
    assert.ok(turns >= applied.length);
    setImmediate(() => turns++);
    applied.push(items.map((item) => ('id' in item ? item.id : item.kind)));
    return items.map((item) => ({ status: 'id' in item && item.id.endsWith('7') ? 404 : 200 }));
  });
  const url = await listenBare(t, http);
  const ids = Array.from({ length: 1100 }, (_, i) => `i-${i}`);
  const send = (list: readonly object[]) =>
    httpRequest(`${url}/eureka/peerreplication/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ replicationList: list }),
    });

  const answer = await send(ids.map((id) => ({ appName: 'A', id, action: 'Cancel' })));
  assert.equal(answer.status, 200);
  const { responseList } = JSON.parse(answer.body) as { readonly responseList: readonly { statusCode: number }[] };
  assert.deepEqual(
    responseList.map(({ statusCode }) => statusCode),
    ids.map((id) => (id.endsWith('7') ? 404 : 200)),
  );
  assert.deepEqual(
    applied.map(({ length }) => length),
    [250, 250, 250, 250, 100],
  );
  assert.deepEqual(applied.flat(), ids);

  applied.length = 0;
  const unknown = [...ids.map((id) => ({ appName: 'A', id, action: 'Cancel' })), { appName: 'A', action: 'Nope' }];
  assert.equal((await send(unknown)).status, 400);
  assert.deepEqual(applied, [], 'what cannot be read as a whole is not applied in part');
});

test('a packed batch may be as large as a plain one', async (t) => {
  const clock = systemClock(() => Date.now());
  const http = bareServer({ clock });
  registerPeerBatch(http.app, '/eureka', clock, stepByStep, (items) => items.map(() => ({ status: 200 })));
  const url = await listenBare(t, http);
  const ofBytes = async (bytes: number): Promise<number> => {
    const list = JSON.stringify({ replicationList: [{ appName: 'A', id: 'i', action: 'Cancel' }] });
    const body = gzipSync(list + ' '.repeat(bytes - list.length));
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip', connection: 'close' };
    const length = { 'content-length': `${body.length}` };
    return (await rawRequest(url, 'POST /eureka/peerreplication/batch', { ...headers, ...length }, body)).status;
  };
  assert.deepEqual([await ofBytes(8 * 1024 * 1024), await ofBytes(8 * 1024 * 1024 + 1)], [200, 413]);
});
