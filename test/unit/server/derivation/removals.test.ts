import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDerivation } from '../../../../server/derivation/derivation-memory.ts';
import { Derivation } from '../../../../server/derivation/derivation.ts';
import type { GuardsConfig } from '../../../../shared/config/config.ts';
import { membersOf } from '../../../../shared/data/shape.ts';
import { instanceId, appName } from '../../../../shared/model/names.ts';
import type { StrippedObject } from '../../../../shared/ingress/stripped.ts';
import type { NewTimeSlice, Steps } from '../../../../shared/time-slice.ts';
import {
  deployment,
  endpointSlice,
  ingress,
  ingressClass,
  namespace,
  service,
} from '../../../support/cluster-objects.ts';
import { ContributionRecorder } from '../../../support/contribution-recorder.ts';
import { SILENT_LOG } from '../../../support/silent-log.ts';
import { derivationConfig } from '../../../support/derivation.ts';
import { nameTable } from '../../../support/name-table.ts';
import { NO_METRICS } from '../../../support/no-metrics.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';
import { endlessSlice, stepByStep } from '../../../support/time-slices.ts';

const GUARDS: GuardsConfig = { maxRemoval: 30, minInstances: 3, grace: 300_000, window: 60_000 };
const NAMES = Array.from({ length: 10 }, (_, n) => `svc-${n}`);

interface Setting {
  readonly guards?: Partial<GuardsConfig>;
  readonly objects?: readonly StrippedObject[];
  readonly config?: Parameters<typeof derivationConfig>[0];
  readonly newTimeSlice?: NewTimeSlice;
  readonly listed?: boolean;
}

function begin({ guards, objects = tenApps(), config, newTimeSlice = endlessSlice, listed = true }: Setting = {}) {
  const clock = new SteppedClock();
  const sink = new ContributionRecorder();
  const view = { at: (): number | undefined => clock.now() };
  const lines: string[] = [];
  const warn = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const derivation = new Derivation({
    ...derivationConfig({ ...config, guards: { ...GUARDS, ...guards } }),
    viewAt: () => view.at(),
    resolver: nameTable(),
    clock,
    log: { ...SILENT_LOG, warn, info: warn },
    metrics: NO_METRICS,
    sink,
    newTimeSlice,
  });
  for (const object of objects) derivation.set(object);
  if (listed) derivation.allListed();
  const shown = (): readonly string[] =>
    [...sink.apps.values()].flatMap(({ publications }) => publications.map(({ ingress: name }) => name)).toSorted();
  return { clock, sink, view, lines, derivation, shown };
}

function tenApps(): readonly StrippedObject[] {
  return NAMES.flatMap((name) => [ingress(name), service(name), endpointSlice(`${name}-1`, name, 1)]);
}

type Scene = ReturnType<typeof begin>;

function holdOf({ derivation }: Scene) {
  const [hold] = derivation.holding.holds();
  return hold;
}

function status({ sink }: Scene, name: string): string | undefined {
  return sink.publication(name)?.status;
}

function words({ sink }: Scene, name: string): string {
  return sink.publication(name)?.statusReason ?? '';
}

function removeIngresses({ derivation }: Scene, names: readonly string[]): void {
  for (const name of names) derivation.remove('Ingress', 'shop', name);
}

test('a list that lacks most of what is published is held, with what each entry was', () => {
  const scene = begin();
  scene.derivation.replaceKind(
    'Ingress',
    NAMES.slice(0, 2).map((name) => ingress(name)),
  );
  assert.deepEqual(scene.shown(), NAMES);
  assert.equal(status(scene, 'svc-9'), 'UP');
  const id = holdOf(scene)?.id ?? '';
  assert.equal(words(scene, 'svc-9'), `1 of 1 endpoints ready; kept by hold ${id}: the Ingress is gone`);
  assert.equal(words(scene, 'svc-0'), '1 of 1 endpoints ready');
  assert.deepEqual([holdOf(scene)?.applications, holdOf(scene)?.instances, holdOf(scene)?.instancesBefore], [8, 8, 10]);
  assert.equal(scene.derivation.counts()['held'], 8);
  const held = (app: string, object: string | undefined) =>
    scene.derivation.holding.held(appName(app), instanceId('x'), object)?.holdId;
  assert.equal(held('svc-9', 'main/shop/svc-9'), id);
  assert.equal(held('svc-0', 'main/shop/svc-0'), undefined);
  assert.equal(held('svc-9', undefined), undefined);
  assert.match(scene.lines.join('\n'), /^a mass removal is held: .*"SVC-2"/m);
});

test('few deletions pass at once, with their window', () => {
  const scene = begin();
  removeIngresses(scene, NAMES.slice(0, 3));
  assert.deepEqual(scene.shown(), NAMES.slice(3));
  assert.deepEqual(scene.sink.updates, [['SVC-0'], ['SVC-1'], ['SVC-2']]);
  scene.clock.advance(300_000);
  removeIngresses(scene, NAMES.slice(3, 5));
  assert.deepEqual(scene.shown(), NAMES.slice(5));
  assert.equal(holdOf(scene), undefined);
});

test('deletions that come one by one are held from the one that is too much, and those of the window come back', () => {
  const scene = begin();
  for (const name of NAMES.slice(0, 3)) {
    removeIngresses(scene, [name]);
    scene.clock.advance(1_000);
  }
  assert.deepEqual(scene.shown(), NAMES.slice(3));
  removeIngresses(scene, ['svc-3']);
  assert.deepEqual(scene.shown(), NAMES);
  assert.equal(status(scene, 'svc-0'), 'UP');
  removeIngresses(scene, NAMES.slice(4));
  assert.deepEqual(scene.shown(), NAMES);
  assert.equal(holdOf(scene)?.applications, 10);
});

test('a Namespace that is being deleted takes everything with it in one event, and is held as one loss', () => {
  const scene = begin();
  scene.derivation.set({ ...namespace('shop'), meta: { ...namespace('shop').meta, deleting: true } });
  assert.deepEqual(scene.shown(), NAMES);
  assert.match(words(scene, 'svc-0'), /kept by hold \S+: namespace shop is being deleted, and all in it$/);
  removeIngresses(scene, NAMES);
  for (const name of NAMES) scene.derivation.remove('EndpointSlice', 'shop', `${name}-1`);
  for (const name of NAMES) scene.derivation.remove('Service', 'shop', name);
  scene.derivation.remove('Namespace', '', 'shop');
  assert.deepEqual(scene.shown(), NAMES);
  assert.equal(status(scene, 'svc-0'), 'DOWN');
  assert.match(words(scene, 'svc-0'), /^Service svc-0 has no EndpointSlice; kept by hold \S+: the Ingress is gone$/);
});

test('health goes on while an Ingress is held: endpoints that end, come back, and go for good', () => {
  const scene = begin();
  scene.derivation.replaceKind('Ingress', []);
  scene.derivation.set(endpointSlice('svc-0-1', 'svc-0', 0, 1));
  assert.deepEqual([status(scene, 'svc-0'), status(scene, 'svc-1')], ['DOWN', 'UP']);
  scene.derivation.set(endpointSlice('svc-0-1', 'svc-0', 2));
  assert.equal(status(scene, 'svc-0'), 'UP');
  scene.derivation.remove('Service', 'shop', 'svc-0');
  assert.equal(status(scene, 'svc-0'), 'UP', 'the endpoints are there');
  scene.derivation.remove('EndpointSlice', 'shop', 'svc-0-1');
  assert.equal(status(scene, 'svc-0'), 'DOWN');
  assert.match(words(scene, 'svc-0'), /kept by hold/);
});

test('deleted Services count as deletions of the Ingresses that lead to them, which are served as before', () => {
  const scene = begin();
  scene.derivation.replaceKind('Service', []);
  assert.deepEqual(scene.shown(), NAMES);
  assert.equal(status(scene, 'svc-0'), 'UP');
  assert.match(words(scene, 'svc-0'), /: Service svc-0 is not in namespace shop: create it or correct the backend$/);
  scene.derivation.replaceKind(
    'Service',
    NAMES.map((name) => service(name)),
  );
  assert.equal(holdOf(scene), undefined);
  assert.equal(words(scene, 'svc-0'), '1 of 1 endpoints ready');
});

test('a default class that is gone, and a Namespace that is, are deletions too', () => {
  const classless = NAMES.flatMap((name) => [ingress(name, { className: null }), service(name)]);
  const byClass = begin({
    objects: [ingressClass('nginx', true), ...classless],
    config: { selection: { ingressClasses: ['nginx'] } },
  });
  byClass.derivation.replaceKind('IngressClass', []);
  assert.deepEqual(byClass.shown(), NAMES);
  assert.match(words(byClass, 'svc-0'), /kept by hold \S+: the Ingress has no class/);

  const labelled = begin({
    objects: [namespace('shop', { published: 'yes' }), ...tenApps()],
    config: { selection: { namespaceSelector: 'published=yes' } },
  });
  labelled.derivation.replaceKind('Namespace', []);
  assert.deepEqual(labelled.shown(), NAMES);
  labelled.derivation.set(namespace('shop', { published: 'no' }));
  assert.deepEqual(labelled.shown(), [], 'that is what somebody wants');
  assert.equal(holdOf(labelled), undefined);
});

test('without their Deployments the endpoints decide', () => {
  const objects = NAMES.map((name) => deployment(name, 1, { app: name }));
  const scene = begin({ objects: [...tenApps(), ...objects], config: { defaults: { health: 'deployment' } } });
  scene.derivation.replaceKind('Deployment', []);
  assert.deepEqual(scene.shown(), NAMES);
  assert.equal(status(scene, 'svc-0'), 'UP');
  scene.derivation.set(endpointSlice('svc-0-1', 'svc-0', 0, 1));
  assert.equal(status(scene, 'svc-0'), 'DOWN');
});

test('changed annotations, routes and names are no deletions, however many', () => {
  const scene = begin();
  for (const name of NAMES.slice(0, 3))
    scene.derivation.set(ingress(name, { annotations: { 'eurek8s.io/publish': 'false' } }));
  for (const name of NAMES.slice(3, 6)) scene.derivation.set(ingress(name, { path: '/api' }));
  for (const name of NAMES.slice(6, 8)) scene.derivation.set(ingress(name, { service: 'elsewhere' }));
  for (const name of NAMES.slice(8))
    scene.derivation.set(ingress(name, { annotations: { 'eurek8s.io/app': `new-${name}` } }));
  assert.deepEqual(scene.shown(), NAMES.slice(8));
  assert.deepEqual(
    [...scene.sink.apps.keys()].filter((app) => app.startsWith('NEW')),
    ['NEW-SVC-8', 'NEW-SVC-9'],
  );
  assert.equal(holdOf(scene), undefined);
});

test('what returns is as before, by the same Ingress or another one of that application', () => {
  const scene = begin();
  scene.derivation.replaceKind('Ingress', []);
  scene.derivation.set(ingress('svc-0'));
  assert.equal(words(scene, 'svc-0'), '1 of 1 endpoints ready');
  scene.derivation.set(ingress('renamed', { service: 'svc-1', annotations: { 'eurek8s.io/app': 'svc-1' } }));
  assert.deepEqual(
    scene.sink.apps.get(appName('svc-1'))?.publications.map((each) => each.ingress),
    ['renamed'],
  );
  assert.equal(holdOf(scene)?.applications, 8);
  scene.derivation.replaceKind(
    'Ingress',
    NAMES.map((name) => ingress(name)),
  );
  assert.equal(holdOf(scene), undefined);
  for (const name of NAMES)
    assert.equal(
      scene.derivation.holding.letThroughBy(appName(name), instanceId('x'), `main/shop/${name}`),
      undefined,
      'nothing of the hold went through',
    );
  assert.match(scene.lines.at(-1) ?? '', /^nothing is held any more/);
});

test('an application of two Ingresses is lost with the second', () => {
  const twins = NAMES.map((name) => ingress(`${name}-too`, { service: name, annotations: { 'eurek8s.io/app': name } }));
  const scene = begin({ objects: [...tenApps(), ...twins] });
  removeIngresses(scene, NAMES);
  assert.equal(holdOf(scene), undefined, 'every application is published by the other');
  removeIngresses(
    scene,
    twins.map(({ meta }) => meta.name),
  );
  assert.equal(holdOf(scene)?.applications, 10);
  assert.deepEqual(
    scene.shown(),
    twins.map(({ meta }) => meta.name),
  );
});

test('an entry is not kept UP when another Ingress has its route', () => {
  const scene = begin();
  scene.derivation.replaceKind('Ingress', []);
  assert.equal(status(scene, 'svc-0'), 'UP');
  scene.derivation.set(ingress('thief', { host: 'svc-0.k8s.example.com', service: 'svc-1' }));
  assert.equal(status(scene, 'svc-0'), 'DOWN');
  assert.match(words(scene, 'svc-0'), /^calls to svc-0\.k8s\.example\.com\/ go to the backend of Ingress shop\/thief/);
  removeIngresses(scene, ['thief']);
  assert.equal(status(scene, 'svc-0'), 'UP');
});

test('a grace period confirms, but never while the source is disconnected', () => {
  const scene = begin();
  scene.derivation.replaceKind('Ingress', []);
  scene.view.at = () => undefined;
  scene.clock.advance(400_000);
  assert.deepEqual(scene.shown(), NAMES);
  const since = holdOf(scene)?.since ?? 0;
  scene.view.at = () => since;
  scene.clock.advance(100_000);
  assert.deepEqual(scene.shown(), NAMES, 'nothing was heard since the loss');
  scene.view.at = () => scene.clock.now();
  scene.clock.advance(60_000);
  assert.deepEqual(scene.shown(), []);
  assert.equal(holdOf(scene), undefined);
  assert.equal(scene.clock.pending, 0);
  assert.match(scene.lines.join('\n'), /^a held removal was confirmed and goes through/m);
});

test('an operator releases it before the call returns; a refusal remains where the Ingress still exists', () => {
  const scene = begin({ newTimeSlice: endlessSlice });
  scene.derivation.replaceKind('Service', []);
  assert.equal(scene.derivation.holding.release('cluster:main-00000000'), false);
  const { id = '' } = holdOf(scene) ?? {};
  const through = (object: string | undefined) =>
    scene.derivation.holding.letThroughBy(appName('svc-0'), instanceId('x'), object);
  assert.equal(scene.derivation.holding.release(id), true);
  assert.deepEqual([through('main/shop/svc-0'), through(undefined)], [id, undefined]);
  assert.deepEqual(scene.shown(), []);
  assert.equal(scene.sink.refusal('svc-0'), 'service-not-found');
  assert.equal(holdOf(scene), undefined);
  scene.clock.advance(1_000_000);
  assert.equal(scene.clock.pending, 0);
});

test('what an operator keeps stays, and ordinary deletions go on', () => {
  const scene = begin();
  scene.derivation.replaceKind(
    'Ingress',
    NAMES.slice(0, 4).map((name) => ingress(name)),
  );
  const id = holdOf(scene)?.id ?? '';
  assert.equal(scene.derivation.holding.keep('cluster:main-00000000'), false);
  assert.equal(scene.derivation.holding.keep(id), true);
  scene.clock.advance(10_000_000);
  assert.deepEqual(scene.shown(), NAMES);
  removeIngresses(scene, ['svc-0']);
  assert.deepEqual(scene.shown(), NAMES.slice(1));
  assert.equal(scene.derivation.holding.release(id), true);
  assert.deepEqual(scene.shown(), NAMES.slice(1, 4));
});

test('maxRemoval 100 % switches it off, and few applications are never held', () => {
  const off = begin({ guards: { maxRemoval: 100 } });
  off.derivation.replaceKind('Ingress', []);
  assert.deepEqual(off.shown(), []);
  const few = begin({ objects: tenApps().slice(0, 6) });
  few.derivation.replaceKind('Ingress', []);
  assert.deepEqual(few.shown(), []);
});

test('in manifests the endpoints are written by people like the rest, and stay with it', () => {
  const scene = begin({ config: { origin: 'manifests' } });
  const all = tenApps();
  void scene.derivation.batch(removingAll(scene.derivation, all));
  assert.deepEqual(scene.shown(), NAMES);
  assert.equal(status(scene, 'svc-0'), 'UP');
});

function* removingAll(derivation: Derivation, objects: readonly StrippedObject[]): Steps<void> {
  for (const { kind, meta } of objects) {
    derivation.remove(kind, meta.namespace, meta.name);
    yield;
  }
}

test('a loss that takes many turns is not visible before it is judged', async () => {
  const scene = begin({ newTimeSlice: stepByStep });
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => void setImmediate(resolve));
  scene.derivation.replaceKind('Ingress', []);
  for (let turn = 0; turn < 200; turn++) {
    assert.deepEqual(scene.shown(), NAMES);
    await new Promise((resolve) => void setImmediate(resolve));
  }
  assert.equal(holdOf(scene)?.applications, 10);
});

/**
 * Another process that begins with what this one knew, by way of the file, and is told these objects. `asStored`:
 * makes the state what the file has.
 */
function restarted(
  before: Scene,
  objects: readonly StrippedObject[],
  asStored: (state: unknown) => unknown = (state) => state,
): Scene {
  const after = begin({ objects: [], listed: false });
  const stored = new Set([...before.sink.apps.keys(), ...before.derivation.remembered()]);
  const details = Array.from(stored, (app) => {
    const some = before.derivation.detailsOf(app).map(({ write }) => write());
    return [app, JSON.parse(JSON.stringify(some)) as readonly unknown[]] as const;
  });
  const state: unknown = JSON.parse(JSON.stringify({ state: asStored(before.derivation.state()) })).state;
  const restored = { lastSuccessAt: 0, contributions: before.sink.apps, state, details: new Map(details) };
  after.derivation.restore(readDerivation(restored));
  for (const object of objects) after.derivation.set(object);
  return after;
}

test('a hold outlives the process: what the first lists do not show stays held, for another grace period', () => {
  const before = begin();
  before.derivation.replaceKind('Ingress', [ingress('svc-0')]);
  const after = restarted(before, [
    ingress('svc-0'),
    ingress('svc-1'),
    ...['svc-0', 'svc-1', 'svc-2'].map((name) => service(name)),
    endpointSlice('svc-2-1', 'svc-2', 3),
  ]);
  after.clock.advance(3_600_000);
  after.derivation.allListed();
  assert.deepEqual(after.shown(), NAMES);
  assert.equal(holdOf(after)?.id, holdOf(before)?.id);
  assert.equal(holdOf(after)?.since, holdOf(before)?.since);
  assert.equal(holdOf(after)?.applications, 8, 'one of nine is back');
  assert.equal(status(after, 'svc-2'), 'UP');
  assert.equal(status(after, 'svc-3'), 'DOWN');
  // Nobody watched the cluster in the hour before its first list.
  after.clock.advance(290_000);
  assert.deepEqual(after.shown(), NAMES);
  after.clock.advance(10_000);
  assert.deepEqual(after.shown(), ['svc-0', 'svc-1']);
});

test('a slow bleed is held over restarts as without them, and what had passed comes back as it was', () => {
  const all = tenApps();
  const before = begin();
  removeIngresses(before, NAMES.slice(0, 3));
  assert.deepEqual(before.shown(), NAMES.slice(3));
  const after = restarted(before, [...all.slice(9), endpointSlice('svc-0-1', 'svc-0', 3), service('svc-0')]);
  after.derivation.allListed();
  assert.deepEqual(after.shown(), NAMES.slice(3));
  const again = restarted(after, [...all.slice(12), endpointSlice('svc-0-1', 'svc-0', 3), service('svc-0')]);
  again.derivation.allListed();
  assert.deepEqual(again.shown(), NAMES);
  assert.deepEqual([status(again, 'svc-0'), status(again, 'svc-1')], ['UP', 'DOWN']);
  assert.equal(holdOf(again)?.applications, 4);
  assert.match(words(again, 'svc-0'), /^3 of 3 endpoints ready; kept by hold \S+: the Ingress is gone$/);
  const held = restarted(again, all.slice(12));
  held.derivation.allListed();
  assert.equal(holdOf(held)?.id, holdOf(again)?.id);
  assert.deepEqual(held.shown(), NAMES);
});

test('a state that an older version wrote is the hold alone, or nothing', () => {
  const calm = begin();
  const none = restarted(calm, tenApps().slice(9), () => undefined);
  none.derivation.allListed();
  assert.deepEqual(none.shown(), NAMES.slice(3));
  const before = begin();
  before.derivation.replaceKind('Ingress', []);
  const after = restarted(before, [], (state) => membersOf(state)['hold']);
  after.derivation.allListed();
  assert.deepEqual(after.shown(), NAMES);
  assert.equal(holdOf(after)?.id, holdOf(before)?.id);
});

test('what went while we were away is judged as if it had gone just now', () => {
  const all = tenApps();
  const most = restarted(begin(), all.slice(0, 6));
  most.derivation.allListed();
  assert.deepEqual(most.shown(), NAMES);
  assert.equal(holdOf(most)?.applications, 8);
  const few = restarted(begin(), all.slice(3));
  few.derivation.allListed();
  assert.deepEqual(few.shown(), NAMES.slice(1), 'few removals pass');
  assert.equal(holdOf(few), undefined);
});

test('what somebody changed while we were away is no deletion, also where it is many', () => {
  const closed = NAMES.map((name) => ingress(name, { annotations: { 'eurek8s.io/publish': 'false' } }));
  const after = restarted(begin(), [...closed, ...tenApps().filter(({ kind }) => kind !== 'Ingress')]);
  after.derivation.allListed();
  assert.deepEqual(after.shown(), []);
  const same = restarted(
    begin(),
    tenApps().filter(({ kind }) => kind !== 'Service'),
  );
  same.derivation.allListed();
  assert.deepEqual(same.shown(), NAMES, 'Services that are gone are a deletion, as nobody changed the Ingresses');
});

test('of a namespace that cannot be read yet everything stays, until it is told', () => {
  const after = restarted(begin(), []);
  after.derivation.allListed((namespace) => namespace !== 'shop');
  assert.deepEqual(after.shown(), NAMES);
  assert.equal(holdOf(after), undefined);
  for (const object of tenApps().slice(3)) after.derivation.set(object);
  after.derivation.namespaceListed('shop');
  after.clock.advance(1000);
  assert.deepEqual(after.shown(), NAMES.slice(1));
});

test('what is published as before a restart was published since then', () => {
  const before = begin();
  const since = before.sink.publication('svc-1')?.changedAt;
  const after = restarted(before, tenApps());
  after.clock.advance(60_000);
  after.derivation.allListed();
  assert.equal(after.sink.publication('svc-1')?.changedAt, since);
});
