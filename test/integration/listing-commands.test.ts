import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../server/system/clock.ts';
import { runProgram } from '../../server/cli/program.ts';
import type { ChangesReport } from '../../shared/api/changes.ts';
import { fleetScene, type FleetScene } from '../support/fleet-scene.ts';
import { registerInstance } from '../support/eureka-rest.ts';
import { testShell } from '../support/shell.ts';
import { until } from '../testbed/until.ts';
import { freePort } from '../testbed/ports.ts';

async function run(...words: readonly string[]) {
  const shell = testShell({ environment: {} });
  const code = await runProgram(words, shell);
  return { code, ...shell.written };
}

describe('commands that list', () => {
  let scene: FleetScene;
  const undo: (() => Promise<void>)[] = [];
  before(async () => {
    scene = await fleetScene({ after: (each: () => Promise<void>) => void undo.push(each) });
  });
  after(async () => {
    for (const each of undo.toReversed()) await each();
  });

  test('print the table of the server, or its document', async () => {
    for (const [words, head, key] of [
      [['apps'], /^4 applications: /, 'applications'],
      [['apps', '--at', '-0s'], /^\d applications: /, 'at'],
      [['diff'], /^4 applications: /, 'applications'],
      [['changes'], /^AT +VERSION +APPLICATION/, 'changes'],
      [['changes', 'orders', '--limit', '1', '--since', '-1h'], /^AT +VERSION[^]*ORDERS/, 'oldest'],
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
      [['changes', '--since', 'noon', '--server', scene.url], 1, /since must be a version, or a time/],
      [['apps', '--at', '-1d', '--server', scene.url], 1, /the oldest moment that is remembered/],
      [['callers', '--serve', scene.url], 2, /unknown option '--serve'/],
    ] as const) {
      const { code: found, err } = await run(...words);
      assert.equal(found, code, words.join(' '));
      assert.match(err, problem);
    }
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
});
