import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DEFAULT_LIMITS } from '../../server/http/limits.ts';
import { bareServer, listenBare } from '../support/bare-server.ts';
import { rawRequest, type RawAnswer } from '../support/raw-http.ts';
import { assertRefused } from '../support/refusal.ts';
import { until } from '../testbed/until.ts';

test('a packed body counts as what it becomes, however small it was, until its request is answered', async (t) => {
  let refused = 0;
  const http = bareServer({
    limits: { ...DEFAULT_LIMITS, heldBodyBytes: 100_000 },
    countRefusedBody: () => refused++,
  });
  const waiting: (() => void)[] = [];
  http.app.post('/eureka/slow', async (_request, reply) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return reply.code(204).send();
  });
  const url = await listenBare(t, http);
  const send = async (length: number): Promise<RawAnswer> => {
    const body = gzipSync(' '.repeat(length));
    assert.ok(body.length < 1000);
    const headers = { 'content-encoding': 'gzip', 'content-length': `${body.length}` };
    return rawRequest(url, 'POST /eureka/slow', { 'content-type': 'application/json', ...headers }, body);
  };
  const first = send(80_000);
  await until('the first one waits', async () => waiting.length === 1);
  const second = await send(80_000);
  assertRefused(second, 503, 'a second one');
  assert.match(second.headers['x-eurek8s-reason'] ?? '', /request bodies/);
  assert.equal(second.headers['retry-after'], '1');
  assert.equal(refused, 1);
  const small = send(2000);
  await until('a registration of the usual size is taken', async () => waiting.length === 2);
  for (const answer of waiting.splice(0)) answer();
  assert.deepEqual([(await first).status, (await small).status], [204, 204]);
  for (let i = 0; i < 5; i++) {
    const again = send(80_000);
    await until('there is room again', async () => waiting.length === 1);
    waiting.pop()?.();
    assert.equal((await again).status, 204);
  }
});
