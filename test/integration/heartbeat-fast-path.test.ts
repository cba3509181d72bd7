import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import * as fc from 'fast-check';
import { FailedWrites } from '../../server/observe/failed-writes.ts';
import { heartbeatFastPath } from '../../server/http/heartbeat-fast-path.ts';
import type { Write, WriteOutcome } from '../../server/ports/writes.ts';
import { registerInstance } from '../support/eureka-rest.ts';
import { rawRequest, type RawAnswer } from '../support/raw-http.ts';
import { serveForTest } from '../support/running-server.ts';
import { SteppedClock } from '../support/stepped-clock.ts';
import { SILENT_LOG } from '../support/silent-log.ts';

// The fast path answers most heartbeats before the framework. It leaves a path with a slash at the end to the ordinary
// route, so the same heartbeat with that slash must get the same answer.

const REGISTERED_AT = 1_750_000_000_000;
/** The ids of instances, of which all but the last are registered. */
const IDS = ['host:orders:1', 'a b', 'sl/ash', '100%', 'Ünï', 'question?', 'nobody'];

const escaped = (id: string): string => encodeURIComponent(id);
const colonsPlain = (id: string): string => escaped(id).replaceAll('%3A', ':');
const path = fc
  .oneof(
    fc.tuple(
      fc.constantFrom('/eureka', '/eureka/v2', '/eureka/v1'),
      fc.constantFrom('ORDERS', 'orders', 'OTHER', '%4fRDERS'),
      fc.oneof(
        fc.constantFrom(...IDS).chain((id) => fc.constantFrom(escaped(id), colonsPlain(id), escaped(id).toLowerCase())),
        fc.constantFrom('%', '%zz', '%e0%a4', '.', '..', '%2e%2e', 'a;b', '%2541', '%23', 'eurek8s:x', 'delta'),
        fc.stringMatching(/^[\w%:;.~@!$&'()*+,=-]{1,12}$/),
      ),
    ),
  )
  .map(([base, app, id]) => `${base}/apps/${app}/${id}`);

const number = fc.oneof(
  fc.constantFrom(REGISTERED_AT - 1, REGISTERED_AT, REGISTERED_AT + 1).map(String),
  fc.constantFrom('', '-1', '+1', '007', '1.5', 'x', '9223372036854775807', '9223372036854775808', '9'.repeat(16)),
);
const parameter = fc.oneof(
  number.map((value) => `lastDirtyTimestamp=${value}`),
  fc.constantFrom(
    'status=UP',
    'lastDirtyTimestamp',
    'xlastDirtyTimestamp=x',
    'lastDirtyTimestampx=x',
    'a',
    '',
    '=',
    '#',
  ),
  fc.constantFrom('lastDirty%54imestamp=x', 'a+b=c', 'overriddenstatus=UP', 'a=lastDirtyTimestamp=x', 'b=?c'),
);
const query = fc.array(parameter, { maxLength: 3 }).map((all) => (all.length === 0 ? '' : `?${all.join('&')}`));

const content = fc.constantFrom<readonly [Readonly<Record<string, string>>, string]>(
  [{}, ''],
  [{}, ''],
  [{ 'content-length': '0' }, ''],
  [{ 'content-length': '0', 'content-type': 'application/json' }, ''],
  [{ 'content-length': '2', 'content-type': 'application/json' }, '{}'],
  [{ 'content-length': '2', 'content-type': 'no type' }, '{}'],
  [{ 'content-length': '2', 'content-encoding': 'gzip' }, '{}'],
  [{ 'content-length': '2', 'content-encoding': 'br' }, '{}'],
  [{ 'content-length': '100' }, 'x'.repeat(100)],
  [{ 'transfer-encoding': 'chunked' }, '2\r\n{}\r\n0\r\n\r\n'],
  [{ 'x-netflix-discovery-replication': 'true' }, ''],
  [{ expect: 'a miracle', 'content-length': '2' }, '{}'],
);

/**
 * What must be equal in two answers. Reasons may name the path, which differs, and the instance of a conflict shows
 * when it was renewed.
 */
function comparable({ status, headers, body }: RawAnswer, asked: string): object {
  const { date, 'x-eurek8s-reason': reason, ...others } = headers;
  assert.notEqual(date, undefined);
  return {
    status,
    headers: others,
    // A part of a segment after a semicolon is not part of the path.
    reason: reason?.replace(asked.replaceAll(/;[^/]*/g, ''), 'asked'),
    body: body.toString().replaceAll(/\d{13}/g, 'time'),
  };
}

describe('heartbeats past the framework', () => {
  let url = '';
  let stop: () => Promise<void>;
  before(async () => {
    ({ url } = await serveForTest({ after: (undo) => (stop = undo) }));
    for (const id of IDS.slice(0, -1))
      await registerInstance(`${url}/eureka`, { app: 'ORDERS', id, port: 1, lastDirtyTimestamp: REGISTERED_AT });
  });
  after(async () => stop());

  test('whatever a heartbeat looks like, it is answered as the ordinary route answers it', async (t) => {
    const seed = Date.now() % 2 ** 31;
    t.diagnostic(`seed ${seed}`);
    const statuses = new Map<number, number>();
    const same = fc.asyncProperty(path, query, content, async (where, asked, [headers, body]) => {
      const straight = await rawRequest(url, `PUT ${where}${asked}`, headers, body);
      const ordinary = await rawRequest(url, `PUT ${where}/${asked}`, headers, body);
      assert.deepEqual(comparable(straight, where), comparable(ordinary, `${where}/`));
      statuses.set(straight.status, (statuses.get(straight.status) ?? 0) + 1);
    });
    await fc.assert(same, { seed, numRuns: 400 });
    t.diagnostic(JSON.stringify([...statuses]));
  });

  test('they are counted with the others', async () => {
    const counted = async (): Promise<number> => {
      const { body } = await rawRequest(url, 'GET /metrics');
      return Number(/eurek8s_writes_total\{kind="renew",status="200"\} (\d+)/.exec(body.toString())?.[1]);
    };
    const before = await counted();
    assert.equal((await rawRequest(url, 'PUT /eureka/apps/ORDERS/host:orders:1')).status, 200);
    assert.equal((await rawRequest(url, 'PUT /eureka/apps/ORDERS/host:orders:1/')).status, 200);
    assert.equal(await counted(), before + 2);
  });
});

for (const [what, apply] of [
  ['throws', (): WriteOutcome => assert.fail('a bug')],
  ['rejects', async (): Promise<WriteOutcome> => Promise.reject(new Error('a bug'))],
] as const)
  test(`a bug that ${what} behind a heartbeat is logged and answered with an empty 500`, async (t) => {
    const logged: unknown[] = [];
    const log = { ...SILENT_LOG, error: (fields: object, text: string) => logged.push([text, Object.keys(fields)]) };
    const clock = new SteppedClock(0);
    const target = { apply: (_write: Write) => apply() };
    const ports = {
      target,
      fromPeers: undefined,
      clock,
      failed: new FailedWrites(log, clock),
      counter: () => () => {},
    };
    const fastPath = heartbeatFastPath(['/eureka'], ports, log, {
      senderOf: () => undefined,
      renewed: () => undefined,
    });
    const server = createServer((request, response) => {
      if (!fastPath(request, response)) response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    t.after(() => server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    const answer = await rawRequest(`http://127.0.0.1:${address.port}`, 'PUT /eureka/apps/ORDERS/o-1?status=UP');
    assert.deepEqual([answer.status, answer.body.length, answer.headers['content-length']], [500, 0, '0']);
    assert.deepEqual(logged, [['request failed', ['err', 'method', 'path']]], 'nothing that the client has sent');
  });
