import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { registerInstance } from '../support/eureka-rest.ts';
import { serveProcess, type ServedProcess } from '../support/served-process.ts';
import { startEureka, type Eureka } from '../testbed/java/eureka.ts';
import { fleetTruth, FLEET, hasMetric, isListed, keyOf, markOf, RENEWED, sourceOf } from './fleet.ts';
import type { Judge } from './judge.ts';
import { faultRow, type Row } from './row.ts';
import type { Truth } from './truth.ts';

/** `guards.grace` where a removal is to be believed in the end: time enough for half of the fleet to register. */
const GRACE_S = 30;

// One server that is killed and started again and again, so one case after the other.
describe('a stock Eureka that is ended and started', () => {
  const directory = mkdtempSync(join(tmpdir(), 'eurek8s-faults-restarts-'));
  let eureka: Eureka;

  before(async () => {
    const properties = { 'eureka.server.use-read-only-response-cache': 'false' };
    eureka = await startEureka({ generation: 'hoxton', dir: directory, properties });
    for (const each of FLEET) await eureka.register(each);
  });
  after(async () => {
    await eureka.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  interface Scene {
    readonly served: ServedProcess;
    readonly truth: Truth;
    readonly judge: Judge;
  }

  async function scene(row: Row, grace = '1h'): Promise<Scene> {
    const served = await serveProcess(row.t, row.directory, {
      legacy: { urls: [eureka.url], pollInterval: '200ms', fullInterval: '2s' },
      guards: { grace },
    });
    await served.ready();
    const truth = fleetTruth(['stopped', 'killed', 'empty', 'half']);
    const judge = row.judge({ url: served.url, truth, renewed: RENEWED });
    await sleep(1_000);
    return { served, truth, judge };
  }

  /** As clients do whose renewal is answered 404: through us, and the legacy has it then. */
  async function registerAgain({ served }: Scene, instances = FLEET): Promise<void> {
    for (const each of instances) await registerInstance(`${served.url}/eureka`, each);
  }

  async function newsCome({ right }: Row, { served, truth }: Scene, name: string): Promise<void> {
    await eureka.register(markOf(name));
    await right('news are served', () => isListed(served, keyOf(markOf(name))));
    truth.require(keyOf(markOf(name)));
    await sleep(500);
  }

  const isStale = async ({ served }: Scene): Promise<boolean> => (await sourceOf(served, 'legacy')).state === 'stale';
  const held = async ({ served }: Scene): Promise<number> =>
    (await sourceOf(served, 'legacy')).holds.reduce((sum, { instances }) => sum + instances, 0);

  /** The news of the cases before are registered by nobody again. */
  const isBack = async (made: Scene): Promise<boolean> => (await held(made)) <= 3;

  faultRow({ area: 'legacy', fault: 'stopped', how: 'SIGSTOP, and SIGCONT once it shows' }, async (row) => {
    const made = await scene(row);
    made.judge.allowed.renewals = [200, 503];
    eureka.signal('SIGSTOP');
    await row.shown('`stale`', () => isStale(made));
    row.ended();
    eureka.signal('SIGCONT');
    await newsCome(row, made, 'stopped');
  });

  faultRow(
    {
      area: 'legacy',
      fault: 'killed',
      how: '`kill -9`; started again once it shows, and its instances register as soon as it answers',
    },
    async (row) => {
      const made = await scene(row);
      made.judge.allowed.renewals = [200, 404, 503];
      await eureka.kill();
      await row.shown('`stale`', () => isStale(made));
      await row.shown('`eurek8s_source_state`', () =>
        hasMetric(made.served, 'eurek8s_source_state{source="legacy",state="stale"} 1'),
      );
      await eureka.restart();
      row.ended();
      for (const each of FLEET) await eureka.register(each);
      await newsCome(row, made, 'killed');
      await row.right('what was held is back', () => isBack(made));
    },
  );

  faultRow(
    { area: 'legacy', fault: 'restarted empty', how: 'it is started again, and for 5 s nobody registers' },
    async (row) => {
      const made = await scene(row);
      made.judge.allowed.renewals = [200, 404, 503];
      await eureka.restart();
      await row.shown('`/eurek8s/holds`', async () => (await held(made)) >= FLEET.length);
      await sleep(5_000);
      row.ended();
      await registerAgain(made);
      await newsCome(row, made, 'empty');
      await row.right('what was held is back', () => isBack(made));
    },
  );

  faultRow(
    {
      area: 'legacy',
      fault: 'restarted with half',
      how: 'it is started again, and only half of its instances ever register; `guards.grace` is 30 s',
    },
    async (row) => {
      const made = await scene(row, `${GRACE_S}s`);
      const half = FLEET.slice(0, FLEET.length / 2);
      const gone = FLEET.slice(FLEET.length / 2);
      made.judge.allowed.renewals = [200, 404, 503];
      const comeBack = async (): Promise<void> => {
        await eureka.restart();
        for (const each of half) await eureka.register(each);
      };
      const isBackWithHalf = comeBack();
      // When its empty list was surely not known yet.
      let notHeldAt = performance.now();
      await row.shown('`/eurek8s/holds`', async () => {
        const askedAt = performance.now();
        const isHeld = (await held(made)) > 0;
        if (!isHeld) notHeldAt = askedAt;
        return isHeld;
      });
      await isBackWithHalf;
      // From a whole grace period on without them there is evidence.
      await sleep(Math.max(0, GRACE_S * 1_000 - (performance.now() - notHeldAt)));
      row.ended();
      made.truth.release(gone.map(keyOf));
      await row.right('the other half is believed to be gone', async () => (await held(made)) === 0);
      made.truth.forbid(gone.map(keyOf));
      row.saw('the half that registered all the time; the other half for a whole `guards.grace`, and then no more');
      await newsCome(row, made, 'half');
    },
  );
});
