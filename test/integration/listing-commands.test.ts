import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { before, describe, test } from 'node:test';
import { systemClock } from '../../server/system/clock.ts';
import { runProgram } from '../../server/cli/program.ts';
import type { ChangesReport } from '../../shared/api/changes.ts';
import { endAfterAll } from '../support/end-after-all.ts';
import { fleetScene, type FleetScene } from '../support/fleet-scene.ts';
import { cancelInstance, registerInstance } from '../support/eureka-rest.ts';
import { testShell } from '../support/shell.ts';
import { SteppedClock } from '../support/stepped-clock.ts';
import { until } from '../testbed/until.ts';
import { freePort } from '../testbed/ports.ts';

const CHANGE = {
  app: 'NEWS',
  kind: 'added',
  status: 'UP',
  fields: [],
  values: [],
  cause: { source: 'leases', reason: 'it registered through this server' },
};

async function run(...words: readonly string[]) {
  const shell = testShell({ environment: {} });
  const code = await runProgram(words, shell);
  return { code, ...shell.written };
}

describe('commands that list', () => {
  let scene: FleetScene;
  const ending = endAfterAll();
  before(async () => {
    scene = await fleetScene(ending);
  });

  test('print the table of the server, or its document', async () => {
    for (const [words, head, key] of [
      [['apps'], /^4 applications: /, 'applications'],
      [['apps', '--at', '-0s'], /^as it was at \S+Z\n\d applications: /, 'at'],
      [['diff'], /^4 applications: /, 'applications'],
      [['explain', 'carol', '--at', '-0s'], /^as it was at \S+Z\nCAROL/, 'at'],
      [['changes'], /^AT +VERSION +APPLICATION/, 'changes'],
      [['changes', 'orders', '--limit', '1', '--since', '-1h'], /^AT +VERSION[^]*ORDERS/, 'oldest'],
      [['refusals'], /^1 candidate is not served\nOBJECT +APPLICATION/, 'refusals'],
      [['sources'], /^SOURCE +STATE/, 'sources'],
      [['callers'], /^APPLICATION +ADDRESS/, 'replica'],
      [['migration'], /^4 applications: [^]*the legacy must stay:[^]*--server/, 'exit'],
    ] as const) {
      const asText = await run(...words, '--server', scene.url);
      assert.deepEqual([asText.code, asText.err], [0, ''], words.join(' '));
      assert.match(asText.out, head);
      const asJson = await run(...words, '--server', scene.url, '--json');
      assert.equal(asJson.code, 0);
      assert.ok(key in (JSON.parse(asJson.out) as object), words.join(' '));
    }
  });

  test('ask every server, and say what all of them say of the exit', async () => {
    const both = ['--server', scene.url, '--server', scene.url];
    const listed = await run('callers', ...both, '--json');
    const { servers } = JSON.parse(listed.out) as {
      servers: readonly { server: string; callers: readonly object[] }[];
    };
    assert.deepEqual(
      servers.map(({ server, callers }) => [server, Array.isArray(callers)]),
      [
        [scene.url, true],
        [scene.url, true],
      ],
    );
    const { out } = await run('migration', ...both);
    assert.match(out, /^by all 2 servers: the legacy must stay:\n {2}- http:\/\/\S+: CAROL: /m);
  });

  test('exit codes tell a wrong question from one that cannot be answered, and from no server', async () => {
    const silent = `http://127.0.0.1:${await freePort()}`;
    for (const [words, code, problem] of [
      [['diff', '--server', silent], 2, /does not answer: connection refused/],
      [['migration', '--server', silent], 2, /does not answer/],
      [['changes', '--since', 'noon', '--server', scene.url], 2, /since must be a version, or a time/],
      [['explain', 'carol', '--at', 'noon', '--server', scene.url], 2, /the time must be/],
      [['apps', '--at', '-1d', '--server', scene.url], 1, /the oldest moment that is remembered/],
      [['callers', '--serve', scene.url], 2, /unknown option '--serve'/],
    ] as const) {
      const { code: found, err } = await run(...words);
      assert.equal(found, code, words.join(' '));
      assert.match(err, problem);
    }
  });

  test('changes of a name that nobody knows are none, and the closest name is told', async () => {
    const asText = await run('changes', 'ordres', '--server', scene.url);
    assert.deepEqual([asText.code, asText.err], [1, '']);
    assert.match(asText.out, /^nothing is known of ORDRES: [^]*, did you mean "ORDERS"\?\n$/);
    const asJson = await run('changes', 'ordres', '--server', scene.url, '--json');
    const { changes, unknown } = JSON.parse(asJson.out) as ChangesReport;
    assert.deepEqual([asJson.code, changes], [1, []]);
    assert.match(unknown ?? '', /did you mean "ORDERS"/);
    const known = await run('changes', 'orders', '--since', '-0s', '--server', scene.url);
    assert.equal(known.code, 0, 'no change of it lately, but it is known');
    assert.match(known.out, /^no change; /);
    await registerInstance(`${scene.url}/eureka`, { app: 'BYGONE', id: 'b-1', port: 8080 });
    await cancelInstance(`${scene.url}/eureka`, 'BYGONE', 'b-1');
    await until('it has gone', async () =>
      (await run('changes', 'bygone', '--server', scene.url)).out.includes('deleted'),
    );
    assert.equal((await run('changes', 'bygone', '--since', '-0s', '--server', scene.url)).code, 0);
    assert.match((await run('changes', 'bygon', '--server', scene.url)).out, /did you mean "BYGONE"/);
  });

  test('changes come page after page up to the newest, and one page alone where a limit is given', async (t) => {
    const limits: (string | null)[] = [];
    const server = createServer((request, response) => {
      const query = new URL(request.url ?? '', 'http://x').searchParams;
      limits.push(query.get('limit'));
      const since = Number(query.get('since') === '-30m' ? 0 : query.get('since'));
      const changes = [1, 2].map((n) => ({
        ...CHANGE,
        id: `v-${since + n}`,
        version: since + n,
        at: `at-${since + n}`,
      }));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ oldest: `since-${since}`, changes, ...(since < 6 && { more: true }) }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const asked = ['--since', '-30m', '--server', `http://127.0.0.1:${(server.address() as AddressInfo).port}`];
    const all = ['v-1', 'v-2', 'v-3', 'v-4', 'v-5', 'v-6', 'v-7', 'v-8'];
    const asText = await run('changes', ...asked);
    assert.deepEqual(asText.out.match(/v-\d+/g), all);
    assert.match(asText.out, /^8 changes; everything since since-0 is known\n$/m);
    assert.doesNotMatch(asText.out, /MISSING/);
    const asJson = JSON.parse((await run('changes', ...asked, '--json')).out) as ChangesReport;
    assert.deepEqual(
      asJson.changes.map(({ id }) => id),
      all,
    );
    assert.equal(asJson.more, undefined);
    limits.length = 0;
    const limited = await run('changes', ...asked, '--limit', '2');
    assert.deepEqual([limited.out.match(/v-\d+/g), limits], [['v-1', 'v-2'], ['2']]);
    assert.match(limited.out, /the NEWEST ARE MISSING: .*go on with --since 2,/);
  });

  test('follow what changes: each change once, until a signal', async () => {
    const shell = testShell({ environment: {}, clock: systemClock(Date.now) });
    const ended = runProgram(['changes', 'news', '--watch', '--json', '--server', scene.url], shell);
    const seen = (): readonly string[] =>
      shell.written.out
        .split('\n')
        .filter((line) => line !== '')
        .flatMap((line) => (JSON.parse(line) as ChangesReport).changes.map(({ id }) => id));
    for (const id of ['n-1', 'n-2']) {
      await registerInstance(`${scene.url}/eureka`, { app: 'NEWS', id, port: 8080 });
      await until(`${id} is printed`, async () => seen().includes(id));
    }
    shell.send('SIGINT');
    assert.equal(await ended, 0);
    assert.deepEqual(seen(), ['n-1', 'n-2']);
  });

  test('follow a server beyond its restart, though its versions begin anew, and tell once that it is away', async (t) => {
    const at = (seconds: number): string => new Date(1_750_000_000_000 + seconds * 1000).toISOString();
    const change = (version: number, seconds: number): object => ({
      ...CHANGE,
      id: `v-${version}`,
      version,
      at: at(seconds),
    });
    let state = { oldest: at(0), changes: [change(900, 1), change(901, 2)] };
    let away = false;
    let refused = 0;
    const server = createServer((request, response) => {
      if (away) {
        refused++;
        return response.writeHead(503).end();
      }
      const since = new URL(request.url ?? '', 'http://x').searchParams.get('since');
      const isAfter = (each: object): boolean => {
        const { version, at: when } = each as { version: number; at: string };
        return since === null || (/^\d+$/.test(since) ? version > Number(since) : when >= since);
      };
      response.setHeader('content-type', 'application/json');
      return response.end(JSON.stringify({ ...state, changes: state.changes.filter(isAfter) }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const clock = new SteppedClock();
    const shell = testShell({ environment: {}, clock });
    const ended = runProgram(['changes', '--watch', '--json', '--server', url], shell);
    const seen = (): readonly string[] => shell.written.out.match(/v-\d+/g) ?? [];
    await until('what there is is printed', async () => seen().length === 2);
    away = true;
    await until('it is asked in vain three times', async () => {
      clock.advance(2000);
      return refused >= 3;
    });
    away = false;
    state = { oldest: at(10), changes: [change(20, 11), change(21, 12)] };
    await until('what is new is printed', async () => {
      clock.advance(2000);
      return seen().length === 4;
    });
    state = { ...state, changes: [...state.changes, change(22, 13)] };
    await until('the next one is printed', async () => {
      clock.advance(2000);
      return seen().length === 5;
    });
    shell.send('SIGINT');
    assert.equal(await ended, 0);
    assert.deepEqual(seen(), ['v-900', 'v-901', 'v-20', 'v-21', 'v-22']);
    assert.equal(shell.written.err.match(/HTTP 503/g)?.length, 1);
  });
});
