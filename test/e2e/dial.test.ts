import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { format, resolveConfig } from 'prettier';
import {
  callWhile,
  entryShare,
  isAchieved,
  percentOf,
  shareText,
  type CallCounts,
} from '../support/dial/dial-calls.ts';
import { CALLER_KINDS, startCaller, type Caller, type CallerKind } from '../support/dial/dial-callers.ts';
import {
  ASKED,
  COPIES,
  dialDocument,
  mergedRows,
  rowsOf,
  SHARES,
  TABLES,
  WAY_BACK,
  who,
  type DialTable,
  type Row,
} from '../support/dial/dial-document.ts';
import {
  hostOf,
  instanceName,
  startDialScene,
  type DialledService,
  type DialScene,
} from '../support/dial/dial-scene.ts';
import { buildJava } from '../testbed/java/build.ts';
import { until } from '../testbed/until.ts';

// `npm run dial` is the whole table; without EUREK8S_DIAL it is a few shares with each client, and what dies by chance is left out.
const FULL = process.env['EUREK8S_DIAL'] === 'full';

/** Of several calls at a time Ribbon's zones make a share that varies from run to run: the whole table shows it. */
function callsAtOnce({ kind }: Caller): readonly number[] {
  return FULL ? kind.atOnce : [1];
}
/** Keys of callers, by comma: a part of the table. */
const ONLY = (process.env['EUREK8S_DIAL_ONLY'] ?? '').split(',').filter((key) => key !== '');
const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'dial.md');

const CALLS = FULL ? 900 : 300;
/** Several at a time reach entries nearly at random where zones are left out: 3 points are three deviations of so many. */
const CALLS_AT_ONCE = 1800;
/** Calls after each event of the story, at least. */
const STORY_CALLS = FULL ? 300 : 100;
/** Points. */
const TOLERANCE = 3;
const SHARES_ASKED = FULL ? ASKED : ['single', '25%', '75%'];
const COPY_CASES = [
  { beside: 3, asked: '1%' },
  { beside: 3, asked: '10%' },
  { beside: 10, asked: '1%' },
].slice(0, FULL ? 3 : 0);

const ALICE: DialledService = { name: 'alice', zones: { zone1: 3, zone2: 1 } };

/** A service for each story: what dies in it stays dead for its callers. */
function copyService(beside: number, asked: string, copies: boolean): DialledService {
  const name = `carol${beside}x${asked.replace('%', '')}${copies ? 'with' : 'without'}`;
  return { name, zones: { zone1: beside } };
}

const SERVICES = [
  ALICE,
  ...COPY_CASES.flatMap(({ beside, asked }) => [true, false].map((copies) => copyService(beside, asked, copies))),
];

/** Callers started at a time: on two cores, eight Java programs starting at once would all be slow. */
const STARTING_AT_ONCE = 2;

describe('callers call Kubernetes as often as the dial says', { timeout: 3_600_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'eurek8s-dial-'));
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  const rows = new Map<DialTable, Row[]>(TABLES.map((table) => [table, []]));
  let scene: DialScene;
  let callers: readonly Caller[] = [];

  const note = (table: DialTable, row: Row): void => void rows.get(table)?.push(row);
  /** Every caller has what is served now. */
  const settled = async (): Promise<void> => {
    await Promise.all(callers.map((caller) => caller.refreshed()));
  };
  /** Callers with the numbers of calls at a time that are measured of them. */
  const measured = (): readonly { readonly caller: Caller; readonly atOnce: number }[] =>
    callers.flatMap((caller) => callsAtOnce(caller).map((atOnce) => ({ caller, atOnce })));

  before(async () => {
    const kinds = CALLER_KINDS.filter(({ key }) => ONLY.length === 0 || ONLY.includes(key));
    await buildJava(
      ['server-legacy', 'ribbon-client', 'feign-client', 'zuul1-gateway', 'spring-client', 'gateway'],
      progress,
    );
    scene = await startDialScene(dir, SERVICES, progress);
    const waiting = [...kinds];
    const started: Caller[] = [];
    const starter = async (): Promise<void> => {
      for (let kind = waiting.shift(); kind !== undefined; kind = waiting.shift())
        started.push(await startCaller(kind, { dir, hosts: scene.hosts, url: scene.url }));
    };
    callers = started;
    await Promise.all(Array.from({ length: STARTING_AT_ONCE }, starter));
    await settled();
    for (const { once, kind } of callers)
      await until(
        `${kind.key} reaches every service`,
        async () => {
          for (const { name } of SERVICES) await once(name);
          return true;
        },
        { timeoutMs: 60_000 },
      );
  });

  after(async () => {
    await Promise.all(callers.map((caller) => caller.stop()));
    await scene?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Makes the calls of all callers, one after the other where a caller is measured more than once. */
  async function measureAll(service: string): Promise<ReadonlyMap<string, CallCounts>> {
    const counts = new Map<string, CallCounts>();
    await Promise.all(
      callers.map(async (caller) => {
        for (const atOnce of callsAtOnce(caller))
          counts.set(
            who(caller.kind, atOnce).join(),
            await callWhile(caller, service, atOnce, ({ calls }) => calls < (atOnce === 1 ? CALLS : CALLS_AT_ONCE)),
          );
      }),
    );
    return counts;
  }

  for (const asked of SHARES_ASKED)
    test(`asked ${asked}, callers of every kind and zone achieve what the entries say`, async () => {
      await scene.ask('alice', { traffic: asked });
      await settled();
      const entries = await scene.entries('alice');
      const counts = await measureAll('alice');
      const surprises: string[] = [];
      for (const { caller, atOnce } of measured()) {
        const share = entryShare(entries, caller.kind, atOnce);
        const { calls, kubernetes, failed } = counts.get(who(caller.kind, atOnce).join()) ?? NO_CALLS;
        const achieved = percentOf(kubernetes, calls);
        const cells = [
          asked,
          `${share.kubernetes} + ${share.registered}`,
          shareText(share),
          `${achieved}%`,
          `${calls}`,
        ];
        note(SHARES, [...who(caller.kind, atOnce), ...cells]);
        if (failed > 0 || !isAchieved(achieved, share, TOLERANCE))
          surprises.push(`${caller.kind.key}, ${atOnce} at once: ${cells.join(', ')}, ${failed} failed`);
      }
      assert.deepEqual(surprises, []);
    });

  for (const { beside, asked } of COPY_CASES)
    test(`copies make ${asked} beside ${beside} exact, and no more calls fail when one dies and one leaves`, async () => {
      const outcomes = new Map<boolean, ReadonlyMap<string, Story>>();
      const surprises: string[] = [];
      for (const copies of [false, true]) {
        const { name } = copyService(beside, asked, copies);
        await scene.ask(name, { traffic: asked, copies: String(copies) });
        await settled();
        const entries = await scene.entries(name);
        const counts = await measureAll(name);
        const stories = await tell(name);
        outcomes.set(copies, stories);
        for (const { caller, atOnce } of measured()) {
          const key = who(caller.kind, atOnce).join();
          const share = entryShare(entries, caller.kind, atOnce);
          const { calls, kubernetes, failed } = counts.get(key) ?? NO_CALLS;
          const achieved = percentOf(kubernetes, calls);
          const story = stories.get(key);
          const cells = [
            `${share.kubernetes} + ${share.registered}`,
            shareText(share),
            `${achieved}%`,
            `${calls}`,
            ofCalls(story?.died),
            ofCalls(story?.left),
          ];
          note(COPIES, [...who(caller.kind, atOnce), asked, `${beside}`, copies ? 'yes' : 'no', ...cells]);
          if (failed > 0 || !isAchieved(achieved, share, TOLERANCE))
            surprises.push(`${key}, copies ${copies}: ${cells.join(', ')}, ${failed} failed`);
        }
      }
      for (const [key, story] of outcomes.get(true) ?? [])
        for (const event of ['died', 'left'] as const) {
          const without = outcomes.get(false)?.get(key)?.[event] ?? NO_CALLS;
          const excess = percentOf(story[event].failed, story[event].calls) - percentOf(without.failed, without.calls);
          if (!(excess <= TOLERANCE)) surprises.push(`${key}: ${excess} points more calls failed after one ${event}`);
        }
      assert.deepEqual(surprises, []);
    });

  interface Story {
    readonly died: CallCounts;
    readonly left: CallCounts;
  }

  /** While all callers call: the last instance dies, then the first one leaves as it should. */
  async function tell(service: string): Promise<ReadonlyMap<string, Story>> {
    const { zones } = SERVICES.find(({ name }) => name === service) ?? ALICE;
    const last = Object.values(zones).reduce((sum, count) => sum + count, 0);
    await scene.kill(instanceName(service, last));
    const died = await during(service, async () => undefined);
    const left = await during(service, async () => {
      await scene.cancel(instanceName(service, 1));
      await settled();
      await scene.kill(instanceName(service, 1));
    });
    return new Map([...died].map(([key, counts]) => [key, { died: counts, left: left.get(key) ?? NO_CALLS }]));
  }

  /** All callers call while it happens, and so many times afterwards. */
  async function during(service: string, event: () => Promise<void>): Promise<ReadonlyMap<string, CallCounts>> {
    let happened = false;
    const counts = new Map<string, CallCounts>();
    const calling = Promise.all(
      measured().map(async ({ caller, atOnce }) => {
        let after = 0;
        const goesOn = (): boolean => !happened || after++ < STORY_CALLS;
        counts.set(who(caller.kind, atOnce).join(), await callWhile(caller, service, atOnce, goesOn));
      }),
    );
    await event().finally(() => (happened = true));
    await calling;
    return counts;
  }

  const SWITCHES = [
    ['annotation', () => scene.ask('alice', { traffic: '50%', policy: 'legacy-only' })],
    ['configuration and a restart', () => scene.configure('alice', 'legacy-only')],
  ] as const;
  for (const [how, switchBack] of SWITCHES)
    test(`legacy-only by ${how}, while callers call, fails no call and ends the calls to Kubernetes`, async () => {
      await scene.ask('alice', { traffic: '50%' });
      await settled();
      let done = false;
      const writtenAt = { ms: Number.POSITIVE_INFINITY };
      const calling = Promise.all(callers.map((caller) => watchSwitch(caller, writtenAt, () => done)));
      writtenAt.ms = Date.now();
      const atEnd = await switchBack()
        .then(settled)
        .then(() => Promise.all(callers.map(({ once }) => once('alice'))))
        .finally(() => (done = true));
      const surprises: string[] = [];
      for (const { kind, lastAt, calls, failed } of await calling) {
        note(WAY_BACK, [...who(kind, 1), how, `${(lastAt / 1000).toFixed(1)} s`, `${calls}`, `${failed}`]);
        if (failed > 0) surprises.push(`${kind.key}: ${failed} failed`);
      }
      assert.deepEqual(surprises, []);
      const still = atEnd.filter((host) => host.startsWith(hostOf('alice')));
      assert.deepEqual(still, [], 'nobody calls Kubernetes any more');
    });

  /** The rows of the document with those of this run in their places. */
  const allRows = (old: string): ReadonlyMap<DialTable, readonly Row[]> =>
    new Map([...rows].map(([table, fresh]) => [table, mergedRows(rowsOf(old, table), fresh, table)]));
  const document = (): string => (existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : '');

  // After each test, so that a run that is broken off leaves what it has measured.
  afterEach(async () => {
    if (process.env['UPDATE_DIAL'] !== '1') return;
    const style = await resolveConfig(DOCUMENT);
    writeFileSync(DOCUMENT, await format(dialDocument(allRows(document())), { ...style, parser: 'markdown' }));
  });

  test('docs/dial.md has rows of these callers alone, and is as a run writes it', async () => {
    const written = document();
    const style = await resolveConfig(DOCUMENT);
    const again = new Map(TABLES.map((table) => [table, mergedRows(rowsOf(written, table), [], table)]));
    assert.equal(written, await format(dialDocument(again), { ...style, parser: 'markdown' }), 'npm run dial');
  });
});

/** Calls until it is done; `lastAt`: when the last call reached Kubernetes, in milliseconds after `writtenAt`. */
async function watchSwitch(
  { kind, once }: Caller,
  writtenAt: { readonly ms: number },
  isDone: () => boolean,
): Promise<{ readonly kind: CallerKind; readonly lastAt: number; readonly calls: number; readonly failed: number }> {
  let [lastAt, calls] = [0, 0];
  const timed = async (service: string): Promise<string> => {
    const startedAt = Date.now();
    if (startedAt >= writtenAt.ms) calls += 1;
    const host = await once(service);
    if (startedAt >= writtenAt.ms && host.startsWith(hostOf(service))) lastAt = startedAt - writtenAt.ms;
    return host;
  };
  const { failed } = await callWhile({ once: timed }, 'alice', 1, () => !isDone());
  return { kind, lastAt, calls, failed };
}

const NO_CALLS: CallCounts = { calls: 0, kubernetes: 0, failed: 0 };

function ofCalls(counts: CallCounts = NO_CALLS): string {
  return `${counts.failed} of ${counts.calls}`;
}
