import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factsOf } from '../chaos/entry.ts';
import { Judge } from '../chaos/judge.ts';
import { listedWithoutStates, Listings } from '../chaos/listings.ts';
import { difference, LittleClient } from '../chaos/little-client.ts';
import type { Observation, Restart } from '../chaos/observation.ts';
import { Truth } from '../chaos/truth.ts';
import { misplaced, type WireInstance } from '../chaos/wire.ts';
import { fullAnswer } from '../support/full-answer.ts';

// The judge of a chaos run, asked about made-up answers of one replica.

/** A registration as the instances of a run make it. */
function registered(id: string, app: string, port: number): WireInstance {
  const base = `http://127.0.0.1:${port}`;
  return {
    instanceId: id,
    hostName: '127.0.0.1',
    app,
    ipAddr: '127.0.0.1',
    status: 'UP',
    overriddenStatus: 'UNKNOWN',
    port: { $: port, '@enabled': 'true' },
    securePort: { $: 443, '@enabled': 'false' },
    dataCenterInfo: { name: 'MyOwn' },
    leaseInfo: { renewalIntervalInSecs: 1, durationInSecs: 6 },
    metadata: { v: '1' },
    homePageUrl: `${base}/`,
    statusPageUrl: `${base}/actuator/info`,
    healthCheckUrl: `${base}/actuator/health`,
    vipAddress: app.toLowerCase(),
    secureVipAddress: app.toLowerCase(),
  };
}

/** An entry of an Ingress. */
function published(app: string): WireInstance {
  const name = app.toLowerCase();
  return {
    ...registered(`eurek8s:main:shop:${name}:${name}.k8s.example.test:0`, app, 8_080),
    leaseInfo: { renewalIntervalInSecs: 30, durationInSecs: 90 },
    metadata: { v: '1', zone: 'defaultZone', 'eurek8s.io/source': `main/shop/${name}` },
  };
}

const ALICE = registered('alice-1', 'ALICE', 9_001);
const BOB = registered('bob-1', 'BOB', 9_002);
const CAROL = published('CAROL');

const NOW = 100_000;
/** What is true of them: as the driver of a run would write it, which knows no odd ones. */
function truthOf(...instances: readonly WireInstance[]): Truth {
  const truth = new Truth();
  for (const instance of instances) {
    const source = instance.instanceId.startsWith('eurek8s') ? 'kubernetes' : 'legacy';
    for (const [key, state] of factsOf([instance])) truth.change(0, key, { source, app: instance.app, state })(0);
  }
  return truth;
}

function verdicts(question: Observation['question'], instances: readonly WireInstance[], app?: string) {
  const truth = truthOf(ALICE, BOB, CAROL);
  const judge = new Judge(truth, new Listings(truth), []);
  const asked = app === undefined ? {} : { app };
  const facts = factsOf(instances);
  judge.judge({ replica: 0, incarnation: 1, question, ...asked, sentAt: NOW, receivedAt: NOW, facts });
  return judge.violations.map(({ kind }) => kind);
}

test('the states that the driver writes down are those of its instances without anything odd', () => {
  assert.deepEqual(
    [...factsOf([ALICE, CAROL])],
    [
      ['alice-1', 'ALICE 127.0.0.1(127.0.0.1):9001 vip=alice v=1 UP'],
      [CAROL.instanceId, 'CAROL 127.0.0.1(127.0.0.1):8080 vip=carol v=1'],
      [`${CAROL.instanceId}|status`, 'UP'],
    ],
  );
  assert.deepEqual(verdicts('full', [ALICE, BOB, CAROL]), []);
});

test('an answer of one application or vip has all of it and nothing else', () => {
  for (const question of ['application', 'vip'] as const) {
    assert.deepEqual(verdicts(question, [ALICE], 'ALICE'), []);
    assert.deepEqual(verdicts(question, [ALICE, BOB], 'ALICE'), ['not asked for']);
    assert.deepEqual(verdicts(question, [ALICE, CAROL], 'ALICE'), ['not asked for', 'not asked for']);
    assert.deepEqual(verdicts(question, [BOB], 'ALICE'), ['not asked for', 'lacks an entry']);
    assert.deepEqual(verdicts(question, [], 'ALICE'), ['lacks an entry']);
    assert.deepEqual(verdicts(question, [CAROL], 'CAROL'), []);
  }
});

test('an entry that is listed twice is wrong, whichever of the two is right', () => {
  const elsewhere = { ...ALICE, port: { $: 9, '@enabled': 'true' } };
  for (const twice of [[elsewhere, ALICE] as const, [ALICE, elsewhere] as const, [ALICE, ALICE] as const]) {
    assert.deepEqual(verdicts('full', [...twice, BOB, CAROL]), ['never true']);
    assert.deepEqual(verdicts('application', twice, 'ALICE'), ['never true']);
    assert.deepEqual(verdicts('vip', twice, 'ALICE'), ['never true']);
  }
  assert.deepEqual(verdicts('full', [ALICE, BOB, CAROL, CAROL]), ['never true']);
});

const WRONG: Readonly<Record<string, Partial<WireInstance>>> = {
  'another port': { port: { $: 9, '@enabled': 'true' } },
  'a port that is off': { port: { $: 9_001, '@enabled': 'false' } },
  'a secure port': { securePort: { $: 443, '@enabled': 'true' } },
  'another secure port': { securePort: { $: 1, '@enabled': 'false' } },
  'another vip': { vipAddress: 'bob', secureVipAddress: 'bob' },
  'another secure vip': { secureVipAddress: 'bob' },
  'another host': { hostName: 'bob' },
  'another address': { ipAddr: '10.0.0.1' },
  'another status': { status: 'DOWN' },
  'an override': { overriddenStatus: 'DOWN' },
  'another home page': { homePageUrl: 'http://bob/' },
  'another status page': { statusPageUrl: 'http://bob/' },
  'another health check': { healthCheckUrl: 'http://bob/' },
  'another data centre': { dataCenterInfo: { name: 'Amazon' } },
  'another lease': { leaseInfo: { renewalIntervalInSecs: 30, durationInSecs: 6 } },
  'other metadata': { metadata: { v: '1', zone: 'elsewhere', 'eurek8s.io/source': 'main/shop/carol' } },
  'the action of what is gone': { actionType: 'DELETED' },
};

for (const [what, wrong] of Object.entries(WRONG))
  test(`${what} is found, of a registration and of an entry from Kubernetes`, () => {
    assert.ok(verdicts('full', [{ ...ALICE, ...wrong }, BOB, CAROL]).includes('never true'));
    assert.ok(verdicts('full', [ALICE, BOB, { ...CAROL, ...wrong }]).includes('never true'));
  });

test('an entry in the list of another application is found', () => {
  const applications = (name: string) => ({
    versions__delta: '1',
    apps__hashcode: 'UP_1_',
    application: [{ name, instance: [ALICE] }],
  });
  assert.deepEqual(misplaced(applications('ALICE')), []);
  assert.deepEqual(misplaced(applications('BOB')), ['ALICE/alice-1 in BOB']);
});

test('what deltas came to is compared with the full answer field by field, but for what a renewal touches', () => {
  const client = new LittleClient();
  client.full({ versions__delta: '1', apps__hashcode: 'UP_1_', application: [{ name: 'ALICE', instance: [ALICE] }] });
  const touched = { leaseInfo: { renewalIntervalInSecs: 1, durationInSecs: 7 }, actionType: 'MODIFIED' };
  assert.equal(difference(client.instances, [{ ...ALICE, ...touched, metadata: { ...ALICE.metadata } }]), undefined);
  for (const [what, wrong] of Object.entries(WRONG))
    if (!what.startsWith('another lease') && !what.startsWith('the action'))
      assert.match(difference(client.instances, [{ ...ALICE, ...wrong }]) ?? '', /ALICE\/alice-1/, what);
});

/** The legacy loses everybody at 100 s, and has them back at 110 s: the verdicts on a replica that lists nobody at 107 s. */
function afterLoss(restarts: readonly Restart[], served: 'before' | 'never') {
  const truth = new Truth();
  const ids = Array.from({ length: 20 }, (_, i) => `x-${i}`);
  for (const id of ids) truth.change(0, id, { source: 'legacy', app: 'X', state: 's' })(0);
  const listings = new Listings(truth);
  for (let at = 0; at < 150_000; at += 1_000)
    listings.add({ at, states: listedWithoutStates(at >= 100_000 && at < 110_000 ? [] : ids) });
  const judge = new Judge(truth, listings, []);
  const shows = (at: number, shown: readonly string[]): void =>
    judge.judge(fullAnswer(at, new Map(shown.map((id) => [id, 's']))));
  for (const restart of restarts) judge.restarted(restart);
  if (served === 'before') shows(99_800, ids);
  shows(107_000, []);
  return judge.violations.map(({ kind }) => kind);
}

const WITHOUT_FILE: Restart = { replica: 0, remembers: undefined, at: 10_000 };
const WITH_FILE: Restart = { replica: 0, remembers: 90_000, at: 99_500 };
const everybody = Array.from({ length: 20 }, () => 'lacks an entry');

test('a replica without a registry file may know nothing of what it has never served', () => {
  assert.deepEqual(afterLoss([WITHOUT_FILE], 'never'), []);
  assert.deepEqual(afterLoss([], 'never'), everybody);
});

test('it has no excuse for what it has served since, nor once it was started with a file', () => {
  assert.deepEqual(afterLoss([WITHOUT_FILE], 'before'), everybody);
  assert.deepEqual(afterLoss([WITHOUT_FILE, WITH_FILE], 'before'), everybody);
  assert.deepEqual(afterLoss([WITHOUT_FILE, WITH_FILE], 'never'), everybody);
});
