import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hub } from '../../../../server/hub/hub.ts';
import { RestorableSource } from '../../../../server/hub/restorable-source.ts';
import type { Restored, SourceMemory } from '../../../../server/ports/source.ts';
import { NO_CONTRIBUTION, type AppContribution } from '../../../../shared/contribution/contribution.ts';
import { appName, sourceId, type AppName } from '../../../../shared/model/names.ts';
import { lastingMemory, type MergeMemory } from '../../../../shared/registry/application.ts';
import { DELTA_WINDOW } from '../../../../shared/registry/delta-window.ts';
import { HandSource } from '../../../support/hand-source.ts';
import { instance } from '../../../support/instances.ts';
import { NO_METRICS } from '../../../support/no-metrics.ts';
import { publication } from '../../../support/publications.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';
import { endlessSlice } from '../../../support/time-slices.ts';

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const LEGACY = sourceId('legacy');
const MAIN = sourceId('cluster:main');
const ORDERS = appName('ORDERS');
const TWIN: AppContribution = {
  ...NO_CONTRIBUTION,
  instances: [instance('ORDERS', 'i-1', { vipAddress: 'orders.corp' })],
};
const ROUTE: AppContribution = { ...NO_CONTRIBUTION, publications: [publication('ORDERS')] };

class Process {
  readonly clock: SteppedClock;
  readonly legacy = new HandSource('legacy');
  readonly main = new HandSource('cluster:main');
  readonly sources = [new RestorableSource(this.legacy), new RestorableSource(this.main)];
  readonly hub: Hub;
  stateChanges = 0;

  constructor(now = 1_750_000_000_000) {
    this.clock = new SteppedClock(now);
    this.hub = new Hub({
      clock: this.clock,
      steady: this.clock,
      log: SILENT,
      metrics: NO_METRICS,
      newTimeSlice: endlessSlice,
      rules: {
        application: () => ({ policy: undefined, namespaces: [] }),
        ownership: 'open',
        vipOwners: () => [],
        overlay: { networks: [] },
      },
      sources: this.sources,
      firstVersion: 7,
      deltaWindow: DELTA_WINDOW,
    });
    this.hub.onStateChange(() => this.stateChanges++);
  }

  served() {
    return this.hub.snapshot()?.applications.flatMap(({ served }) => served);
  }

  memory(): ReadonlyMap<AppName, MergeMemory> {
    const applications = this.hub.contents()?.applications ?? [];
    return new Map(
      applications.flatMap((each) => {
        const memory = lastingMemory(each);
        return memory === undefined ? [] : [[each.name, memory] as const];
      }),
    );
  }
}

const view = (contribution: AppContribution): Map<AppName, AppContribution> => new Map([[ORDERS, contribution]]);

test('with every required source restored reads are answered at once; with one missing they wait for it', () => {
  const whole = restoredWhole();
  whole.hub.start();
  assert.equal(whole.served()?.length, 2);

  const half = new Process();
  half.hub.restore(new Map([[LEGACY, view(TWIN)]]), new Map());
  half.hub.start();
  assert.equal(half.served(), undefined);
  assert.deepEqual(half.hub.awaited(), ['cluster:main']);
  assert.equal(half.hub.contents(), undefined, 'half a registry is nothing to be kept');
  half.main.sink?.replace(view(ROUTE));
  half.main.sink?.synced();
  assert.equal(half.served()?.length, 2);
});

test('what a source confirms is no change; what it does not show any more goes', () => {
  const { hub, legacy, main, served } = restored();
  const before = served();
  main.sink?.replace(view({ ...ROUTE }));
  main.sink?.synced();
  assert.deepEqual(served(), before);
  legacy.sink?.replace(new Map());
  assert.equal(hub.snapshot()?.counts.UP, 1);
});

test('what was restored is answered first; sources take writes at once, and ask their upstreams a moment later', async () => {
  const process = restoredWhole();
  process.hub.start();
  assert.equal(process.served()?.length, 2);
  // A write to the legacy, before anything was asked.
  process.legacy.sink?.update(new Map([[ORDERS, undefined]]), 'now');
  assert.equal(process.served()?.length, 1);
  await turn();
  assert.deepEqual([process.legacy.connected, process.main.connected], [false, false]);
  process.clock.advance(1_000);
  await turn();
  assert.deepEqual([process.legacy.connected, process.main.connected], [true, true]);

  const ended = restoredWhole();
  ended.hub.start();
  await turn();
  await ended.hub.stop();
  ended.clock.advance(1_000);
  await turn();
  assert.equal(ended.legacy.connected, false, 'nothing is asked after the stop');

  const half = new Process();
  half.hub.restore(new Map([[LEGACY, view(TWIN)]]), new Map());
  half.hub.start();
  await turn();
  assert.equal(half.main.connected, true, 'what is missing is asked for at once');
  const empty = new Process();
  empty.hub.start();
  assert.equal(empty.main.connected, true);
});

test('synthetic entries keep vip and time stamps over a restart after the last twin is gone', () => {
  const first = new Process();
  first.hub.start();
  for (const [source, contribution] of [
    [first.legacy, TWIN],
    [first.main, ROUTE],
  ] as const) {
    source.sink?.replace(view(contribution));
    source.sink?.synced();
  }
  first.clock.advance(1000);
  first.legacy.sink?.replace(new Map());
  const [before] = first.served() ?? [];
  assert.equal(before?.vipAddress, 'orders.corp');

  const second = new Process(first.clock.now() + 3_600_000);
  second.hub.restore(
    new Map([
      [LEGACY, new Map()],
      [MAIN, view(ROUTE)],
    ]),
    first.memory(),
  );
  second.hub.start();
  assert.deepEqual(second.served(), [before]);
});

test('versions go on after those of the process before, and never fall behind the first of its own', () => {
  for (const [last, least] of [
    [4000, 4000],
    [3, 7],
  ] as const) {
    const next = new Process();
    next.hub.restore(new Map([LEGACY, MAIN].map((source) => [source, view(TWIN)])), new Map(), last);
    next.hub.start();
    assert.equal(next.hub.snapshot()?.version, least + 1);
    assert.equal(next.hub.contents()?.version, least + 1);
  }
});

test('a template outlives its application: the next entry inherits, over two restarts', () => {
  const first = restored();
  first.main.sink?.replace(new Map());
  first.legacy.sink?.replace(new Map());
  first.clock.advance(1000);
  assert.deepEqual(first.served(), []);
  let memory = first.memory();
  for (let restart = 0; restart < 2; restart++) {
    const next = new Process();
    next.hub.restore(
      new Map([
        [LEGACY, new Map()],
        [MAIN, new Map()],
      ]),
      memory,
    );
    next.hub.start();
    memory = next.memory();
  }
  const last = new Process();
  last.hub.restore(new Map([[LEGACY, new Map()]]), memory);
  last.hub.start();
  last.main.sink?.replace(view(ROUTE));
  last.main.sink?.synced();
  assert.equal(last.served()?.[0]?.vipAddress, 'orders.corp');
});

test('a refusal is dated from when it was first made, also by a process before', () => {
  const refusal = { object: 'main/shop/x', code: 'no-host', reason: 'no host' } as const;
  const refused = view({ ...NO_CONTRIBUTION, refusals: [refusal] });
  const process = new Process();
  const since = process.clock.now() - 3_600_000;
  process.hub.restore(
    new Map([
      [LEGACY, new Map()],
      [MAIN, refused],
    ]),
    new Map([[ORDERS, { served: [], template: undefined, refusals: [{ ...refusal, since }] }]]),
  );
  process.hub.start();
  assert.equal(process.hub.snapshot()?.applications[0]?.refusals[0]?.since, since);
});

test('a restored source is stale, with the time of the success it had, until it has synced', () => {
  const process = new Process();
  const [legacy] = process.sources;
  assert.equal(legacy?.health().state, 'synced');
  legacy?.restore({ lastSuccessAt: 42, contributions: view(TWIN), state: undefined, details: new Map() });
  process.hub.start();
  const { state, lastSuccessAt, restored } = legacy?.health() ?? {};
  assert.deepEqual([state, lastSuccessAt, restored], ['stale', 42, true]);
  assert.equal(legacy?.memory().asOf, 42, 'a restore renews nothing');
  const changes = process.stateChanges;
  process.legacy.sink?.synced();
  assert.equal(legacy?.health().restored, undefined);
  assert.equal(process.stateChanges, changes + 1);
});

test('a source is given back the state it had, and what it says of its time counts', () => {
  const given: Restored[] = [];
  class Keeping extends HandSource {
    restore(restored: Restored): void {
      given.push(restored);
    }
    memory(): SourceMemory {
      return { asOf: 7, state: ['x'] };
    }
  }
  const source = new RestorableSource(new Keeping('leases'));
  const part = { lastSuccessAt: 42, contributions: new Map(), state: ['x'], details: new Map() };
  source.restore(part);
  assert.deepEqual(given, [part]);
  assert.deepEqual(source.memory(), { asOf: 7, state: ['x'] });
});

/** Not started yet, with every required source restored. */
function restoredWhole(): Process {
  const process = new Process();
  process.hub.restore(
    new Map([
      [LEGACY, view(TWIN)],
      [MAIN, view(ROUTE)],
    ]),
    new Map(),
  );
  return process;
}

function restored() {
  const process = restoredWhole();
  process.hub.start();
  const { hub, legacy, main, clock } = process;
  const advanced = () => {
    clock.advance(200);
    return process.served();
  };
  return { hub, legacy, main, clock, served: advanced, memory: () => process.memory() };
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
