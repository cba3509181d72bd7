import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Derivation } from '../../../../server/derivation/derivation.ts';
import type { StrippedObject } from '../../../../shared/ingress/stripped.ts';
import type { NewTimeSlice, Steps } from '../../../../shared/time-slice.ts';
import { endpointSlice, ingress, namespace, service } from '../../../support/cluster-objects.ts';
import { derivationConfig } from '../../../support/derivation.ts';
import { nameTable, type NameState } from '../../../support/name-table.ts';
import { endlessSlice, stepByStep } from '../../../support/time-slices.ts';
import { ContributionRecorder } from '../../../support/contribution-recorder.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';
import { appName } from '../../../../shared/model/names.ts';
import { NO_METRICS } from '../../../support/no-metrics.ts';
import { SILENT_LOG } from '../../../support/silent-log.ts';

interface Setting {
  readonly objects?: readonly StrippedObject[];
  readonly dns?: Readonly<Record<string, NameState>>;
  readonly downDelay?: number;
  readonly newTimeSlice?: NewTimeSlice;
  readonly addresses?: Readonly<Record<string, readonly string[]>>;
}

function begin({ objects = [], dns = {}, downDelay = 0, newTimeSlice = endlessSlice, addresses = {} }: Setting = {}) {
  const clock = new SteppedClock();
  const sink = new ContributionRecorder();
  const names = nameTable(dns);
  const config = derivationConfig({ defaults: { downDelay }, addresses });
  const derivation = new Derivation({
    ...config,
    resolver: names,
    clock,
    log: SILENT_LOG,
    metrics: NO_METRICS,
    sink,
    newTimeSlice,
  });
  for (const object of objects) derivation.set(object);
  return { clock, sink, names, derivation };
}

function carol(ready = 1): readonly StrippedObject[] {
  return [ingress('carol'), service('carol'), endpointSlice('carol-1', 'carol', ready)];
}

test('nothing is contributed before every kind was listed', () => {
  const { sink, derivation } = begin({ objects: carol() });
  assert.equal(sink.replaced + sink.updates.length + sink.syncs, 0);
  derivation.allListed();
  assert.deepEqual([sink.replaced, sink.updates.length, sink.syncs], [1, 0, 1]);
  assert.equal(sink.publication('carol')?.status, 'UP');
  derivation.allListed();
  assert.deepEqual([sink.replaced, sink.syncs], [1, 1]);
});

test('a change contributes only the application it touches', () => {
  const { sink, derivation } = begin({ objects: [...carol(), ingress('dave'), service('dave')] });
  derivation.allListed();
  derivation.set(endpointSlice('carol-1', 'carol', 0, 1));
  assert.deepEqual(sink.updates, [['CAROL']]);
  assert.equal(sink.publication('carol')?.status, 'DOWN');
  derivation.remove('Ingress', 'shop', 'carol');
  assert.deepEqual(sink.updates.slice(1), [['CAROL']]);
  assert.deepEqual([...sink.apps.keys()], ['DAVE']);
});

test('a change without effect contributes nothing', () => {
  const { sink, derivation } = begin({ objects: carol() });
  derivation.allListed();
  derivation.set(namespace('shop', { team: 'x' }));
  derivation.set(endpointSlice('unrelated-1', 'unrelated', 3));
  derivation.replaceKind('Ingress', [ingress('carol')]);
  assert.deepEqual(sink.updates, []);
});

test('an Ingress that changes its application is taken from the old and given to the new', () => {
  const { sink, derivation } = begin({ objects: carol() });
  derivation.allListed();
  derivation.set(ingress('carol', { annotations: { 'eurek8s.io/app': 'caroline' } }));
  assert.deepEqual(sink.updates, [['CAROL', 'CAROLINE']]);
  assert.equal(sink.apps.size, 1);
});

test('all claims of one name are contributed in a stable order, with the refusals', () => {
  const { sink, derivation } = begin();
  const annotations = { 'eurek8s.io/app': 'carol' };
  for (const name of ['z', 'carol', 'b', 'lost']) {
    derivation.set(ingress(name, { annotations }));
    if (name !== 'lost') derivation.set(service(name));
  }
  derivation.allListed();
  const [app] = sink.apps.values();
  assert.deepEqual(
    app?.publications.map((one) => one.ingress),
    ['b', 'carol', 'z'],
  );
  assert.deepEqual(
    app?.refusals.map(({ object, code }) => [object, code]),
    [['main/shop/lost', 'service-not-found']],
  );
});

test('unchanged content keeps its object, and its time stamp moves with what callers see', () => {
  const { clock, sink, derivation } = begin({ objects: carol(1) });
  derivation.allListed();
  const first = sink.publication('carol');
  clock.advance(1_000);
  derivation.set(endpointSlice('carol-1', 'carol', 2));
  const second = sink.publication('carol');
  assert.notEqual(second, first);
  assert.equal(second?.readyEndpoints, 2);
  assert.equal(second?.changedAt, first?.changedAt);
  derivation.set(ingress('other', { annotations: { 'eurek8s.io/app': 'carol' } }));
  assert.equal(sink.publication('carol'), second);
  derivation.set(endpointSlice('carol-1', 'carol', 0));
  assert.equal(sink.publication('carol')?.changedAt, clock.now());
});

function* settingAll(derivation: Derivation, objects: readonly StrippedObject[]): Steps<void> {
  for (const object of objects) {
    derivation.set(object);
    yield;
  }
}

test('a batch that takes many slices is one change, together with changes by DNS meanwhile', async () => {
  const { sink, names, derivation } = begin({ objects: [ingress('dave'), service('dave')], newTimeSlice: stepByStep });
  derivation.allListed();
  await turns(80);
  const batch = derivation.batch(settingAll(derivation, carol()));
  names.tell('dave.k8s.example.com', ['10.20.0.90']);
  assert.deepEqual(sink.updates, []);
  await batch;
  await turns(80);
  assert.deepEqual(sink.updates, [['CAROL', 'DAVE']]);
});

test('a batch is seen as one change, without its intermediate states', () => {
  const { sink, derivation } = begin();
  derivation.allListed();
  void derivation.batch(settingAll(derivation, carol()));
  assert.deepEqual(sink.updates, [['CAROL']]);
  assert.equal(sink.publication('carol')?.status, 'UP');
});

test('going DOWN waits for downDelay, going UP does not', () => {
  const { clock, sink, derivation } = begin({ objects: carol(2), downDelay: 10_000 });
  derivation.allListed();
  derivation.set(endpointSlice('carol-1', 'carol', 0, 2));
  assert.equal(sink.publication('carol')?.status, 'UP');
  assert.equal(sink.publication('carol')?.readyEndpoints, 2);
  assert.match(sink.publication('carol')?.statusReason ?? '', /0 of 2 endpoints ready; UP until .* downDelay/);
  clock.advance(9_999);
  derivation.set(endpointSlice('carol-1', 'carol', 0, 3));
  assert.equal(sink.publication('carol')?.status, 'UP');
  clock.advance(1);
  assert.equal(sink.publication('carol')?.status, 'DOWN');
  derivation.set(endpointSlice('carol-1', 'carol', 1, 2));
  assert.equal(sink.publication('carol')?.status, 'UP');
});

test('an interruption shorter than downDelay is never seen, and each one has its full delay', () => {
  const { clock, sink, derivation } = begin({ objects: carol(1), downDelay: 10_000 });
  derivation.allListed();
  for (let i = 0; i < 3; i++) {
    derivation.set(endpointSlice('carol-1', 'carol', 0, 1));
    clock.advance(9_000);
    assert.equal(sink.publication('carol')?.status, 'UP');
    derivation.set(endpointSlice('carol-1', 'carol', 1));
    clock.advance(9_000);
  }
  assert.equal(clock.pending, 0);
});

test('downDelay holds back neither the kill switch, nor the first sight of a DOWN backend, nor a removal', () => {
  const { sink, derivation } = begin({ objects: [...carol(1), ingress('dave'), service('dave')], downDelay: 10_000 });
  derivation.allListed();
  assert.equal(sink.publication('dave')?.status, 'DOWN');
  derivation.set(ingress('carol', { annotations: { 'eurek8s.io/status': 'OUT_OF_SERVICE' } }));
  assert.equal(sink.publication('carol')?.status, 'OUT_OF_SERVICE');
  derivation.remove('Service', 'shop', 'carol');
  assert.equal(sink.refusal('carol'), 'service-not-found');
});

test('the first complete view waits for the first answers of DNS', () => {
  const { sink, names, derivation } = begin({ objects: carol(), dns: { 'carol.k8s.example.com': 'pending' } });
  derivation.allListed();
  assert.equal(sink.syncs, 0);
  derivation.set(endpointSlice('carol-1', 'carol', 2));
  assert.equal(sink.syncs + sink.updates.length, 0);
  names.tell('carol.k8s.example.com', ['10.1.1.1']);
  assert.deepEqual([sink.replaced, sink.syncs, sink.updates.length], [1, 1, 0]);
  assert.equal(sink.publication('carol')?.address, '10.1.1.1');
  assert.equal(sink.publication('carol')?.readyEndpoints, 2);
});

test('DNS that never answers does not hold the first view back for ever', () => {
  const { clock, sink, derivation } = begin({ objects: carol(), dns: { 'carol.k8s.example.com': 'pending' } });
  derivation.allListed();
  clock.advance(10_000);
  assert.equal(sink.syncs, 1);
  assert.equal(sink.refusal('carol'), 'no-address');
});

test('a name that changes its address changes its applications; rotation does not', () => {
  const { sink, names, derivation } = begin({ objects: carol(), dns: { 'carol.k8s.example.com': ['10.1.1.2'] } });
  derivation.allListed();
  names.tell('carol.k8s.example.com', ['10.1.1.1', '10.1.1.2']);
  assert.deepEqual(sink.updates, []);
  names.tell('carol.k8s.example.com', ['10.1.1.3']);
  assert.equal(sink.publication('carol')?.address, '10.1.1.3');
});

test('names are looked up while an Ingress needs them and released afterwards', () => {
  const { names, derivation } = begin({ objects: carol() });
  derivation.set(ingress('carol-2', { host: 'carol.k8s.example.com' }));
  derivation.set(service('carol-2'));
  derivation.allListed();
  assert.deepEqual([...names.wanted], ['carol.k8s.example.com']);
  derivation.remove('Ingress', 'shop', 'carol-2');
  assert.equal(names.wanted.size, 1);
  derivation.set(ingress('carol', { annotations: { 'eurek8s.io/address': '10.0.0.1' } }));
  assert.equal(names.wanted.size, 0);
});

test('a load balancer that changes has its names looked up again', () => {
  const { names, derivation } = begin({ objects: carol() });
  derivation.allListed();
  derivation.set(ingress('carol', { ip: '10.20.0.81' }));
  assert.deepEqual(names.refreshed, ['carol.k8s.example.com']);
});

test('after stop there are no names, timers or contributions', () => {
  const { clock, sink, names, derivation } = begin({ objects: carol(1), downDelay: 10_000 });
  derivation.allListed();
  derivation.set(endpointSlice('carol-1', 'carol', 0));
  const updates = sink.updates.length;
  derivation.stop();
  derivation.set(ingress('dave'));
  names.tell('carol.k8s.example.com', ['10.1.1.3']);
  clock.advance(60_000);
  assert.equal(sink.updates.length, updates);
  assert.equal(names.wanted.size + clock.pending, 0);
});

test('a selector that the configuration should have refused is an error at once', () => {
  const config = derivationConfig({ selection: { labelSelector: 'a=b=c' } });
  const build = () =>
    new Derivation({
      ...config,
      resolver: nameTable(),
      clock: new SteppedClock(),
      log: SILENT_LOG,
      metrics: NO_METRICS,
      sink: new ContributionRecorder(),
      newTimeSlice: endlessSlice,
    });
  assert.throws(build, /selection\.labelSelector/);
});

const CROWD = Array.from({ length: 20 }, (_, n) => `svc-${n}`);

function crowd(): readonly StrippedObject[] {
  return CROWD.flatMap((name) => [ingress(name), service(name), endpointSlice(`${name}-1`, name, 1)]);
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test('a first view that takes long is contributed once, complete, with what changed meanwhile', async () => {
  const { sink, derivation } = begin({ objects: crowd(), newTimeSlice: stepByStep });
  derivation.allListed();
  await turns(5);
  derivation.set(endpointSlice('svc-0-1', 'svc-0', 0, 1));
  derivation.set(endpointSlice('svc-19-1', 'svc-19', 0, 1));
  derivation.remove('Ingress', 'shop', 'svc-1');
  derivation.remove('Ingress', 'shop', 'svc-18');
  assert.deepEqual([sink.replaced, sink.syncs], [0, 0]);
  await turns(80);
  assert.deepEqual([sink.replaced, sink.updates.length, sink.syncs], [1, 0, 1]);
  assert.equal(sink.apps.size, 18);
  assert.deepEqual([sink.publication('svc-0')?.status, sink.publication('svc-19')?.status], ['DOWN', 'DOWN']);
});

test('a first view that waits for a name is contributed complete: not before what the name changes is derived', async () => {
  const { sink, names, derivation } = begin({
    objects: crowd(),
    addresses: { nginx: ['balancer.example.com'] },
    dns: { 'balancer.example.com': 'pending' },
    newTimeSlice: stepByStep,
  });
  derivation.allListed();
  await turns(80);
  assert.deepEqual([sink.replaced, sink.syncs], [0, 0]);
  names.tell('balancer.example.com', ['10.20.0.90']);
  await turns(80);
  assert.deepEqual([sink.replaced, sink.updates.length, sink.syncs], [1, 0, 1]);
  for (const name of CROWD) assert.equal(sink.publication(name)?.address, '10.20.0.90');
});

test('a change that affects many takes turns, in which another change is contributed at once', async () => {
  const { sink, derivation } = begin({ objects: crowd(), newTimeSlice: stepByStep });
  derivation.allListed();
  await turns(80);
  await derivation.batch(
    settingAll(
      derivation,
      CROWD.map((name) => endpointSlice(`${name}-1`, name, 0, 1)),
    ),
  );
  await turns(5);
  assert.deepEqual(sink.updates, []);
  derivation.remove('Ingress', 'shop', 'svc-19');
  assert.deepEqual(sink.updates, [['SVC-19']]);
  await turns(80);
  assert.equal(sink.updates.length, 2);
  assert.deepEqual(new Set(sink.updates[1]), new Set(CROWD.slice(0, 19).map((name) => name.toUpperCase())));
  assert.ok(CROWD.slice(0, 19).every((name) => sink.publication(name)?.status === 'DOWN'));
});

test('a derivation that is stopped in the middle contributes nothing more', async () => {
  const { sink, derivation } = begin({ objects: crowd(), newTimeSlice: stepByStep });
  derivation.allListed();
  await turns(3);
  derivation.stop();
  await turns(80);
  assert.deepEqual([sink.replaced, sink.updates.length, sink.syncs], [0, 0, 0]);
});

test('an Ingress that cannot be derived fails alone: its last outcome stays, with the fault beside it', () => {
  const { sink, derivation, names } = begin({ objects: [...carol(), ingress('dave'), service('dave')] });
  derivation.allListed();
  const before = sink.publication('carol');
  const lookUp = names.addresses.bind(names);
  names.addresses = (name) => {
    if (name === 'carol.k8s.example.com') throw new Error('planted');
    return lookUp(name);
  };
  derivation.set(endpointSlice('carol-1', 'carol', 0, 1));
  derivation.set(endpointSlice('dave-1', 'dave', 1, 1));
  assert.equal(sink.publication('carol'), before);
  assert.equal(sink.publication('dave')?.status, 'UP');
  const [fault] = sink.apps.get(appName('CAROL'))?.refusals ?? [];
  assert.equal(fault?.code, 'internal-error');
  assert.match(fault.reason, /planted/);

  names.addresses = lookUp;
  derivation.set(endpointSlice('carol-1', 'carol', 0, 2));
  assert.equal(sink.publication('carol')?.status, 'DOWN');
  assert.deepEqual(sink.apps.get(appName('CAROL'))?.refusals, []);
});

test('a traffic that cannot be read moves no calls: the last valid one stays, and the refusal says so', () => {
  const annotated = (annotations: Readonly<Record<string, string>>): StrippedObject =>
    ingress('carol', { annotations: { 'eurek8s.io/publish': 'true', ...annotations } });
  const { sink, derivation } = begin({ objects: [...carol(), annotated({ 'eurek8s.io/traffic': '25%' })] });
  derivation.allListed();
  const quarter = { kind: 'share', percent: 25 };
  const told = () => sink.apps.get(appName('CAROL'))?.refusals.map(({ code, reason }) => `${code}: ${reason}`) ?? [];
  const updates = () => sink.updates.length;
  derivation.set(annotated({ 'eurek8s.io/traffic': '250%' }));
  assert.deepEqual(sink.publication('carol')?.traffic, quarter);
  assert.match(told().join(), /^bad-annotation: eurek8s.io\/traffic is "250%".* what was valid last stays: 25%$/);
  assert.equal(updates(), 1);
  derivation.set(annotated({ 'eurek8s.io/traffic': '1% 10m, 100%' }));
  assert.match(told().join(), /^bad-annotation: eurek8s.io\/traffic is a schedule: it begins at/);
  assert.equal(updates(), 2, 'another reason is news');
  derivation.set(endpointSlice('carol-1', 'carol', 0));
  assert.equal(sink.publication('carol')?.status, 'DOWN', 'everything else follows the cluster');
  assert.equal(told().length, 1);
  derivation.set(annotated({ 'eurek8s.io/traffic': '50%' }));
  assert.deepEqual([sink.publication('carol')?.traffic, told()], [{ kind: 'share', percent: 50 }, []]);
  derivation.set(annotated({ 'eurek8s.io/traffic': '50%', 'eurek8s.io/port': 'http' }));
  derivation.set(annotated({ 'eurek8s.io/traffic': 'half' }));
  assert.deepEqual(sink.publication('carol')?.traffic, { kind: 'share', percent: 50 }, 'refused in between');
  derivation.remove('Ingress', 'shop', 'carol');
  derivation.set(annotated({ 'eurek8s.io/traffic': 'half' }));
  assert.equal(sink.publication('carol'), undefined, 'another object of that name');
  assert.equal(sink.refusal('carol'), 'bad-annotation');
});

test('what somebody never wrote is valid as well: a first traffic that cannot be read changes nothing', () => {
  const { sink, derivation } = begin({ objects: carol() });
  derivation.allListed();
  derivation.set(ingress('carol', { annotations: { 'eurek8s.io/publish': 'true', 'eurek8s.io/traffic': 'half' } }));
  assert.deepEqual(sink.publication('carol')?.traffic, { kind: 'single' });
  assert.equal(sink.refusal('carol'), 'bad-annotation');
});

test('an owner with a typing error keeps its claim and its name; one that opts out, or is deleted, gives it up', () => {
  const annotated = (annotations: Readonly<Record<string, string>>): StrippedObject =>
    ingress('carol', { annotations: { 'eurek8s.io/publish': 'true', ...annotations } });
  const { sink, derivation } = begin({ objects: [...carol(), annotated({ 'eurek8s.io/app': 'prices' })] });
  derivation.allListed();
  const claim = { cluster: 'main', namespace: 'shop', ingress: 'carol' };
  const claimed = (app: string): object | undefined => {
    const { createdAt: _, ...name } = sink.apps.get(appName(app))?.refusals[0]?.claim ?? { createdAt: 0 };
    return Object.keys(name).length === 0 ? undefined : name;
  };
  derivation.set(annotated({ 'eurek8s.io/app': 'prices', 'eurek8s.io/port': 'http' }));
  assert.equal(sink.refusal('prices'), 'bad-annotation');
  assert.deepEqual(claimed('prices'), claim);
  derivation.set(annotated({ 'eurek8s.io/app': 'no name at all' }));
  assert.deepEqual(claimed('prices'), claim, 'a name that cannot be read is no other name');
  derivation.set(annotated({ 'eurek8s.io/app': 'prices', 'eurek8s.io/publish': 'false' }));
  assert.equal(sink.refusal('prices'), 'opted-out');
  assert.equal(claimed('prices'), undefined);
  derivation.remove('Ingress', 'shop', 'carol');
  assert.equal(sink.apps.get(appName('prices')), undefined);
});
