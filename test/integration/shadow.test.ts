import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { runProgram } from '../../server/cli/program.ts';
import { systemClock } from '../../server/system/clock.ts';
import type { CallersReport } from '../../shared/api/census.ts';
import type { ShadowReport } from '../../shared/shadow/report.ts';
import { freePort } from '../testbed/ports.ts';
import { until } from '../testbed/until.ts';
import { churn } from '../support/churn.ts';
import { temporaryDirectory } from '../support/credentials.ts';
import { registerInstance } from '../support/eureka-rest.ts';
import { FakeEureka } from '../support/fake-eureka.ts';
import type { InstanceJson } from '../support/fake-eureka-registry.ts';
import { publishedService } from '../support/published-service.ts';
import { serveProcess } from '../support/served-process.ts';
import { testShell, type TestShell } from '../support/shell.ts';
import { tamperProxy, withInstances } from '../support/tamper-proxy.ts';

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Looks four times a second. Five seconds of lag: a busy machine must not look like a fault. */
const QUICK = ['--interval', '250ms', '--lag', '5s'] as const;

interface Started {
  readonly shell: TestShell;
  readonly ended: Promise<Run>;
  /** Once it has said so on standard error. */
  readonly says: (line: RegExp) => Promise<unknown>;
}

function start(words: readonly string[]): Started {
  const shell = testShell({ clock: systemClock(Date.now) });
  const ended = runProgram(['shadow', ...words], shell).then((code) => ({ code, ...shell.written }));
  const says: Started['says'] = (line) =>
    until(`it says ${line.source}`, async () => line.test(shell.written.err), { timeoutMs: 120_000 });
  return { shell, ended, says };
}

async function run(...words: readonly string[]): Promise<Run> {
  return start(words).ended;
}

function reportOf({ out }: Run): ShadowReport {
  return JSON.parse(out) as ShadowReport;
}

/** A legacy, an Eurek8s in front of it that publishes CAROL and hides what has an overlay address, and changes. */
async function scene(t: TestContext) {
  const legacy = await FakeEureka.start();
  t.after(() => legacy.stop());
  const directory = temporaryDirectory(t);
  const manifests = join(directory, 'manifests');
  mkdirSync(manifests);
  writeFileSync(
    join(manifests, 'carol.yaml'),
    publishedService({ name: 'carol', host: 'carol.k8s.example.com', port: 8080 }),
  );
  for (const id of ['o-1', 'o-2', 'o-3']) await registerInstance(legacy.url, { app: 'ORDERS', id, port: 8080 });
  await registerInstance(legacy.url, { app: 'ORDERS', id: 'pod-1', port: 8080, ip: '10.42.0.9', host: '10.42.0.9' });
  const served = await serveProcess(t, directory, {
    legacy: { urls: [legacy.url], pollInterval: '250ms' },
    manifests: [{ name: 'local', directory: manifests }],
    overlay: { cidrs: ['10.42.0.0/16'], action: 'hide' },
  });
  await served.ready();
  return { legacy, served, directory };
}

test('shadow is clean under churn, and names what is planted between the two', async (t) => {
  const { legacy, served, directory } = await scene(t);
  const moody = (each: InstanceJson): boolean => each.instanceId === 'o-3';
  const proxies = {
    value: await tamperProxy(t, served.url, (list) =>
      withInstances(list, (each) => (each.instanceId === 'o-1' ? { ...each, ipAddr: '10.9.9.9' } : each)),
    ),
    lost: await tamperProxy(t, served.url, (list) =>
      withInstances(list, (each) => (each.instanceId === 'o-2' ? undefined : each)),
    ),
    missing: await tamperProxy(t, served.url, (list) =>
      withInstances(list, (each) => (each.hostName === 'carol.k8s.example.com' ? undefined : each)),
    ),
    hash: await tamperProxy(t, served.url, (list) => ({ ...list, hash: 'UP_4711_' })),
    // What changed of it is in no delta; the hash code is right all the same.
    delta: await tamperProxy(t, served.url, (list) =>
      list.kind === 'full' ? list : withInstances(list, (each) => (moody(each) ? undefined : each)),
    ),
  };
  const output = join(directory, 'report.md');
  const against = (url: string, ...words: readonly string[]): Started =>
    start([...QUICK, '--legacy', legacy.url, '--against', url, ...words]);
  const runs = {
    clean: against(`${served.url}/eureka`, '--json'),
    file: against(served.url, '--format', 'markdown', '--output', output),
    // What it sees at once is seen out beyond its time.
    value: against(proxies.value, '--json', '--for', '1s'),
    lost: against(proxies.lost, '--json'),
    missing: against(proxies.missing, '--json'),
    hash: against(`${proxies.hash}/eureka/v2/`, '--json'),
    delta: against(proxies.delta, '--json'),
  };
  for (const each of Object.values(runs)) await each.says(/look 1:/);
  await registerInstance(legacy.url, { app: 'ORDERS', id: 'o-3', port: 8080, metadata: { mood: 'other' } });
  const registries = [legacy.url, `${served.url}/eureka`] as const;
  await churn(6, { seed: 7, changesPerSecond: 10, registries, publish: () => undefined });
  await runs.clean.says(/look 31:/);
  await runs.hash.says(/look 31:/);
  await runs.lost.says(/not intended so far: 1/);
  await runs.missing.says(/not intended so far: 1/);
  await runs.delta.says(/not intended so far: 1.*not true: hash codes or deltas of Eurek8s/);
  const value = await runs.value.ended;
  for (const { shell } of Object.values(runs)) shell.send('SIGTERM');
  const clean = await runs.clean.ended;

  await t.test('clean: only what is intended differs, by its cause', () => {
    const report = reportOf(clean);
    assert.deepEqual([clean.code, report.verdict, report.unintended], [0, 'clean', []], clean.out);
    const intended = new Map(report.intended.map(({ cause, entries }) => [cause, entries]));
    assert.deepEqual(Object.fromEntries(intended), { 'hidden: overlay': 1, kubernetes: 1 });
    assert.ok(report.looks.identical > 0);
    for (const side of [report.legacy, report.against]) {
      assert.deepEqual([side.truthful, side.hash.wrong, side.deltas.wrong], [true, 0, []]);
      assert.ok(side.delta.answers > 0 && side.delta.bytes > 0 && side.deltas.checks > 0);
      assert.ok((side.delta.p99Ms ?? 0) >= (side.delta.p50Ms ?? Infinity));
    }
    assert.match(clean.err, /^\S+Z look 1: \d+ instances the same, 2 different as intended/);
  });

  await t.test('the census knows it as a command of ours, and nobody hunts it as a caller', async () => {
    const { body } = await served.get('/eurek8s/callers', { accept: 'application/json' });
    const { callers } = JSON.parse(body) as CallersReport;
    const reading = callers.filter(({ client }) => client === 'eurek8s-shadow');
    assert.deepEqual(
      reading.map(({ applications, ownCommand }) => [applications, ownCommand]),
      [[[], true]],
      body,
    );
  });

  await t.test('a value that was changed on the way: application, instance, field and both values', () => {
    const { verdict, unintended } = reportOf(value);
    assert.deepEqual([value.code, verdict], [1, 'different'], value.out);
    assert.deepEqual(
      unintended.map(({ app, instance, field, legacy: was, against: is }) => [app, instance, field, was, is]),
      [['ORDERS', 'o-1', 'ipAddr', '127.0.0.1', '10.9.9.9']],
    );
  });

  await t.test('an instance that was dropped, which Eurek8s does not say it hides', async () => {
    const lost = await runs.lost.ended;
    const { unintended } = reportOf(lost);
    assert.equal(lost.code, 1);
    assert.deepEqual(
      unintended.map(({ app, instance, field, legacy: was, against: is }) => [app, instance, field, was, is]),
      [['ORDERS', 'o-2', 'instance', 'listed', 'not listed']],
    );
  });

  await t.test('an entry from Kubernetes that was dropped, though Eurek8s says that it serves it', async () => {
    const missing = await runs.missing.ended;
    assert.equal(missing.code, 1);
    assert.deepEqual(
      reportOf(missing).unintended.map(({ app, field, legacy: was }) => [app, field, was]),
      [['CAROL', 'instance', 'not listed']],
    );
  });

  await t.test('a hash code that the instances do not have, and deltas that never add up', async () => {
    const hash = await runs.hash.ended;
    const { verdict, unintended, against: judged, legacy: other } = reportOf(hash);
    assert.deepEqual([hash.code, verdict, unintended], [1, 'different', []], hash.out);
    assert.equal(judged.hash.example?.stated, 'UP_4711_');
    assert.ok(judged.deltas.neverAddsUp);
    assert.ok(other.truthful);
  });

  await t.test('a change that no delta told of', async () => {
    const delta = await runs.delta.ended;
    const { against: judged, unintended } = reportOf(delta);
    assert.equal(delta.code, 1);
    assert.deepEqual(
      judged.deltas.wrong.map(({ instance, field, full, afterDeltas }) => [instance, field, full, afterDeltas]),
      [['o-3', 'metadata.mood', 'other', '']],
      delta.out,
    );
    assert.deepEqual(
      unintended.map(({ instance, field }) => [instance, field]),
      [['o-3', 'metadata.mood']],
    );
  });

  await t.test('without an end it goes on until a signal, and reports then', async () => {
    const ended = await runs.file.ended;
    assert.deepEqual([ended.code, ended.out], [0, ''], ended.err);
    assert.match(ended.err, /the report is in .*report\.md\n$/);
    assert.match(readFileSync(output, 'utf8'), /^# Shadow report\n\n## Verdict\n\n- clean: [^]*\| kubernetes \| 1 \|/);
  });
});

test('what cannot be tried is not tried, and what was never reached has no verdict', async (t) => {
  const legacy = await FakeEureka.start();
  t.after(() => legacy.stop());
  const silent = `http://127.0.0.1:${await freePort()}`;
  const both = ['--legacy', legacy.url, '--against', silent];
  for (const [words, problem] of [
    [['--legacy', legacy.url], /required option '--against <url>'/],
    [['--legacy', legacy.url, '--against', 'eurek8s:8761'], /is not a URL/],
    [[...both, '--interval', '1ms'], /100ms at least/],
    [[...both, '--for', 'long'], /not a duration/],
    [[...both, '--output', join(temporaryDirectory(t), 'none', 'report')], /report: the directory does not exist/],
  ] as const) {
    const { code, err, out } = await run(...words);
    assert.deepEqual([code, out], [2, ''], words.join(' '));
    assert.match(err, problem);
  }
  const { code, out, err } = await run(...both, ...QUICK, '--for', '600ms');
  assert.equal(code, 2);
  assert.match(out, new RegExp(`no verdict: never reached: ${silent}/eureka\n`));
  assert.match(err, /: connection refused \(is the server running\?\)/);
  assert.doesNotMatch(out + err, /ECONNREFUSED/);
});
