import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Explanation } from '../../shared/api/explain.ts';
import { rawEndpointSlice, rawIngress, rawService } from '../support/cluster-objects.ts';
import { registerInstance } from '../support/eureka-rest.ts';
import { httpRequest } from '../support/http-request.ts';
import { serveForTest } from '../support/running-server.ts';
import { text } from '../support/manifests-scene.ts';

const CURL = { 'user-agent': 'curl/8.5.0', accept: '*/*' };

interface Step {
  readonly at: number;
  readonly to: string;
}

/** A directory of manifests with CAROL, and servers that read it beside three registered instances each. */
function begin(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'schedule-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return {
    write: (traffic: string, start?: number): void => {
      const startText = start === undefined ? {} : { 'eurek8s.io/traffic-start': new Date(start).toISOString() };
      const ingress = rawIngress('carol', { annotations: { 'eurek8s.io/traffic': traffic, ...startText } });
      const file = join(directory, 'carol.yaml');
      writeFileSync(`${file}.new`, text(ingress, rawService('carol'), rawEndpointSlice('carol-1', 'carol', 2)));
      renameSync(`${file}.new`, file);
    },
    serve: async () => {
      const steps: Step[] = [];
      const info = (fields: object): void => {
        const { event, cause, to } = fields as Readonly<Record<string, string>>;
        if (event === 'share' && cause === 'schedule') steps.push({ at: Date.now(), to: to ?? '' });
      };
      const manifests = JSON.stringify([{ name: 'local', directory }]);
      const running = await serveForTest(t, { flags: { manifests: [manifests] }, log: { info } });
      const { url } = running;
      const ask = async (path: string, headers = {}): Promise<string> =>
        (await httpRequest(url + path, { headers })).body;
      const explain = async (): Promise<Explanation> => JSON.parse(await ask('/eurek8s/explain/CAROL')) as Explanation;
      await eventually('the registry', async () => (await httpRequest(`${url}/readyz`)).status === 200);
      for (const id of ['c-1', 'c-2', 'c-3'])
        await registerInstance(`${url}/eureka`, { app: 'CAROL', id, port: 8080, zone: 'dc1' });
      return { steps, ask, explain, stop: async () => running.stop() };
    },
  };
}

async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`never happened: ${what}`);
    await sleep(20);
  }
}

test('steps come by themselves and at their time on every replica, and a restart changes nothing', async (t) => {
  const { write, serve } = begin(t);
  const replicas = [await serve(), await serve()];
  const start = Date.now() + 2000;
  write('25% 2s, 50% 2s, 100%', start);
  for (const { explain, steps } of replicas) {
    await eventually('the last step', async () => (await explain()).share?.asked.startsWith('100% ') === true);
    // A machine may stall over a step, but none comes early.
    const begins = new Map([
      ['25%', start],
      ['50%', start + 2000],
      ['100%', start + 4000],
    ]);
    for (const { at, to } of steps) assert.ok(at >= (begins.get(to.split(' ')[0]!) ?? Infinity), `${to} came early`);
  }
  const [one, two] = await Promise.all(replicas.map(async ({ explain }) => explain()));
  assert.deepEqual(one?.share, two?.share);
  assert.deepEqual(
    one?.served.map(({ id }) => id),
    two?.served.map(({ id }) => id),
  );
  assert.equal(one?.hidden.length, 3);
  await replicas[0]?.stop();
  const restarted = await (await serve()).explain();
  assert.deepEqual(restarted.share, two?.share);
});

test('a running schedule is shown, stopped by a fixed share, and no typing error takes calls away', async (t) => {
  const { write, serve } = begin(t);
  const start = Date.now() - 1_800_000;
  write('25% 10m, 50% 1d, 100%', start);
  const { ask, explain } = await serve();
  const asks = async (): Promise<string | undefined> => (await explain()).share?.asked;
  const next = new Date(start + 87_000_000).toISOString();
  await eventually('step 2 beside three', async () => (await explain()).share?.entries === 3);
  assert.equal(await asks(), `50% (step 2 of 3 of a schedule, 100% at ${next})`);
  assert.match(
    await ask('/eurek8s/explain/CAROL', CURL),
    /^schedule: 25% 10m, 50% 1d, 100% from .*; 100% comes in 24 h; to stop it here, .*: eurek8s\.io\/traffic: "50%"$/m,
  );
  const metrics = await ask('/metrics');
  assert.match(metrics, /^eurek8s_scheduled_applications\{state="moving"\} 1$/m);
  assert.match(metrics, /^eurek8s_schedule_next_step_seconds 8[0-9]{4}(\.\d+)?$/m);
  write('25% 10m, 50%, 100%', start);
  await eventually('a refusal', async () => (await explain()).refused.length === 1);
  const told = await explain();
  assert.equal(told.share?.entries, 3);
  assert.match(
    told.refused[0]?.reason ?? '',
    /\(step 2 "50%" does not say how long .*what was valid last stays: 25% 10m/,
  );
  write('50%');
  await eventually('a fixed share', async () => (await asks()) === '50%');
  assert.deepEqual([(await explain()).share?.entries, (await explain()).refused], [3, []]);
  const fixed = await ask('/metrics');
  assert.match(fixed, /^eurek8s_scheduled_applications\{state="moving"\} 0$/m);
  assert.match(fixed, /^eurek8s_schedule_next_step_seconds \+Inf$/m);
});
