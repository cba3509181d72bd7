import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OptionKey } from '../../server/config/options.ts';
import type { ChangeReport, ChangesReport } from '../../shared/api/changes.ts';
import { rawIngress } from '../support/cluster-objects.ts';
import type { FakeKubernetes } from '../support/fake-kubernetes.ts';
import { clusterOnDisk, putApps, served, type Served } from '../support/fake-kubernetes/served-cluster.ts';
import { ingress, service } from '../support/fake-kubernetes/objects.ts';
import { app, text } from '../support/manifests-scene.ts';

const NAMES = ['carts', 'mail', 'orders', 'search', 'stock', 'users'];
const APPS = NAMES.map((name) => name.toUpperCase());
const CURL = { 'user-agent': 'curl/8.5.0', accept: '*/*' };

interface Guarded extends Served {
  readonly fake: FakeKubernetes;
  /** Takes the cluster back to before there was anything. */
  readonly empty: () => void;
}

/** Six applications of one namespace, published and UP. */
async function guarded(
  t: TestContext,
  flags: Readonly<Partial<Record<OptionKey, readonly string[]>>> = {},
): Promise<Guarded> {
  const { fake, kubeconfig } = await clusterOnDisk(t);
  const empty = fake.state.backUp();
  putApps(fake, 'shop', NAMES);
  const given = { clusters: [JSON.stringify([{ name: 'main', kubeconfig }])], 'guards.grace': ['1h'], ...flags };
  const server = await served(t, given);
  await eventually('every watch', () => fake.openWatches() === 5);
  await eventually('the registry', async () => (await server.ask('/readyz')).status === 200);
  assert.deepEqual(await server.registry(), all('UP'));
  return { ...server, fake, empty };
}

function all(status: string): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(APPS.map((name) => [name, [status]]));
}

async function eventually(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`never happened: ${what}`);
    await sleep(20);
  }
}

async function oneHold({ holds }: Served): Promise<Awaited<ReturnType<Served['holds']>>[number]> {
  await eventually('a hold', async () => (await holds()).length > 0);
  const [hold, ...others] = await holds();
  assert.ok(hold !== undefined);
  assert.deepEqual(others, []);
  return hold;
}

async function causeOfRemoval({ ask }: Served, name: string): Promise<ChangeReport['cause']> {
  const { body } = await ask(`/eurek8s/changes?app=${name}`, { headers: { accept: 'application/json' } });
  const removal = (JSON.parse(body) as ChangesReport).changes.findLast(({ kind }) => kind === 'deleted');
  assert.ok(removal !== undefined, body);
  return removal.cause;
}

/** Loses the history, so that only a list shows which objects remain. */
async function relist(fake: FakeKubernetes): Promise<void> {
  fake.watchFault = () => ({ kind: 'gone-event' });
  const lists = (): readonly number[] =>
    ['Ingress', 'Service', 'EndpointSlice'].map((kind) => fake.callsOf('list', kind).length);
  const before = lists();
  fake.endWatches();
  await eventually('another list of each', () => lists().every((count, i) => count > (before[i] ?? 0)));
  fake.watchFault = () => undefined;
}

test('a list that lacks most of the Ingresses is held, and is shown wherever people look first', async (t) => {
  const guard = await guarded(t);
  const { fake, ask } = guard;
  // Silently: no watch reports it, and the next list lacks them.
  fake.watchFault = () => ({ kind: 'silent' });
  fake.endWatches();
  await eventually('deaf watches', () => fake.callsOf('watch', 'Ingress').length > 1);
  for (const name of NAMES.slice(1)) fake.state.delete('Ingress', 'shop', name);
  await relist(fake);
  const hold = await oneHold(guard);
  assert.match(hold.id, /^cluster:main-[0-9a-f]{8}$/);
  assert.deepEqual(
    [hold.source, hold.what, hold.instances, hold.instancesBefore, hold.applications, hold.kept],
    ['cluster:main', '5 of 6 published applications are gone at once, more than 30 %', 5, 6, 5, false],
  );
  assert.deepEqual(await guard.registry(), all('UP'));

  for (const path of ['/', '/eurek8s/sources'])
    assert.match(
      (await ask(path, { headers: CURL })).body,
      /^ {2}5 of 6 cluster:main Ingresses held: 5 of 6 published/m,
    );
  assert.match(
    (await ask('/eurek8s/holds', { headers: CURL })).body,
    new RegExp(`^${hold.id} +cluster:main +5 of 6 +5 `, 'm'),
  );
  const explained = (await ask('/eurek8s/explain/orders', { headers: CURL })).body;
  assert.match(explained, /main\/shop\/orders \(held\) /);
  assert.ok(explained.includes(`held: 1 entry of cluster:main by hold ${hold.id}`), explained);
  assert.ok(explained.includes(`1 of 1 endpoints ready; kept by hold ${hold.id}: the Ingress is gone`), explained);
  assert.match(
    explained,
    /note: held: cluster:main no longer has main\/shop\/orders .*; removed at .* eurek8s holds release/,
  );
  const [entry] = (await guard.explain('orders')).served;
  assert.equal(entry?.hold, hold.id);
  const [then, changed] = ['explain/orders', 'diff'].map(async (path) => {
    const answer = await ask(`/eurek8s/at/${new Date().toISOString()}/${path}`, { headers: CURL });
    return answer.body;
  });
  assert.match((await then) ?? '', /main\/shop\/orders \(held\) /);
  assert.match((await then) ?? '', new RegExp(`^held: 1 entry of cluster:main by hold ${hold.id}$`, 'm'));
  assert.match((await changed) ?? '', new RegExp(`its removal is held: ${hold.id} at cluster:main`));
  assert.equal((await guard.explain('carts')).served[0]?.hold, undefined);
  assert.match(
    (await ask('/metrics')).body,
    /^eurek8s_held_applications\{source="cluster:main",state="undecided"\} 5$/m,
  );
  assert.ok(guard.warnings.some((line) => line.startsWith('a mass removal is held') && line.includes('ORDERS')));
});

test('the Ingresses of a namespace deleted one by one: all stay, those that had passed come back', async (t) => {
  const guard = await guarded(t);
  guard.fake.state.delete('Ingress', 'shop', 'carts');
  await eventually('one deletion passes', async () => !('CARTS' in (await guard.registry())));
  assert.deepEqual(await guard.holds(), []);
  for (const name of NAMES.slice(1)) {
    guard.fake.state.delete('Ingress', 'shop', name);
    await sleep(20);
  }
  await eventually('all six held', async () => (await guard.holds())[0]?.applications === 6);
  await eventually('all six served', async () => Object.keys(await guard.registry()).length === 6);
  assert.deepEqual(await guard.registry(), all('UP'));
});

test('endpoints that go while their Ingress is held take the entry DOWN, with the hold in the reason; back is UP', async (t) => {
  const guard = await guarded(t);
  for (const name of NAMES) guard.fake.state.delete('Ingress', 'shop', name);
  await eventually('all six held', async () => (await guard.holds())[0]?.applications === 6);
  const hold = await oneHold(guard);
  for (const name of NAMES) {
    guard.fake.state.delete('EndpointSlice', 'shop', `${name}-x1`);
    guard.fake.state.delete('Service', 'shop', name);
  }
  await eventually('DOWN', async () => (await guard.registry())['USERS']?.[0] === 'DOWN');
  await eventually('all DOWN', async () =>
    Object.values(await guard.registry()).every(([status]) => status === 'DOWN'),
  );
  assert.equal(Object.keys(await guard.registry()).length, 6);
  const [entry] = (await guard.explain('users')).served;
  assert.match(entry?.rule ?? '', new RegExp(`has no EndpointSlice; kept by hold ${hold.id}: the Ingress is gone$`));
  putApps(guard.fake, 'shop', NAMES);
  await eventually('no hold', async () => (await guard.holds()).length === 0);
  await eventually('UP', async () => Object.values(await guard.registry()).every(([status]) => status === 'UP'));
  assert.equal((await guard.explain('users')).served[0]?.hold, undefined);
});

test('Services that are gone from a list: refusals are deletions too, and end with the Services’ return', async (t) => {
  const guard = await guarded(t);
  for (const name of NAMES) guard.fake.state.delete('Service', 'shop', name);
  await eventually('all six held', async () => (await guard.holds())[0]?.applications === 6);
  await eventually('all six served', async () => Object.keys(await guard.registry()).length === 6);
  assert.deepEqual(await guard.registry(), all('UP'));
  for (const name of NAMES) guard.fake.state.put(service('shop', name));
  await eventually('no hold', async () => (await guard.holds()).length === 0);
  assert.deepEqual(await guard.registry(), all('UP'));
});

test('rights that suddenly show nothing, and another cluster behind the address, take nothing away', async (t) => {
  const guard = await guarded(t);
  const { fake, empty } = guard;
  const right = fake.state.backUp();
  empty();
  putApps(fake, 'elsewhere', ['billing']);
  fake.endWatches();
  await eventually('the other cluster', async () => 'BILLING' in (await guard.registry()));
  const hold = await oneHold(guard);
  assert.equal(hold.applications, 6);
  assert.deepEqual(Object.keys(await guard.registry()).toSorted(), [...APPS, 'BILLING'].toSorted());
  right();
  await relist(fake);
  // What the other cluster had was lost during the hold, and may have joined it.
  await eventually('all is back', async () => ((await guard.holds())[0]?.applications ?? 0) <= 1);
  for (const name of APPS) {
    await eventually(`${name} UP`, async () => (await guard.registry())[name]?.[0] === 'UP');
    assert.deepEqual((await guard.explain(name)).holds, []);
  }
});

test('a grace period confirms a removal, once every watch has succeeded since', async (t) => {
  const guard = await guarded(t, { 'guards.grace': ['2s'], 'guards.window': ['2s'] });
  for (const name of NAMES.slice(1)) guard.fake.state.delete('Ingress', 'shop', name);
  await oneHold(guard);
  await eventually('the removal', async () => Object.keys(await guard.registry()).length === 1);
  assert.deepEqual(await guard.holds(), []);
  assert.ok(guard.warnings.some((line) => line.startsWith('a held removal was confirmed')));
});

test('an API server that is away confirms nothing', async (t) => {
  const guard = await guarded(t, { 'guards.grace': ['2s'], 'guards.window': ['2s'] });
  for (const name of NAMES.slice(1)) guard.fake.state.delete('Ingress', 'shop', name);
  await eventually('a hold of five', async () => (await guard.holds())[0]?.applications === 5);
  await guard.fake.refuse();
  await sleep(4_000);
  assert.equal((await guard.holds())[0]?.applications, 5);
  assert.deepEqual(Object.keys(await guard.registry()).toSorted(), APPS);
  await guard.fake.listen();
  await eventually('the removal', async () => Object.keys(await guard.registry()).length === 1);
});

test('an operator releases it, or keeps it: then time lets nothing through, and deletions of every day pass', async (t) => {
  const guard = await guarded(t, { 'guards.grace': ['2s'], 'guards.window': ['2s'] });
  for (const name of NAMES.slice(2)) guard.fake.state.delete('Ingress', 'shop', name);
  await eventually('a hold of four', async () => (await guard.holds())[0]?.applications === 4);
  const { id } = await oneHold(guard);
  assert.equal((await guard.ask('/eurek8s/holds/cluster:main-0/keep', { method: 'POST' })).status, 404);
  const kept = await guard.ask(`/eurek8s/holds/${id}/keep`, { method: 'POST' });
  assert.equal(kept.status, 200);
  assert.equal((JSON.parse(kept.body) as { readonly kept: { readonly kept: boolean } }).kept.kept, true);
  await sleep(4_000);
  assert.deepEqual(Object.keys(await guard.registry()).toSorted(), APPS);
  assert.deepEqual([(await guard.holds())[0]?.kept, (await guard.holds())[0]?.releasesAt], [true, undefined]);
  assert.match((await guard.ask('/', { headers: CURL })).body, /kept until released by: eurek8s holds release/);
  guard.fake.state.delete('Ingress', 'shop', 'mail');
  await eventually('an ordinary deletion', async () => !('MAIL' in (await guard.registry())));
  const released = await guard.ask(`/eurek8s/holds/${id}/release`, { method: 'POST' });
  assert.equal(released.status, 200);
  assert.deepEqual(Object.keys(await guard.registry()), ['CARTS']);
  assert.equal((await causeOfRemoval(guard, 'mail')).guard, undefined);
  const { guard: by, reason } = await causeOfRemoval(guard, 'users');
  assert.deepEqual([by, reason], [id, `its removal was held by ${id}, which has let it through`]);
});

test('a maxRemoval of 100 % lets a cluster remove everything', async (t) => {
  const guard = await guarded(t, { 'guards.maxRemoval': ['100%'] });
  for (const name of NAMES) guard.fake.state.delete('Ingress', 'shop', name);
  await eventually('nothing', async () => Object.keys(await guard.registry()).length === 0);
  assert.deepEqual(await guard.holds(), []);
});

test('an Ingress that is moved to another application, or opts out, is what somebody wants', async (t) => {
  const guard = await guarded(t);
  for (const name of NAMES) {
    const raw = ingress('shop', name);
    const annotations = { ...raw.metadata.annotations, 'eurek8s.io/app': `new-${name}` };
    guard.fake.state.put({ ...raw, metadata: { ...raw.metadata, annotations } });
  }
  const moved = APPS.map((name) => `NEW-${name}`).join();
  await eventually(
    'the new names',
    async () =>
      Object.keys(await guard.registry())
        .toSorted()
        .join() === moved,
  );
  assert.deepEqual(await guard.holds(), []);
});

test('a directory of manifests that is emptied stays as it was, until its files are back', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'emptied-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const write = (): void => {
    for (const name of NAMES) writeFileSync(join(directory, `${name}.yaml`), text(...app(name)));
  };
  write();
  const guard = await served(t, {
    manifests: [JSON.stringify([{ name: 'local', directory }])],
    'guards.grace': ['1h'],
  });
  await eventually('the registry', async () => (await guard.ask('/readyz')).status === 200);
  assert.deepEqual(await guard.registry(), all('UP'));
  for (const name of NAMES) unlinkSync(join(directory, `${name}.yaml`));
  const hold = await oneHold(guard);
  assert.match(hold.id, /^manifests:local-/);
  assert.deepEqual(await guard.registry(), all('UP'));
  write();
  await eventually('no hold', async () => (await guard.holds()).length === 0);
  assert.deepEqual(await guard.registry(), all('UP'));
  const [, ...others] = app('orders');
  const bad = rawIngress('orders', { annotations: { 'eurek8s.io/publish': 'perhaps' } });
  writeFileSync(join(directory, 'orders.yaml'), text(bad, ...others));
  await eventually('the removal', async () => !('ORDERS' in (await guard.registry())));
  const cause = await causeOfRemoval(guard, 'orders');
  assert.equal(cause.guard, undefined, 'the hold let nothing through');
  assert.match(cause.reason, /^bad-annotation: /);
});
