import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEureka, type Eureka } from '../testbed/java/eureka.ts';
import { httpRequest } from '../support/http-request.ts';
import { serveProcess, type ServedProcess, type ServedProcessOptions } from '../support/served-process.ts';
import { until } from '../testbed/until.ts';
import { awayAtStart, restartedWhileAway } from './away-at-start.ts';
import { FaultyProxy, type Tampering, type Upstream } from './faulty-proxy.ts';
import { entryOf, fleetTruth, FLEET, isListed, keyOf, markOf, RENEWED, sourceOf } from './fleet.ts';
import type { Judge } from './judge.ts';
import { publishedManifests } from './manifests.ts';
import { faultRow, PATIENCE, type Row } from './row.ts';
import type { Truth } from './truth.ts';

/** Cases at the same time: they mostly wait. */
const CONCURRENCY = 6;
/** How long two nodes disagree: some full lists of each. */
const DISAGREE_MS = 5_000;

const ANSWERS: readonly { readonly fault: string; readonly tampering: Tampering; readonly how: string }[] = [
  { fault: 'answers garbage', tampering: 'garbage', how: 'a proxy answers 200 with random bytes as JSON' },
  { fault: 'answers 500', tampering: 'error', how: 'a proxy answers 500 with a page' },
  { fault: 'HTML with 200', tampering: 'page', how: 'a proxy answers with a login page' },
  { fault: 'truncated gzip', tampering: 'cut-gzip', how: 'a proxy sends half of the packed bytes, properly ended' },
  { fault: 'truncated JSON', tampering: 'half', how: 'a proxy sends half of the text, properly ended' },
  { fault: 'slow bytes', tampering: 'slow', how: 'a proxy sends a byte every 100 ms' },
  { fault: 'accepts and is silent', tampering: 'silent', how: 'a proxy accepts requests and answers none' },
];

const MARKS = [
  ...ANSWERS.map(({ tampering }) => tampering),
  'hash',
  'nodes',
  'wrong-registry',
  'late',
  'late-file',
  'late-optional',
  'clock-forward',
  'clock-back',
];

const STEPPED_CLOCK = join(import.meta.dirname, 'preload', 'stepped-clock.ts');
const HOUR_MS = 3_600_000;
/** Seconds of `guards.grace` that the clock passes over. */
const GRACE_S = 60;
/** Seconds of `guards.grace` that pass in the end: longer than a process lives before it is killed. */
const HELD_S = 30;

/** As many as ours and more: what they lose when the right registry is back is a mass removal, too. */
const FOREIGN = Array.from({ length: 20 }, (_, n) => ({ app: 'ACCOUNTS', id: `accounts-${n}`, port: 9_300 + n }));

describe('a stock Eureka behind a proxy', { concurrency: CONCURRENCY }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'eurek8s-faults-legacy-'));
  const properties = { 'eureka.server.use-read-only-response-cache': 'false' };
  let eureka: Eureka;
  let other: Eureka;

  before(async () => {
    [eureka, other] = await Promise.all([
      startEureka({ generation: 'hoxton', dir: join(directory, 'one'), properties }),
      startEureka({ generation: 'hoxton', dir: join(directory, 'other'), properties }),
    ]);
    for (const each of FLEET) await eureka.register(each);
    for (const each of FLEET.slice(0, FLEET.length / 2)) await other.register(each);
  });
  after(async () => {
    await Promise.all([eureka.stop(), other.stop()]);
    rmSync(directory, { recursive: true, force: true });
  });

  const upstreamOf = ({ port }: Eureka): Upstream => ({ origin: `http://127.0.0.1:${port}` });

  interface Scene {
    readonly proxy: FaultyProxy;
    readonly serve: (more?: object, options?: ServedProcessOptions) => Promise<ServedProcess>;
    readonly truth: Truth;
  }

  async function scene({ t, directory: own }: Row): Promise<Scene> {
    const proxy = await FaultyProxy.start(upstreamOf(eureka));
    t.after(() => proxy.close());
    const base = {
      legacy: { urls: [`${proxy.url}/eureka`], pollInterval: '200ms', fullInterval: '2s' },
      guards: { grace: '1h' },
    };
    return {
      proxy,
      truth: fleetTruth(MARKS),
      serve: (more, options) => serveProcess(t, own, { ...base, ...more }, options),
    };
  }

  /** A scene that is well, and judged. */
  async function judgedScene(
    row: Row,
    more: object = {},
  ): Promise<Scene & { readonly served: ServedProcess; readonly judge: Judge }> {
    const made = await scene(row);
    const served = await made.serve(more);
    await served.ready();
    const judge = row.judge({ url: served.url, truth: made.truth, renewed: RENEWED });
    await sleep(1_000);
    return { ...made, served, judge };
  }

  /** News of the legacy are served. */
  async function newsCome({ right }: Row, served: ServedProcess, truth: Truth, name: string): Promise<void> {
    await eureka.register(markOf(name));
    const key = keyOf(markOf(name));
    await right('news are served', () => isListed(served, key));
    truth.require(key);
    await sleep(500);
  }

  for (const { fault, tampering, how } of ANSWERS)
    faultRow({ area: 'legacy', fault, how }, async (row) => {
      const { served, judge, proxy, truth } = await judgedScene(row);
      judge.allowed.renewals = [200, 503];
      proxy.tamper(tampering);
      await row.shown('`stale` with the reason', async () => {
        const { state, lastError } = await sourceOf(served, 'legacy');
        return state === 'stale' && lastError !== undefined;
      });
      row.ended();
      proxy.tamper('none');
      await newsCome(row, served, truth, tampering);
    });

  faultRow(
    {
      area: 'legacy',
      fault: 'a hash code that never matches',
      how: 'a proxy writes another hash code into every list',
    },
    async (row) => {
      const { served, proxy, truth } = await judgedScene(row);
      proxy.tamper('wrong-hash');
      await row.shown(
        '`hashMismatches`',
        async () => Number((await sourceOf(served, 'legacy')).detail['hashMismatches']) > 3,
      );
      // News come all the same, by full lists.
      await newsCome(row, served, truth, 'hash');
      row.saw('news while it lasts');
      row.ended();
      proxy.tamper('none');
      await row.right('the delta agrees', async () => (await sourceOf(served, 'legacy')).state === 'synced');
    },
  );

  faultRow(
    {
      area: 'legacy',
      fault: 'two nodes that disagree',
      how: 'a balancer leads to two stock servers in turn, one of which has half of the fleet',
    },
    async (row) => {
      const { served, judge, proxy, truth } = await judgedScene(row);
      judge.allowed.renewals = [200, 404];
      let asked = 0;
      proxy.upstream = () => upstreamOf(asked++ % 2 === 0 ? eureka : other);
      await row.shown('`/eurek8s/holds`', async () => (await sourceOf(served, 'legacy')).holds.length > 0);
      await sleep(DISAGREE_MS);
      row.ended();
      proxy.upstream = () => upstreamOf(eureka);
      judge.allowed.renewals = [200];
      await newsCome(row, served, truth, 'nodes');
      await row.right('nothing is held', async () => (await sourceOf(served, 'legacy')).holds.length === 0);
    },
  );

  faultRow(
    {
      area: 'legacy',
      fault: 'the wrong registry',
      how: 'the address leads to a stock server with another, larger fleet, and later back',
    },
    async (row) => {
      const wrong = await startEureka({ generation: 'hoxton', dir: join(row.directory, 'wrong'), properties });
      row.t.after(() => wrong.stop());
      for (const each of FOREIGN) await wrong.register(each);
      const { served, judge, proxy, truth } = await judgedScene(row);
      judge.allowed.renewals = [200, 404, 503];
      for (const each of FOREIGN) truth.allow(keyOf(each), entryOf(each));
      proxy.upstream = () => upstreamOf(wrong);
      await row.shown('`/eurek8s/holds`', async () => (await sourceOf(served, 'legacy')).holds.length === 1);
      await sleep(2_000);
      row.ended();
      proxy.upstream = () => upstreamOf(eureka);
      await newsCome(row, served, truth, 'wrong-registry');
      // What the other registry had is a mass removal now, and nobody but an operator can know better.
      const [hold] = (await sourceOf(served, 'legacy')).holds;
      const release = `${served.url}/eurek8s/holds/${hold?.id}/release`;
      assert.equal((await httpRequest(release, { method: 'POST' })).status, 200);
      await row.right('the other fleet is gone', async () => !(await isListed(served, 'ACCOUNTS/accounts-0')));
      truth.forbid(FOREIGN.map(keyOf));
      judge.allowed.renewals = [200];
      row.saw('ours all the time; the others beside them, and held when ours were back, until they were released');
      await sleep(500);
    },
  );

  faultRow(
    { area: 'legacy', fault: 'unreachable at the start', how: 'nothing listens at its address; no registry file' },
    async (row) => awayAtStart(row, { source: 'legacy', ...(await scene(row)) }),
  );

  faultRow(
    {
      area: 'legacy',
      fault: 'unreachable at the start, with a registry file',
      how: 'killed with -9, then started while nothing listens at its address',
    },
    async (row) => {
      const { proxy, truth, serve } = await scene(row);
      const served = await restartedWhileAway(row, { proxy, truth, serve });
      await row.shown('`stale`, `restored`', async () => {
        const { state, restored } = await sourceOf(served, 'legacy');
        return state === 'stale' && restored === true;
      });
      await sleep(2_000);
      row.ended();
      await proxy.listen();
      await newsCome(row, served, truth, 'late-file');
      await row.right('it is confirmed', async () => (await sourceOf(served, 'legacy')).restored === undefined);
    },
  );

  faultRow(
    {
      area: 'legacy',
      fault: 'unreachable at the start, `legacy.required: false`',
      how: 'nothing listens at its address; a directory of manifests is the other source',
    },
    async (row) => {
      const { proxy, truth, serve } = await scene(row);
      await proxy.close();
      const { manifests, entries } = publishedManifests(row.directory, ['local-a', 'local-b']);
      truth.release(FLEET.map(keyOf));
      for (const [key, entry] of entries) truth.require(key, entry);
      const legacy = { urls: [`${proxy.url}/eureka`], pollInterval: '200ms', fullInterval: '2s', required: false };
      const served = await serve({ legacy, manifests });
      const judge = row.judge({ url: served.url, truth });
      judge.allowed.refused = true;
      await served.ready();
      judge.allowed.refused = false;
      await row.shown('the log', async () => served.log().includes('reads are answered without this source'));
      await sleep(2_000);
      row.ended();
      await proxy.listen();
      await row.right('the fleet is served', () => isListed(served, RENEWED));
      for (const each of FLEET) truth.require(keyOf(each));
      await sleep(1_000);
    },
  );

  faultRow(
    {
      area: 'ourselves',
      fault: 'restarted again and again while a source is held',
      how: 'the registry comes back empty; killed with -9 three times, each time before `guards.grace` was over',
    },
    async (row) => {
      const { proxy, truth, serve } = await scene(row);
      const more = { snapshot: { file: join(row.directory, 'registry') }, guards: { grace: `${HELD_S}s` } };
      let served = await serve(more);
      await served.ready();
      const { port } = served;
      const judge = row.judge({ url: served.url, truth });
      proxy.tamper('empty');
      const isHeld = async (): Promise<boolean> => {
        const { holds, restored } = await sourceOf(served, 'legacy');
        return restored === undefined && holds.length === 1;
      };
      await until('the hold', isHeld, PATIENCE);
      let startedAt = performance.now();
      for (let restart = 0; restart < 3; restart++) {
        // The hold is written within two seconds.
        await sleep(2_500);
        judge.allowed.away = true;
        judge.allowed.refused = true;
        await served.end('SIGKILL');
        startedAt = performance.now();
        served = await serve(more, { port });
        await served.ready();
        judge.allowed.away = false;
        judge.allowed.refused = false;
        await until('it is held still', isHeld, PATIENCE);
      }
      await row.shown('`/eurek8s/holds`', isHeld);
      row.ended();
      // Nobody restarts it now, and the registry stays empty: the grace period passes, and it is believed.
      await sleep(Math.max(0, HELD_S * 1_000 - (performance.now() - startedAt)));
      truth.release(FLEET.map(keyOf));
      await row.right('it is believed after a whole grace period', async () => !(await isListed(served, RENEWED)));
      row.saw(
        `the removal let through after a whole \`guards.grace\` (${HELD_S} s) without a restart, and never before`,
      );
    },
  );

  faultRow(
    {
      area: 'machine',
      fault: 'the clock is set forward by an hour while a removal is held',
      how: 'the registry is empty; the clock of the process jumps over `guards.grace`, its timers go on',
    },
    async (row) => {
      const { proxy, truth, serve } = await scene(row);
      const clock = { node: ['--import', STEPPED_CLOCK], environment: { STEPS: String(HOUR_MS) } };
      const served = await serve({ guards: { grace: `${GRACE_S}s` } }, clock);
      await served.ready();
      row.judge({ url: served.url, truth });
      proxy.tamper('empty');
      await row.shown('`/eurek8s/holds`', async () => (await sourceOf(served, 'legacy')).holds.length === 1);
      process.kill(served.pid, 'SIGUSR2');
      await sleep(3_000);
      row.ended();
      proxy.tamper('none');
      await newsCome(row, served, truth, 'clock-forward');
    },
  );

  faultRow(
    {
      area: 'machine',
      fault: 'the clock is set back by an hour while the legacy is away',
      how: 'nothing listens at its address; the clock of the process jumps, its timers go on',
    },
    async (row) => {
      const { proxy, truth, serve } = await scene(row);
      const clock = { node: ['--import', STEPPED_CLOCK], environment: { STEPS: String(-HOUR_MS) } };
      const served = await serve({}, clock);
      await served.ready();
      const judge = row.judge({ url: served.url, truth, renewed: RENEWED });
      judge.allowed.renewals = [200, 503];
      await sleep(1_000);
      await proxy.close();
      await sleep(2_000);
      process.kill(served.pid, 'SIGUSR2');
      await row.shown('`stale`', async () => (await sourceOf(served, 'legacy')).state === 'stale');
      row.ended();
      await proxy.listen();
      await newsCome(row, served, truth, 'clock-back');
    },
  );
});
