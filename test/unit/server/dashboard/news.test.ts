import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { News } from '../../../../server/dashboard/news.ts';
import { appName } from '../../../../shared/model/names.ts';
import { emptyApplication } from '../../../../shared/registry/application.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';
import { until } from '../../../testbed/until.ts';

const MEGABYTE = 'x'.repeat(1_000_000);

interface Scene {
  readonly clock: SteppedClock;
  readonly news: News;
  readonly socket: Socket;
  readonly received: () => string;
}

/** One browser that follows, and has read nothing yet. */
async function follow(t: TestContext, overview: () => object): Promise<Scene> {
  const clock = new SteppedClock();
  const registry = { snapshot: () => undefined, awaited: () => [] };
  const news = new News({ clock, registry, overview });
  const server = createServer((_request, response: ServerResponse) => void news.follow(response));
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.on('error', () => undefined);
  let received = '';
  socket.setEncoding('utf8').on('data', (data: string) => void (received += data));
  socket.pause();
  const asked = once(server, 'request');
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await asked;
  return { clock, news, socket, received: () => received };
}

test('a browser that does not read is kept nothing for, and loads anew once it reads again', async (t) => {
  let made = 0;
  const scene = await follow(t, () => ({ made: made++, text: MEGABYTE }));
  for (let i = 0; i < 12; i++) scene.clock.advance(2000);
  scene.socket.resume();
  await until('it is told to load anew', async () => scene.received().includes('event: reload'));
  assert.ok(scene.received().length < 8_000_000, `${scene.received().length} characters were kept`);
});

test('a browser that never reads is cut off', async (t) => {
  const scene = await follow(t, () => ({ text: MEGABYTE }));
  const closed = once(scene.socket, 'close');
  for (let i = 0; i < 30; i++) scene.clock.advance(2000);
  scene.socket.resume();
  await closed;
});

test('changes are gathered, and a change is told before the next overview is due', async (t) => {
  const scene = await follow(t, () => ({}));
  scene.socket.resume();
  const application = emptyApplication(appName('CAROL'));
  scene.news.note([[application, undefined]]);
  scene.news.note([[application, undefined]]);
  scene.clock.advance(200);
  await until('it is told', async () => scene.received().includes('event: rows'));
  assert.equal(scene.received().match(/event: rows/g)?.length, 1);
  await until('the overview follows', async () => scene.received().match(/event: overview/g)?.length === 2);
});

test('more than can be told row by row is a reason to load anew', async (t) => {
  const scene = await follow(t, () => ({}));
  scene.socket.resume();
  const many = Array.from({ length: 501 }, (_, i) => [emptyApplication(appName(`A-${i}`)), undefined] as const);
  scene.news.note(many);
  scene.clock.advance(200);
  await until('it is told to load anew', async () => scene.received().includes('event: reload'));
  assert.doesNotMatch(scene.received(), /event: rows/);
});

test('after ten minutes a browser has to ask again, so that its right is looked at again', async (t) => {
  const scene = await follow(t, () => ({}));
  scene.socket.resume();
  for (let i = 0; i < 302; i++) scene.clock.advance(2000);
  await until('the answer ends', async () => scene.received().endsWith('\r\n0\r\n\r\n'));
});
