import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from '../../server/cli/program.ts';
import { runCli } from '../support/cli-process.ts';
import { registerInstance } from '../support/eureka-rest.ts';
import { fleetScene, type FleetScene } from '../support/fleet-scene.ts';
import { httpRequest } from '../support/http-request.ts';
import { onTerminal } from '../support/pseudo-terminal.ts';
import { Relay } from '../support/relay.ts';
import { testShell } from '../support/shell.ts';
import { freePort } from '../testbed/ports.ts';
import { until } from '../testbed/until.ts';

const ESC = '\u001B';
const DOWN = `${ESC}[B`;

describe('top, on a real pseudo-terminal', () => {
  let scene: FleetScene;
  const undo: (() => Promise<void>)[] = [];
  before(async () => {
    scene = await fleetScene({ after: (each: () => Promise<void>) => void undo.push(each) });
    await httpRequest(`${scene.url}/eureka/vips/dave`, { headers: { 'user-agent': 'a-gateway/1' } });
  });
  after(async () => {
    for (const each of undo.toReversed()) await each();
  });

  const watch = (...words: readonly string[]): readonly string[] => ['top', '--interval', '250ms', ...words];

  test('shows the lists, filters, explains, switches, goes back, follows a new size and quits', async (t) => {
    const { screen, bytes, type, resize, shows, ended } = onTerminal(t, watch('--server', scene.url));
    await shows(/CAROL +dual +UP/);
    assert.match(screen.lines[0] ?? '', /^ eurek8s {2}http:\/\/127\.0\.0\.1:\d+ .*ready {2}sources: \d synced$/);
    assert.match(screen.lines[2] ?? '', /^ APPLICATION +STAGE +STATUS +REG +K8S +UP +(HIDDEN +)?REFUSED +SHARE$/);
    assert.match(screen.lines[23] ?? '', /^ 4 .*q quit$/);
    assert.ok(screen.modes.cursorHidden && screen.modes.alternate && !screen.modes.wrapping);

    // The choice stays on its row when others come and go above it.
    type('j');
    await until('DAVE is chosen', async () => screen.selected.startsWith('DAVE'));
    await registerInstance(`${scene.url}/eureka`, { app: 'BOB', id: 'b-1', ip: '10.1.0.9', port: 80, zone: 'z1' });
    await shows(/BOB +legacy-only/);
    assert.match(screen.selected, /^DAVE/);
    // Nothing is written where nothing changes: no flicker, and next to nothing for a slow line.
    const before = bytes();
    await sleep(1_500);
    assert.ok(bytes() - before < 500, `${bytes() - before} bytes in some rounds`);

    type('/caRo\r');
    await shows(/ 1 of 5 with "caRo"/);
    assert.doesNotMatch(screen.text, /DAVE/);
    type('\r');
    await shows(/ CAROL[^]*local\/shop\/carol: derived[^]*esc back/);
    assert.ok(screen.lines.every((line) => line.length <= 80));
    resize(80, 14);
    await shows(/more below/);
    type('G');
    await shows(/the end[^]*derived/);
    resize(80, 24);
    type(ESC);
    await shows(/ 1 of 5 with "caRo"/);
    type(ESC);
    await shows(/DAVE/);

    type(':cha\r');
    await shows(/UTC +AGO +APPLICATION +CHANGE[^]*BOB +added/);
    type('\r');
    await shows(/change {2}added b-1[^]*why [^]*BOB as it is now:[^]*10\.1\.0\.9/);
    type(`${ESC}2`);
    await shows(/SOURCE +STATE +AGE[^]*local +synced/);
    type('\t\t/gateway\r');
    await shows(/a-gateway\/1/);
    type('\r');
    await shows(/looks up:\s+vip dave +1 time, finds DAVE/);
    type(':nonsense\r');
    await shows(/there is no view "nonsense": applications/);
    type('?');
    await shows(/ctrl-l +draw again/);
    type(`x:a\u0015apps\r`);
    await shows(/CAROL +dual/);

    for (const [columns, rows] of [
      [120, 40],
      [60, 15],
      [20, 5],
      [80, 24],
    ] as const) {
      resize(columns, rows);
      await shows(columns === 20 ? /^too small for a list/ : columns === 120 ? /HIDDEN/ : / 5 .*q quit$/);
      assert.equal(screen.lines.length, rows);
    }
    type(DOWN);
    type('q');
    assert.deepEqual(await ended, { code: 0, restored: true });
    assert.deepEqual(screen.modes, { alternate: false, cursorHidden: false, wrapping: true });
    assert.equal(screen.ordinary, '');
  });

  test('keeps the last view while the server is away or refuses, and says how old it is', async (t) => {
    const relay = await Relay.start(Number(new URL(scene.url).port));
    t.after(() => relay.stop());
    const refusing = createServer((_request, response) => response.writeHead(403, { 'x-eurek8s-reason': 'no' }).end());
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    t.after(() => refusing.close());
    const { screen, type, shows, ended } = onTerminal(
      t,
      watch('--server', `http://someone:secret-word@127.0.0.1:${relay.port}`),
    );
    await shows(/CAROL/);
    relay.turn(await freePort());
    await shows(/this is \d+ m?s old: http:\/\/127\.0\.0\.1:\d+ does not answer/);
    await shows(/this is [2-9] s old/);
    assert.match(screen.text, /CAROL +dual/);
    relay.turn(Number(new URL(scene.url).port));
    await shows(/<1> applications/);
    relay.turn((refusing.address() as AddressInfo).port);
    await shows(/this is .* old: these credentials may not read at http/);
    assert.doesNotMatch(screen.text, /secret-word/);
    type('\u0003');
    assert.deepEqual(await ended, { code: 0, restored: true });
  });

  test('gives the terminal back also after an error, a signal or a lost connection', async (t) => {
    const planted = "process.on('SIGUSR2', () => { throw new Error('planted') })";
    const failing = onTerminal(t, watch('--server', scene.url), {
      environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(planted)}` },
    });
    const signalled = onTerminal(t, watch('--server', scene.url), { environment: { NO_COLOR: '1' } });
    const lost = onTerminal(t, watch('--server', scene.url));
    await Promise.all([failing, signalled, lost].map(({ shows }) => shows(/CAROL/)));
    failing.signal('SIGUSR2');
    assert.deepEqual(await failing.ended, { code: 1, restored: true });
    assert.equal(failing.screen.modes.alternate, false);
    assert.match(failing.screen.ordinary, /Error: planted/);
    signalled.signal('SIGTERM');
    assert.deepEqual(await signalled.ended, { code: 0, restored: true });
    lost.hangUp();
    assert.equal((await lost.ended).code, 0);
  });

  test('without a terminal, a server or the right to read it says so on the ordinary screen', async (t) => {
    const piped = await runCli(watch('--server', scene.url));
    assert.deepEqual([piped.code, piped.out], [2, '']);
    assert.match(piped.err, /"top" needs a terminal; "eurek8s apps --watch" prints lines/);
    const dumb = testShell({ hasTerminal: () => true, environment: { TERM: 'dumb' } });
    assert.equal(await runProgram(watch('--server', scene.url), dumb), 2);
    assert.match(dumb.written.err, /needs a terminal/);
    const nobody = createServer((_request, response) => response.writeHead(401, { 'x-eurek8s-reason': 'no' }).end());
    await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve));
    t.after(() => nobody.close());
    const refused = `http://127.0.0.1:${(nobody.address() as AddressInfo).port}`;
    const away = `http://127.0.0.1:${await freePort()}`;
    for (const [server, code, said] of [
      [away, 2, /does not answer: connection refused/],
      [refused, 1, /lets nobody in without the right credentials: --token or --user/],
      ['nowhere', 2, /"nowhere" is not a URL/],
    ] as const) {
      // The terminal of this shell cannot be opened: it is not even tried.
      const shell = testShell({ hasTerminal: () => true });
      assert.equal(await runProgram(watch('--server', server), shell), code);
      assert.match(shell.written.err, said);
    }
  });
});
