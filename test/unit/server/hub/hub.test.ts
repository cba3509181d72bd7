import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hub, type Publication } from '../../../../server/hub/hub.ts';
import type { Log } from '../../../../server/hub/ports.ts';
import { appName, type AppName } from '../../../../shared/model/names.ts';
import { NO_CONTRIBUTION, type AppContribution } from '../../../../shared/registry/contribution.ts';
import type { NewPace } from '../../../../shared/pace.ts';
import { HandSource } from '../../../support/hand-source.ts';
import { instance } from '../../../support/instances.ts';
import { oneGo, stepByStep } from '../../../support/paces.ts';
import { publication } from '../../../support/publications.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';

const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

function start(
  sources: readonly HandSource[],
  newPace: NewPace = oneGo,
): { hub: Hub; clock: SteppedClock; published: Publication[] } {
  const clock = new SteppedClock();
  const rules = {
    application: () => ({ policy: 'both' as const, namespaces: [] }),
    overlay: { networks: [], action: 'forward' as const },
  };
  const hub = new Hub({ clock, log: SILENT, newPace, rules, sources, firstVersion: 7 });
  const published: Publication[] = [];
  hub.onPublish((each) => published.push(each));
  hub.start();
  return { hub, clock, published };
}

function registered(...ids: readonly string[]): AppContribution {
  return { ...NO_CONTRIBUTION, instances: ids.map((id) => instance('ORDERS', id)) };
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
  assert.equal(hub.snapshot(), undefined, 'contributed, but not said to be complete');
  cluster.sink?.synced();
  assert.equal(ids(hub)?.length, 2);
  assert.equal(published.length, 1);
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

test('an urgent change is published before the call returns, with what waited', () => {
  const legacy = new HandSource('legacy');
  const { hub, clock } = start([legacy]);
  legacy.sink?.synced();
  legacy.sink?.update(view(registered('a')), 'coalesced');
  legacy.sink?.update(view(registered('b')), 'now');
  assert.deepEqual(ids(hub), ['b']);
  assert.equal(clock.pending, 1, 'only the pruning timer is left');
});

test('an urgent update without any change takes along what waits', () => {
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
  hub.onPublish(() => {
    throw new Error('broken observer');
  });
  let later = 0;
  hub.onPublish(() => later++);
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

test('a large load is published piece by piece, and answered only when it is complete', async () => {
  const legacy = new HandSource('legacy');
  const { hub, published } = start([legacy], stepByStep);
  const names = Array.from({ length: 20 }, (_, i) => appName(`APP${i}`));
  const load = new Map(names.map((name) => [name, { ...NO_CONTRIBUTION, instances: [instance(name, 'i-1')] }]));
  legacy.sink?.replace(load);
  legacy.sink?.synced();
  assert.equal(hub.snapshot(), undefined, 'a part is not answered');
  while (hub.snapshot() === undefined) await new Promise(setImmediate);
  assert.equal(hub.snapshot()?.applications.length, 20);
  assert.equal(published.length, 1);
  assert.equal(hub.snapshot()?.log.recent.flat().length, 20, 'who comes from another process is told everything');

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
  legacy.sink?.replace(
    new Map(names.map((name) => [name, { ...NO_CONTRIBUTION, instances: [instance(name, 'i-1')] }])),
  );
  legacy.sink?.update(view(registered('urgent')), 'now');
  assert.ok(ids(hub)?.includes('urgent'));
  assert.ok((ids(hub)?.length ?? 0) < 21, 'the load is still under way');
  while ((ids(hub)?.length ?? 0) < 21) await new Promise(setImmediate);
  const deleted = hub.snapshot()?.log.recent.flat().length;
  assert.equal(deleted, 21, 'every one is a change that the delta tells');
});
