import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { registrations, SIZES } from '../../../bench/data/registry.ts';
import { changeUntil, registerAll } from '../../../bench/load/register.ts';
import { until } from '../../testbed/until.ts';

/** A server that takes every registration, or refuses every one. */
async function registryOf(t: TestContext, status: 204 | 500) {
  const taken: string[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    taken.push(await text(request));
    response.writeHead(status).end();
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close().closeAllConnections());
  return { taken, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('every instance is registered once', async (t) => {
  const { taken, url } = await registryOf(t, 204);
  await registerAll(url, registrations(SIZES.small));
  assert.equal(new Set(taken).size, 600);
  assert.equal(taken.length, 600);
});

test('changes go on until it is over, each later than the one before, and the last one is named', async (t) => {
  const { taken, url } = await registryOf(t, 204);
  const over = new AbortController();
  const changing = changeUntil(over.signal, url, SIZES.small, 200);
  await until('ten changes', async () => taken.length >= 10);
  over.abort();
  const last = await changing;
  const times = taken.map((body) => Number(/"lastDirtyTimestamp":"(\d+)"/.exec(body)?.[1]));
  assert.equal(new Set(times).size, taken.length);
  assert.ok(taken[times.indexOf(Math.max(...times))]?.includes(last));
});

test('a registration that is refused fails what is measured', async (t) => {
  const { url } = await registryOf(t, 500);
  await assert.rejects(registerAll(url, registrations(SIZES.small)), /was answered 500/);
});
