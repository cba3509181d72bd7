import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Config } from '../../../../shared/config/config.ts';
import { runProgram } from '../../../../server/cli/program.ts';
import { optionKeys } from '../../../../server/config/options.ts';
import { NotStopped } from '../../../../server/ports/not-stopped.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';
import { testShell } from '../../../support/shell.ts';

test('the help lists every command, and that of serve every option', async () => {
  const shell = testShell();
  assert.equal(await runProgram(['--help'], shell), 0);
  for (const command of ['serve', 'check', 'demo', 'explain', 'holds'])
    assert.match(shell.written.out, new RegExp(`^  ${command} `, 'm'));
  const serve = testShell();
  assert.equal(await runProgram(['serve', '--help'], serve), 0);
  for (const key of ['config', 'print-config', ...optionKeys])
    assert.ok(serve.written.out.includes(`  --${key} `) || serve.written.out.includes(`, --${key} `), key);
});

test('unknown commands are refused with the one that was meant', async () => {
  const shell = testShell();
  assert.equal(await runProgram(['chek'], shell), 2);
  assert.match(shell.written.err, /unknown command 'chek'[^]*Did you mean check\?/);
  const strange = testShell();
  assert.equal(await runProgram(['frobnicate'], strange), 2);
  assert.equal(strange.written.err, `error: unknown command 'frobnicate'\n"eurek8s --help" lists the commands.\n`);
  assert.equal(await runProgram([], testShell()), 2);
});

test('nothing starts while the configuration has a problem', async () => {
  const shell = testShell();
  assert.equal(await runProgram(['serve', '--listen.port', 'x', '--listen.prot=1', 'word'], shell), 2);
  assert.match(shell.written.err, /3 problems in the configuration\n {2}flag --listen\.prot: /);
  assert.match(shell.written.err, /flag word: unexpected argument/);
  assert.match(shell.written.err, /flag --listen\.port: listen\.port: expected a whole number/);
});

test('a missing configuration file is one clear problem', async () => {
  const shell = testShell({ environment: { EUREK8S_CONFIG: '/nonexistent/e.yaml' } });
  assert.equal(await runProgram(['serve'], shell), 2);
  assert.equal(
    shell.written.err,
    'eurek8s: a problem in the configuration\n  /nonexistent/e.yaml: there is no such file\n',
  );
});

test('flags take a value after a blank or an equals sign, and truths none', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'eurek8s-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'e.yaml');
  writeFileSync(file, 'leases: { enabled: true }\nlisten: { host: 127.0.0.1 }\n');
  const configs: Config[] = [];
  const shell = testShell({
    startServer: (config) => {
      configs.push(config);
      return Promise.reject(new Error('enough'));
    },
  });
  assert.equal(
    await runProgram(['serve', '-c', file, '--listen.port=1', '--readOnly', '--log.level', 'warn'], shell),
    1,
  );
  assert.match(shell.written.err, /cannot start: enough/);
  const [config] = configs;
  assert.deepEqual([config?.listen.host, config?.listen.port], ['127.0.0.1', 1]);
  assert.equal(config?.readOnly, true);
  assert.equal(config?.log.level, 'warn');
  assert.equal(config?.leases.enabled, true);
});

test('--print-config needs no source and no command, and starts nothing', async () => {
  for (const words of [
    ['--print-config', '--listen.port', '1'],
    ['serve', '--listen.port', '1', '--print-config'],
  ]) {
    const shell = testShell();
    assert.equal(await runProgram(words, shell), 0);
    assert.match(shell.written.out, /# flag --listen\.port\n {2}port: 1\n/);
  }
});

test('the first signal stops the server in good order, even when it comes during the start', async () => {
  let stops = 0;
  const shell = testShell({
    startServer: () => {
      shell.send('SIGTERM');
      return Promise.resolve({ url: 'http://x', stop: () => Promise.resolve(void (stops += 1)) });
    },
  });
  assert.equal(await runProgram(['serve', '--leases.enabled'], shell), 0);
  assert.equal(stops, 1);
  assert.deepEqual(shell.exits, []);
});

test('a second signal does not wait for a stop that hangs, but the same one from group and parent is one', async () => {
  const { promise: stopping, resolve: reportStopping } = Promise.withResolvers<void>();
  const clock = new SteppedClock();
  const shell = testShell({
    clock,
    startServer: () => {
      shell.send('SIGTERM');
      return Promise.resolve({ url: 'http://x', stop: () => (reportStopping(), new Promise<never>(() => undefined)) });
    },
  });
  void runProgram(['serve', '--leases.enabled'], shell);
  await stopping;
  clock.advance(900);
  shell.send('SIGTERM');
  assert.deepEqual(shell.exits, []);
  clock.advance(100);
  shell.send('SIGINT');
  assert.deepEqual(shell.exits, [130]);
});

test('a stop that hangs, or leaves something behind, ends with 0 within the grace period', async () => {
  const clock = new SteppedClock();
  const hanging = testShell({
    clock,
    startServer: () => {
      hanging.send('SIGTERM');
      return Promise.resolve({ url: 'http://x', stop: () => new Promise<never>(() => undefined) });
    },
  });
  const ended = runProgram(['serve', '--leases.enabled'], hanging);
  while (clock.pending === 0) await new Promise(setImmediate);
  clock.advance(25_000);
  assert.equal(await ended, 0);
  assert.deepEqual(hanging.exits, [0]);

  const leaving = testShell({
    startServer: () => {
      leaving.send('SIGTERM');
      return Promise.resolve({ url: 'http://x', stop: () => Promise.reject(new NotStopped(['manifests:x'])) });
    },
  });
  assert.equal(await runProgram(['serve', '--leases.enabled'], leaving), 0);
  assert.deepEqual(leaving.exits, [0]);
});

test('a log that cannot be written to its end does not keep the process', async () => {
  const quiet = (): void => undefined;
  const shell = testShell({
    openLog: () => ({
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      dropped: () => 0,
      flush: () => Promise.resolve(false),
    }),
    startServer: () => {
      shell.send('SIGTERM');
      return Promise.resolve({ url: 'http://x', stop: () => Promise.resolve() });
    },
  });
  assert.equal(await runProgram(['serve', '--leases.enabled'], shell), 0);
  assert.deepEqual(shell.exits, [0]);
});

test('a stop that fails is a failure', async () => {
  const shell = testShell({
    startServer: () => {
      shell.send('SIGINT');
      return Promise.resolve({ url: 'http://x', stop: () => Promise.reject(new Error('stuck')) });
    },
  });
  assert.equal(await runProgram(['serve', '--leases.enabled'], shell), 1);
});

test('an address that cannot be bound is reported in one line that names the options', async () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['EADDRINUSE', /in use by another process/],
    ['EACCES', /no permission/],
    ['EADDRNOTAVAIL', /does not have that address/],
    ['EAFNOSUPPORT', /has no IPv6/],
  ];
  for (const [code, message] of cases) {
    const shell = testShell({ startServer: () => Promise.reject(Object.assign(new Error('listen'), { code })) });
    assert.equal(await runProgram(['serve', '--leases.enabled', '--listen.port', '99'], shell), 1);
    assert.match(shell.written.err, /^eurek8s: cannot listen on \[::\]:99 \(listen\.host, listen\.port\): .*\n$/);
    assert.match(shell.written.err, message);
  }
});
