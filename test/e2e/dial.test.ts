import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Policy } from '../../shared/contribution/policy.ts';
import {
  callWhile,
  entryShare,
  failedPercent,
  isAchieved,
  NO_CALLS,
  ofCalls,
  percentOf,
  shareText,
  type CallCounts,
  type EntryShare,
} from '../support/dial/dial-calls.ts';
import { CALLER_KINDS, MANY_KINDS, startCaller, type Caller } from '../support/dial/dial-callers.ts';
import { costOfCalls, LONG_LISTS, longListName } from '../support/dial/dial-cost.ts';
import { ASKED, COPIES, LOAD, MANY_ENTRIES, PARTS, POLICIES, SHARES, who } from '../support/dial/dial-document.ts';
import { DialRecord, loadText } from '../support/dial/dial-record.ts';
import { hostOf, startDialScene, type DialledService, type DialScene } from '../support/dial/dial-scene.ts';
import { measuredKey, tellStory, type MeasuredCaller, type Story } from '../support/dial/dial-story.ts';
import { watchSwitch } from '../support/dial/dial-switch.ts';
import type { ShownInstance } from '../support/eureka-rest.ts';
import { buildJava } from '../testbed/java/build.ts';
import { until } from '../testbed/until.ts';

// `npm run dial` is the whole table; without EUREK8S_DIAL it is a few shares with each client, and what dies by chance is left out.
const FULL = process.env['EUREK8S_DIAL'] === 'full';

/** Of several calls at a time Ribbon's zones make a share that varies from run to run: the whole table shows it. */
function callsAtOnce({ kind }: Caller): readonly number[] {
  return FULL ? kind.atOnce : [1];
}
function listOf(variable: string): readonly string[] {
  return (process.env[variable] ?? '').split(',').filter((each) => each !== '');
}
/** Keys of callers, and parts: a piece of the whole. */
const ONLY = listOf('EUREK8S_DIAL_ONLY');
const ONLY_PARTS = listOf('EUREK8S_DIAL_PARTS');

const CALLS = FULL ? 900 : 300;
/** Points. */
const TOLERANCE = 3;

/** Several at a time reach entries nearly at random where zones are left out: the tolerance is three deviations of so many. */
function callsOf({ percent }: EntryShare, atOnce: number): number {
  if (atOnce === 1) return CALLS;
  return Math.max(CALLS, Math.ceil(percent * (100 - percent) * (3 / TOLERANCE) ** 2));
}
/** Calls after each event of the story, at least. */
const STORY_CALLS = FULL ? 300 : 100;
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
  const unknown = ONLY_PARTS.filter((each) => !PARTS.includes(each));
  if (unknown.length > 0) throw new Error(`${unknown.join()}: no part of ${PARTS.join()}`);
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  const record = new DialRecord();
  let scene: DialScene;
  let callers: readonly Caller[] = [];

  /** Every caller has what is served now. */
  const settled = async (): Promise<void> => {
    await Promise.all(callers.map((caller) => caller.refreshed()));
  };
  /** Callers with the numbers of calls at a time that are measured of them. */
  const measured = (): readonly MeasuredCaller[] =>
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
      await until(`${kind.key} reaches every service`, async () => {
        for (const { name } of SERVICES) await once(name);
        return true;
      });
  });

  after(async () => {
    await Promise.all(callers.map((caller) => caller.stop()));
    await scene?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Makes the calls of all callers, one after the other where a caller is measured more than once. */
  async function measureAll(
    service: string,
    entries: readonly ShownInstance[],
  ): Promise<ReadonlyMap<string, CallCounts>> {
    const counts = new Map<string, CallCounts>();
    await Promise.all(
      callers.map(async (caller) => {
        for (const atOnce of callsAtOnce(caller)) {
          const wanted = callsOf(entryShare(entries, caller.kind, atOnce), atOnce);
          const counted = await callWhile(caller, service, atOnce, (calls) => calls < wanted);
          counts.set(measuredKey({ caller, atOnce }), counted);
        }
      }),
    );
    return counts;
  }

  /** A test that notes how busy the machine was, unless this run is about other parts. */
  function part(key: string, title: string, body: () => Promise<void>): void {
    if (ONLY_PARTS.length > 0 && !ONLY_PARTS.some((each) => key === each || key.startsWith(`${each}:`))) return;
    test(title, async () => {
      const before = loadText();
      try {
        await body();
      } finally {
        const day = new Date().toISOString().slice(0, 10);
        record.note(LOAD, [key, day, String(availableParallelism()), before, loadText()]);
      }
    });
  }

  for (const asked of SHARES_ASKED)
    part(asked, `asked ${asked}, callers of every kind and zone achieve what the entries say`, async () => {
      await scene.ask('alice', { traffic: asked });
      await settled();
      const entries = await scene.entries('alice');
      const counts = await measureAll('alice', entries);
      const surprises: string[] = [];
      for (const { caller, atOnce } of measured()) {
        const { cells, failed, surprise } = outcomeOf(entries, { caller, atOnce }, counts);
        record.note(SHARES, [...who(caller.kind, atOnce), asked, ...cells, `${failed}`]);
        if (surprise !== undefined) surprises.push(surprise);
      }
      assert.deepEqual(surprises, []);
    });

  for (const { beside, asked } of COPY_CASES)
    part(
      `copies: ${asked} beside ${beside}`,
      `copies make ${asked} beside ${beside} exact, and no more calls fail when one dies and one leaves`,
      async () => {
        const outcomes = new Map<boolean, ReadonlyMap<string, Story>>();
        const surprises: string[] = [];
        for (const copies of [false, true]) {
          const { name } = copyService(beside, asked, copies);
          await scene.ask(name, { traffic: asked, copies: String(copies) });
          await settled();
          const entries = await scene.entries(name);
          const counts = await measureAll(name, entries);
          const stories = await tellStory({
            scene,
            service: name,
            instances: beside,
            measured: measured(),
            callsAfter: STORY_CALLS,
            settled,
          });
          outcomes.set(copies, stories);
          for (const { caller, atOnce } of measured()) {
            const { cells, surprise } = outcomeOf(entries, { caller, atOnce }, counts);
            const story = stories.get(measuredKey({ caller, atOnce }));
            const tried = [...who(caller.kind, atOnce), asked, `${beside}`, copies ? 'yes' : 'no'];
            record.note(COPIES, [...tried, ...cells, ofCalls(story?.died), ofCalls(story?.left)]);
            if (surprise !== undefined) surprises.push(`copies ${copies}: ${surprise}`);
          }
        }
        for (const [key, story] of outcomes.get(true) ?? [])
          for (const event of ['died', 'left'] as const) {
            const without = outcomes.get(false)?.get(key)?.[event] ?? NO_CALLS;
            const excess = failedPercent(story[event]) - failedPercent(without);
            if (!(excess <= TOLERANCE)) surprises.push(`${key}: ${excess} points more calls failed after one ${event}`);
          }
        assert.deepEqual(surprises, []);
      },
    );

  const ANNOTATION = 'annotation';
  const annotated = (policy: Policy) => () => scene.ask('alice', { traffic: '50%', policy });
  const SWITCHES = [
    ['prefer-kubernetes', ANNOTATION, annotated('prefer-kubernetes')],
    ['legacy-only', ANNOTATION, annotated('legacy-only')],
    ['kubernetes-only', ANNOTATION, annotated('kubernetes-only')],
    // The configuration has precedence over the annotation.
    ['legacy-only', 'configuration and a restart', () => scene.configure('alice', 'legacy-only')],
  ] as const;
  part(
    'policies',
    'policies switched while callers call fail no call and end the calls to the other world',
    async () => {
      await scene.ask('alice', { traffic: '50%' });
      await settled();
      const surprises: string[] = [];
      for (const [policy, how, switchOver] of SWITCHES) {
        const leaves = policy === 'legacy-only' ? 'kubernetes' : 'registered';
        for (const { caller, lastAt, calls, failures } of await watchSwitch(callers, 'alice', leaves, switchOver)) {
          const failed = failures.total;
          record.note(POLICIES, [
            ...who(caller.kind, 1),
            policy,
            how,
            `${(lastAt / 1000).toFixed(1)} s`,
            `${calls}`,
            `${failed}`,
          ]);
          const isLeft = (await caller.once('alice')).startsWith(hostOf('alice')) === (leaves === 'kubernetes');
          if (failed > 0 || isLeft || calls === 0)
            surprises.push(
              `${caller.kind.key}, ${policy}: ${calls} calls, ${JSON.stringify(failures.counts)}, ${isLeft}`,
            );
        }
      }
      assert.deepEqual(surprises, []);
    },
  );

  if (FULL)
    part('many entries', 'the CPU time of a call is that of Ribbon alone, by the number of entries', async () => {
      for (const list of LONG_LISTS) await scene.registerMany(longListName(list), list);
      for (const kind of MANY_KINDS)
        for (const [{ entries, zones }, ms] of await costOfCalls(kind, { dir, eurekaUrl: scene.legacyUrl }))
          record.note(MANY_ENTRIES, [
            kind.client,
            kind.zone ?? 'none',
            `${entries}`,
            `${zones}`,
            `${ms.toFixed(1)} ms`,
          ]);
    });

  // After each test, so that a run that is broken off leaves what it has measured.
  afterEach(async () => {
    if (process.env['UPDATE_DIAL'] === '1') await record.write();
  });

  test('docs/dial.md has rows of these callers alone, and is as a run writes it', async () => {
    const untouched = new DialRecord();
    assert.equal(untouched.written(), await untouched.text(), 'npm run dial');
  });
});

/** What was measured of a caller, as cells; a surprise where a call failed or the share is not what the entries say. */
function outcomeOf(
  entries: readonly ShownInstance[],
  measured: MeasuredCaller,
  counts: ReadonlyMap<string, CallCounts>,
): { readonly cells: readonly string[]; readonly failed: number; readonly surprise: string | undefined } {
  const key = measuredKey(measured);
  const share = entryShare(entries, measured.caller.kind, measured.atOnce);
  const { calls, kubernetes, failures } = counts.get(key) ?? NO_CALLS;
  const achieved = percentOf(kubernetes, calls);
  const cells = [`${share.kubernetes} + ${share.registered}`, shareText(share), `${achieved}%`, `${calls}`];
  const failed = failures.total;
  const asExpected = failed === 0 && isAchieved(achieved, share, TOLERANCE);
  return {
    cells,
    failed,
    surprise: asExpected ? undefined : `${key}: ${cells.join(', ')}, ${JSON.stringify(failures.counts)}`,
  };
}
