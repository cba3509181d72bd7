import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from '../../server/cli/program.ts';
import { systemClock } from '../../server/system/clock.ts';
import type { RunningServer } from '../../server/ports/running-server.ts';
import { rawEndpointSlice, rawIngress, rawService } from '../support/cluster-objects.ts';
import { temporaryDirectory } from '../support/credentials.ts';
import { registerInstance } from '../support/eureka-rest.ts';
import { httpRequest, type HttpAnswer } from '../support/http-request.ts';
import { serveForTest } from '../support/running-server.ts';
import { testShell, type TestShell } from '../support/shell.ts';
import { freePort } from '../testbed/ports.ts';
import { until } from '../testbed/until.ts';

const DOWN = [rawService('carol'), rawEndpointSlice('carol-1', 'carol', 0, 2)];
const UP = [rawService('carol'), rawEndpointSlice('carol-1', 'carol', 2)];

interface Scene extends RunningServer {
  readonly write: (name: string, objects: readonly object[]) => void;
  readonly ask: (path: string) => Promise<HttpAnswer>;
}

/** A registry of its own, and a directory of manifests. */
async function serve(t: TestContext, port?: number): Promise<Scene> {
  const directory = temporaryDirectory(t);
  const running = await serveForTest(t, {
    flags: { manifests: [`{ name: local, directory: ${directory} }`] },
    ...(port !== undefined && { port }),
  });
  return {
    ...running,
    write: (name, objects) =>
      writeFileSync(join(directory, name), objects.map((each) => JSON.stringify(each)).join('\n---\n')),
    ask: (path) => httpRequest(running.url + path, { timeoutMs: 120_000 }),
  };
}

function shellOfNow(): TestShell {
  return testShell({ clock: systemClock(() => Date.now()) });
}

describe('GET /eurek8s/wait/{app}', () => {
  test('is answered with the explanation as soon as the application is UP', async (t) => {
    const { ask, write } = await serve(t);
    const waiting = ask('/eurek8s/wait/carol?source=kubernetes&timeout=10m');
    write('carol.yaml', [rawIngress('carol'), ...DOWN]);
    await until('it is served', async () => (await ask('/eureka/apps/CAROL')).status === 200);
    write('carol.yaml', [rawIngress('carol'), ...UP]);
    const { status, body } = await waiting;
    const { app, served } = JSON.parse(body) as { app: string; served: readonly { status: string; world: string }[] };
    assert.deepEqual(
      [status, app, served.map((each) => [each.status, each.world])],
      [200, 'CAROL', [['UP', 'kubernetes']]],
    );
    // What is there already is answered at once.
    assert.equal((await ask('/eurek8s/wait/CAROL?timeout=0s')).status, 200);
  });

  test('is answered 408 with every reason when time is over', async (t) => {
    const { url, ask, write } = await serve(t);
    const reasonsOf = async (query: string): Promise<readonly string[]> => {
      const { status, body, headers } = await ask(`/eurek8s/wait/${query}`);
      assert.equal(status, 408, body);
      const { error, reasons } = JSON.parse(body) as { error: string; reasons: readonly string[] };
      assert.match(error, /^no entry of CAROL.* is (UP|DOWN) after 0 s$/);
      assert.ok(String(headers['x-eurek8s-reason']).startsWith(`${error}: ${reasons[0]?.slice(0, 20)}`));
      return reasons;
    };
    await registerInstance(`${url}/eureka`, { app: 'carols', port: 80 });
    assert.match((await reasonsOf('CAROL?timeout=0s')).join(), /nothing is known of CAROL.*carols/i);
    write('carol.yaml', [rawIngress('carol'), ...DOWN]);
    await until('it is served', async () => (await ask('/eureka/apps/CAROL')).status === 200);
    assert.match((await reasonsOf('CAROL?timeout=0s')).join(), /^local\/\S+\/carol is DOWN: .*0 of 2 endpoints/);
    write('carol.yaml', [rawIngress('carol', { annotations: { 'eurek8s.io/traffic': '0%' } }), ...UP]);
    await until('it is not served', async () => (await ask('/eureka/apps/CAROL')).status === 404);
    assert.match((await reasonsOf('CAROL?timeout=0s')).join(), /is not served, traffic-zero: /);
    await registerInstance(`${url}/eureka`, { app: 'carol', port: 80 });
    assert.match((await reasonsOf('CAROL?source=kubernetes&timeout=0s')).join(), /traffic-zero/);
    assert.match((await reasonsOf('CAROL?source=leases&status=down&timeout=0s')).join(), /is UP: registered/);
  });

  test('tells what is wrong with the question', async (t) => {
    const { ask } = await serve(t);
    for (const [query, reason] of [
      ['source=elsewhere', /^source must be one of kubernetes, leases, legacy, manifests:local$/],
      ['status=GREEN', /^status must be one of DOWN, OUT_OF_SERVICE, STARTING, UNKNOWN, UP$/],
      ['timeout=1', /^timeout must be a duration like 60s, up to 1h$/],
      ['timeout=2h', /^timeout must be/],
      ['timeout=1s&timeout=2s', /^timeout must be/],
      ['souce=kubernetes', /^there is no parameter "souce"/],
    ] as const) {
      const { status, body } = await ask(`/eurek8s/wait/CAROL?${query}`);
      assert.equal(status, 400, query);
      assert.match((JSON.parse(body) as { error: string }).error, reason);
    }
  });

  test('ends with the server, and does not outlive its client', async (t) => {
    const scene = await serve(t);
    const { ask, url } = scene;
    const gone = new AbortController();
    const left = fetch(`${url}/eurek8s/wait/CAROL`, { signal: gone.signal });
    const waiting = ask('/eurek8s/wait/CAROL');
    await sleep(50);
    gone.abort();
    await assert.rejects(left);
    await scene.stop();
    assert.equal((await waiting).status, 503);
  });
});

describe('eurek8s wait', () => {
  test('prints what it waits for, and the explanation at last', async (t) => {
    const { url, write } = await serve(t);
    const shell = shellOfNow();
    write('carol.yaml', [rawIngress('carol'), ...DOWN]);
    const code = runProgram(['wait', 'carol', '--source', 'kubernetes', '--timeout', '2m', '--server', url], shell);
    await until('it tells what it waits for', async () => /waiting: local\S+carol is DOWN/.test(shell.written.err));
    write('carol.yaml', [rawIngress('carol'), ...UP]);
    assert.equal(await code, 0);
    assert.match(shell.written.out, /^CAROL: callers choose among 1 UP entry/);
  });

  test('ends with 1 and the reasons when it is not there by then, as text and as JSON', async (t) => {
    const { url } = await serve(t);
    // Longer than one question to the server takes.
    const words = ['wait', 'carol', '--timeout', '1200ms', '--server', url];
    const text = shellOfNow();
    assert.equal(await runProgram(words, text), 1);
    // On a slow machine time is over with the first answer, before anything was told.
    const told =
      /^waiting: nothing is known of CAROL.*\nno entry of carol is UP after 1\.2 s, for the reason above\n$/i;
    const atOnce = /^no entry of carol is UP after 1\.2 s\n1 reason\n {2}nothing is known of CAROL.*\n$/i;
    assert.match(text.written.err, text.written.err.startsWith('waiting') ? told : atOnce);
    assert.equal(text.written.out, '');
    const json = shellOfNow();
    assert.equal(await runProgram([...words, '--json'], json), 1);
    const document = JSON.parse(json.written.out) as { error: string };
    assert.deepEqual(Object.keys(document), ['error', 'reasons']);
    assert.match(document.error, / after 1\.2 s$/);
  });

  test('ends with 2 where nobody answers, and after wrong words', async (t) => {
    const { url } = await serve(t);
    const nobody = `http://127.0.0.1:${await freePort()}`;
    for (const [words, problem] of [
      [['--server', nobody], /connection refused/],
      [['--server', url, '--source', 'elsewhere'], /source must be one of/],
      [['--server', url, '--status', 'green'], /status must be one of/],
      [['--timeout', '5'], /not a duration like 60s/],
    ] as const) {
      const shell = shellOfNow();
      assert.equal(await runProgram(['wait', 'carol', ...words], shell), 2, words.join(' '));
      assert.match(shell.written.err, problem);
    }
  });

  test('outlives a restart of the server', async (t) => {
    const port = await freePort();
    const first = await serve(t, port);
    const shell = shellOfNow();
    const code = runProgram(['wait', 'orders', '--timeout', '5m', '--server', first.url], shell);
    await until('it waits', async () => shell.written.err.includes('nothing is known of ORDERS'));
    await first.stop();
    await until('it sees the server gone', async () => /waiting: .*(stopping|refused)/.test(shell.written.err));
    const second = await serve(t, port);
    await registerInstance(`${second.url}/eureka`, { app: 'orders', port: 80 });
    assert.equal(await code, 0, shell.written.err);
  });

  test('waits for every server that it is given', async (t) => {
    const [a, b] = await Promise.all([serve(t), serve(t)]);
    await registerInstance(`${a.url}/eureka`, { app: 'orders', port: 80 });
    const shell = shellOfNow();
    const words = ['wait', 'orders', '--timeout', '100ms', '--json', '--server', a.url, '--server', b.url];
    assert.equal(await runProgram(words, shell), 1);
    const { servers } = JSON.parse(shell.written.out) as { servers: readonly Readonly<Record<string, unknown>>[] };
    assert.deepEqual(
      servers.map(({ server, app, error }) => [server, app, typeof error]),
      [
        [a.url, 'ORDERS', 'undefined'],
        [b.url, undefined, 'string'],
      ],
    );
  });
});
