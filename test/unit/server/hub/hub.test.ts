import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hub } from '../../../../server/hub/hub.ts';
import type { SnapshotUpdate } from '../../../../server/hub/snapshot-update.ts';
import { appName, type AppName } from '../../../../shared/model/names.ts';
import { NO_CONTRIBUTION, type AppContribution } from '../../../../shared/contribution/contribution.ts';
import type { NewTimeSlice } from '../../../../shared/time-slice.ts';
import { HandSource } from '../../../support/hand-source.ts';
import { instance } from '../../../support/instances.ts';
import { endlessSlice, stepByStep } from '../../../support/time-slices.ts';
import { publication } from '../../../support/publications.ts';
import { JumpingClock } from '../../../support/jumping-clock.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';
import type { Policy } from '../../../../shared/contribution/policy.ts';
import { DELTA_WINDOW } from '../../../../shared/registry/delta-window.ts';
import { NO_METRICS } from '../../../support/no-metrics.ts';
import { SILENT_LOG } from '../../../support/silent-log.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';

function start(
  sources: readonly HandSource[],
  newTimeSlice: NewTimeSlice = endlessSlice,
  policyOf: (name: AppName) => Policy = () => 'both',
  clock = new SteppedClock(),
): { hub: Hub; clock: SteppedClock; published: SnapshotUpdate[]; warnings: string[] } {
  const rules = { ...OPEN_RULES, application: (name: AppName) => ({ policy: policyOf(name), namespaces: [] }) };
  const warnings: string[] = [];
  const log = {
    ...SILENT_LOG,
    warn: (fields: object, text: string) => void warnings.push(JSON.stringify(fields) + text),
  };
  const hub = new Hub({
    clock,
    steady: clock.steady,
    log,
    metrics: NO_METRICS,
    newTimeSlice,
    rules,
    sources,
    firstVersion: 7,
    deltaWindow: DELTA_WINDOW,
  });
  const published: SnapshotUpdate[] = [];
  hub.onUpdate((each) => published.push(each));
  hub.start();
  return { hub, clock, published, warnings };
}

function registered(...ids: readonly string[]): AppContribution {
  return { ...NO_CONTRIBUTION, instances: ids.map((id) => instance('ORDERS', id)) };
}

/** Instances of each application of a load that takes more than one step. */
const LARGE = 100;

function largeLoad(names: readonly AppName[]): ReadonlyMap<AppName, AppContribution> {
  const instances = (name: AppName) => Array.from({ length: LARGE }, (_, n) => instance(name, `i-${n}`));
  return new Map(names.map((name) => [name, { ...NO_CONTRIBUTION, instances: instances(name) }]));
}

const ORDERS = appName('ORDERS');
const view = (contribution: AppContribution): ReadonlyMap<AppName, AppContribution> =>
  new Map([[ORDERS, contribution]]);
const ids = (hub: Hub): readonly string[] | undefined =>
  hub.snapshot()?.applications.flatMap(({ served }) => served.map(({ id }) => id));

test('nothing is answered before every required source has synced, then everything at once', () => {
  const [legacy, cluster, optional] = [
    new HandSource('legacy'),
    new HandSource('cluster:main'),
    new HandSource('manifests:x', false),
  ];
  const { hub, published } = start([legacy, cluster, optional]);
  legacy.sink?.replace(view(registered('i-1')));
  legacy.sink?.synced();
  assert.equal(hub.snapshot(), undefined);
  assert.deepEqual(hub.awaited(), ['cluster:main']);
  cluster.sink?.replace(view({ ...NO_CONTRIBUTION, publications: [publication('ORDERS')] }));
  assert.equal(hub.snapshot(), undefined, 'contributed, but not reported as complete');
  cluster.sink?.synced();
  assert.equal(ids(hub)?.length, 2);
  assert.equal(published.length, 1);
});

test('a source that is not required but may yet answer is waited for, for a moment', () => {
  const [legacy, cluster] = [new HandSource('legacy', false), new HandSource('cluster:main')];
  legacy.state = 'starting';
  const { hub, clock, warnings } = start([legacy, cluster]);
  cluster.sink?.synced();
  clock.advance(4_900);
  assert.deepEqual(hub.awaited(), ['legacy']);
  legacy.sink?.replace(view(registered('i-1')));
  legacy.sink?.synced();
  assert.deepEqual(ids(hub), ['i-1'], 'the first answer is whole');
  assert.deepEqual(warnings, []);
});

test('a source that is not required and stays away is omitted, and the log states what callers see', () => {
  const [legacy, cluster] = [new HandSource('legacy', false), new HandSource('cluster:main')];
  legacy.state = 'starting';
  const { hub, clock, warnings } = start([legacy, cluster]);
  cluster.sink?.synced();
  assert.equal(hub.snapshot(), undefined);
  clock.advance(5_000);
  assert.deepEqual(ids(hub), []);
  assert.deepEqual(hub.awaited(), []);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /"source":"legacy".*callers drop all its instances until it answers/);
  legacy.sink?.replace(view(registered('i-1')));
  legacy.sink?.synced();
  clock.advance(1_000);
  assert.deepEqual(ids(hub), ['i-1']);
});

test('the first change goes out at once, those within the window share the next publication', () => {
  const legacy = new HandSource('legacy');
  const { hub, clock, published } = start([legacy]);
  legacy.sink?.synced();
  clock.advance(1000);
  published.length = 0;
  legacy.sink?.update(view(registered('a')), 'coalesced');
  assert.equal(published.length, 1);
  legacy.sink?.update(view(registered('a', 'b')), 'coalesced');
  legacy.sink?.update(view(registered('a', 'b', 'c')), 'coalesced');
  assert.equal(published.length, 1);
  clock.advance(100);
  assert.equal(published.length, 2);
  assert.deepEqual(ids(hub), ['a', 'b', 'c']);
});

test('a clock that is set back holds no change up', () => {
  const legacy = new HandSource('legacy');
  const clock = new JumpingClock(1_750_000_000_000);
  const { hub } = start([legacy], undefined, undefined, clock);
  legacy.sink?.synced();
  clock.advance(1000);
  legacy.sink?.update(view(registered('a')), 'coalesced');
  clock.jump(-3_600_000);
  legacy.sink?.update(view(registered('a', 'b')), 'coalesced');
  clock.advance(100);
  assert.deepEqual(ids(hub), ['a', 'b']);
});

test('a clock that is set forward takes no change out of the delta before its time', () => {
  const legacy = new HandSource('legacy');
  const clock = new JumpingClock(1_750_000_000_000);
  const { hub } = start([legacy], undefined, undefined, clock);
  legacy.sink?.synced();
  legacy.sink?.update(view(registered('a')), 'now');
  clock.jump(3_600_000);
  legacy.sink?.update(view(registered('a', 'b')), 'now');
  clock.advance(60_000);
  const recent = hub
    .snapshot()
    ?.log.recent.flat()
    .map(({ record }) => record.id);
  assert.deepEqual(recent, ['a', 'b']);
});

test('an urgent change is published before the call returns, with what waited', () => {
  const legacy = new HandSource('legacy');
  const { hub, clock } = start([legacy]);
  legacy.sink?.synced();
  legacy.sink?.update(view(registered('a')), 'coalesced');
  legacy.sink?.update(view(registered('b')), 'now');
  assert.deepEqual(ids(hub), ['b']);
  assert.equal(clock.pending, 1, 'only the pruning timer is left');
});

test('an urgent update without any change publishes what waits', () => {
  const legacy = new HandSource('legacy');
  const { hub } = start([legacy]);
  legacy.sink?.synced();
  legacy.sink?.update(view(registered('a')), 'coalesced');
  legacy.sink?.update(view(registered('b')), 'coalesced');
  assert.notDeepEqual(ids(hub), ['b']);
  legacy.sink?.update(new Map(), 'now');
  assert.deepEqual(ids(hub), ['b']);
});

test('an application missing from a complete view is gone, one missing from an update is not', () => {
  const legacy = new HandSource('legacy');
  const { hub, clock } = start([legacy]);
  legacy.sink?.replace(view(registered('a')));
  legacy.sink?.synced();
  legacy.sink?.update(
    new Map([[appName('OTHER'), { ...NO_CONTRIBUTION, instances: [instance('OTHER', 'o')] }]]),
    'now',
  );
  assert.deepEqual(ids(hub), ['a', 'o']);
  legacy.sink?.replace(new Map());
  clock.advance(100);
  assert.deepEqual(ids(hub), []);
  assert.equal(hub.snapshot()?.hashCode, '');
});

test('the version grows with content, not with renewals or repetition', () => {
  const legacy = new HandSource('legacy');
  const { hub } = start([legacy]);
  legacy.sink?.synced();
  legacy.sink?.update(view(registered('a')), 'now');
  const version = hub.snapshot()?.version;
  legacy.sink?.update(view(registered('a')), 'now');
  assert.equal(hub.snapshot()?.version, version);
  legacy.sink?.update(view(registered('a', 'b')), 'now');
  assert.equal(hub.snapshot()?.version, (version ?? 0) + 1);
});

test('the delta is empty again after its window, at the same version', () => {
  const legacy = new HandSource('legacy');
  const { hub, clock } = start([legacy]);
  legacy.sink?.synced();
  legacy.sink?.update(view(registered('a')), 'now');
  const version = hub.snapshot()?.version;
  assert.equal(hub.snapshot()?.log.recent.flat().length, 1);
  clock.advance(331_000);
  assert.equal(hub.snapshot()?.log.recent.flat().length, 0);
  assert.equal(hub.snapshot()?.version, version);
});

test('an observer that throws keeps neither the others nor the next publication from happening', () => {
  const legacy = new HandSource('legacy');
  const { hub, published } = start([legacy]);
  hub.onUpdate(() => {
    throw new Error('broken observer');
  });
  let later = 0;
  hub.onUpdate(() => later++);
  legacy.sink?.synced();
  legacy.sink?.update(view(registered('a')), 'now');
  assert.equal(published.length, 2);
  assert.equal(later, 2);
});

test('names that vanished are remembered for their template, but only so many', () => {
  const legacy = new HandSource('legacy');
  const { hub } = start([legacy]);
  legacy.sink?.synced();
  for (let i = 0; i < 1200; i++) {
    const name = appName(`APP${i}`);
    legacy.sink?.update(new Map([[name, { ...NO_CONTRIBUTION, instances: [instance(name, 'x')] }]]), 'now');
    legacy.sink?.update(new Map([[name, undefined]]), 'now');
  }
  assert.ok((hub.snapshot()?.applications.length ?? 0) <= 1000);
});

test('stopping stops the sources and leaves no timer', async () => {
  const legacy = new HandSource('legacy');
  const { hub, clock } = start([legacy]);
  await hub.stop();
  assert.ok(legacy.stopped);
  assert.equal(clock.pending, 0);
});

test('a large load is worked through in slices, and answered only when it is complete', async () => {
  const legacy = new HandSource('legacy');
  const { hub, published } = start([legacy], stepByStep);
  const names = Array.from({ length: 20 }, (_, i) => appName(`APP${i}`));
  legacy.sink?.replace(largeLoad(names));
  legacy.sink?.synced();
  assert.equal(hub.snapshot(), undefined, 'a part is not answered');
  while (hub.snapshot() === undefined) await new Promise(setImmediate);
  assert.equal(hub.snapshot()?.applications.length, 20);
  assert.equal(published.length, 1);
  assert.equal(
    hub.snapshot()?.log.recent.flat().length,
    20 * LARGE,
    'a client that comes from another process gets everything',
  );

  const gone = new Map(names.slice(1).map((name) => [name, undefined]));
  legacy.sink?.update(gone, 'now');
  assert.equal(hub.snapshot()?.applications.filter(({ served }) => served.length > 0).length, 1, 'urgent is at once');
});

test('an urgent change does not wait for a large load, nor does the load wait for its own window', async () => {
  const legacy = new HandSource('legacy');
  const { hub, clock } = start([legacy], stepByStep);
  legacy.sink?.synced();
  clock.advance(1000);
  const names = Array.from({ length: 20 }, (_, i) => appName(`APP${i}`));
  legacy.sink?.replace(largeLoad(names));
  legacy.sink?.update(view(registered('urgent')), 'now');
  assert.ok(ids(hub)?.includes('urgent'));
  assert.ok((ids(hub)?.length ?? 0) < 20 * LARGE, 'the load is still under way');
  while ((ids(hub)?.length ?? 0) < 20 * LARGE + 1) await new Promise(setImmediate);
  const deleted = hub.snapshot()?.log.recent.flat().length;
  assert.equal(deleted, 20 * LARGE + 1, 'every one is a change in the delta');
});

test('an application whose merge throws fails alone: its last known entries stay, and explain can say why', async () => {
  const legacy = new HandSource('legacy');
  let faulty = false;
  const { hub, clock } = start([legacy], endlessSlice, (name) => {
    if (faulty && name === BAD) throw new Error('planted');
    return 'both';
  });
  const load = (id: string): ReadonlyMap<AppName, AppContribution> =>
    new Map([ORDERS, BAD].map((name) => [name, { ...NO_CONTRIBUTION, instances: [instance(name, id)] }]));
  legacy.sink?.replace(load('i-1'));
  legacy.sink?.synced();
  faulty = true;
  legacy.sink?.update(load('i-2'), 'now');
  assert.deepEqual(idsByName(hub), { BAD: ['i-1'], ORDERS: ['i-2'] });
  const refusals = hub.snapshot()?.applications.find(({ name }) => name === BAD)?.refusals ?? [];
  assert.deepEqual(
    refusals.map(({ object, code }) => ({ object, code })),
    [{ object: 'BAD', code: 'internal-error' }],
  );
  assert.match(refusals[0]?.reason ?? '', /planted/);

  faulty = false;
  clock.advance(31_000);
  assert.deepEqual(idsByName(hub), { BAD: ['i-2'], ORDERS: ['i-2'] }, 'tried again without a further change');
  assert.deepEqual(hub.snapshot()?.applications.find(({ name }) => name === BAD)?.refusals, []);
  await hub.stop();
});

test('a fault in the first load keeps only its own application from being answered', async () => {
  const legacy = new HandSource('legacy');
  const { hub } = start([legacy], stepByStep, (name) => {
    if (name === BAD) throw new Error('planted');
    return 'both';
  });
  legacy.sink?.replace(largeLoad([ORDERS, BAD, appName('CAROL')]));
  legacy.sink?.synced();
  while (hub.snapshot() === undefined) await new Promise(setImmediate);
  assert.deepEqual(
    hub.snapshot()?.applications.map(({ name, served }) => [name, served.length]),
    [
      ['BAD', 0],
      ['CAROL', LARGE],
      ['ORDERS', LARGE],
    ],
  );
  await hub.stop();
});

const BAD = appName('BAD');

function idsByName(hub: Hub): Readonly<Record<string, readonly string[]>> {
  const applications = hub.snapshot()?.applications ?? [];
  return Object.fromEntries(applications.map(({ name, served }) => [name, served.map(({ id }) => id)]));
}

test('a source that does not stop keeps nobody waiting, and is named; the others are stopped', async () => {
  const [stuck, other] = [new HandSource('cluster:stuck'), new HandSource('legacy')];
  stuck.stop = () => new Promise<never>(() => undefined);
  const { hub, clock } = start([stuck, other]);
  const stopped = hub.stop();
  await new Promise(setImmediate);
  clock.advance(5000);
  assert.deepEqual(await stopped, [stuck.id]);
  assert.ok(other.stopped);
});
