import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causeOf, type Cause, type Circumstances } from '../../../../shared/history/cause.ts';
import { entryChange, type EntryChange } from '../../../../shared/history/entry-change.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import {
  emptyApplication,
  type Dial,
  type Entry,
  type HiddenEntry,
  type MergedApplication,
  type Origin,
} from '../../../../shared/registry/application.ts';
import { instance } from '../../../support/instances.ts';

const ORDERS = emptyApplication(appName('ORDERS'));
const INGRESS = 'main/shop/orders';
const LEGACY = sourceId('legacy');
const CLUSTER = sourceId('cluster:main');
const NOTHING: Circumstances = { writes: [], guard: undefined };

const registered = (source = LEGACY): Extract<Origin, { kind: 'registration' }> => ({ kind: 'registration', source });
const fromIngress = (object = INGRESS): Origin => ({
  kind: 'ingress',
  source: CLUSTER,
  object,
  statusReason: '1 of 1 endpoints is ready',
  notices: [],
  changedAt: 0,
});
const copied: Origin = { kind: 'copy', source: LEGACY, original: instance('ORDERS', 'o-1').id, object: INGRESS };

const entry = (id: string, origin: Origin, status: 'UP' | 'DOWN' = 'UP'): Entry => ({
  record: instance('ORDERS', id, { status }),
  origin,
});

function application(entries: readonly Entry[], more: Partial<MergedApplication> = {}): MergedApplication {
  return {
    ...ORDERS,
    served: entries.map(({ record }) => record),
    origins: new Map(entries.map(({ record, origin }) => [record.id, origin])),
    ...more,
  };
}

const hidden = (id: string, code: HiddenEntry['code'], reason = 'told elsewhere'): HiddenEntry => ({
  record: instance('ORDERS', id),
  origin: registered(),
  code,
  reason,
});
const refused = (code: HiddenEntry['code'], reason: string, object = INGRESS) => ({
  object,
  app: ORDERS.name,
  code,
  reason,
  since: 0,
});
const asking = (asked: string): Dial => ({
  asked,
  entries: 1,
  realUp: 1,
  copies: 0,
  achievedPercent: 50,
  question: undefined,
});

/** The cause of what became of one entry between two states of its application. */
function cause(
  before: MergedApplication | undefined,
  after: MergedApplication | undefined,
  circumstances: Circumstances = NOTHING,
  id = 'o-1',
): Cause {
  const key = instance('ORDERS', id).id;
  const of = (state: MergedApplication | undefined): Entry | undefined => {
    const record = state?.served.find((each) => each.id === key);
    const origin = state?.origins.get(key);
    return record && origin && { record, origin };
  };
  const change = entryChange(of(before), of(after));
  assert.ok(change !== undefined);
  return causeOf(change, before, after, circumstances);
}

const WITHOUT = application([entry('o-9', registered())]);
const WITH = application([entry('o-1', registered()), entry('o-9', registered())]);
const DOWN = application([entry('o-1', registered(), 'DOWN'), entry('o-9', registered())]);

test('what a source lists, lists otherwise and lists no more', () => {
  assert.deepEqual(cause(WITHOUT, WITH), { source: 'legacy', reason: 'legacy lists it now' });
  assert.deepEqual(cause(undefined, WITH), { source: 'legacy', reason: 'legacy lists it now' });
  assert.deepEqual(cause(WITH, DOWN), { source: 'legacy', reason: 'legacy lists it so' });
  assert.deepEqual(cause(WITH, WITHOUT), { source: 'legacy', reason: 'legacy does not list it any more' });
  assert.deepEqual(cause(WITH, undefined), { source: 'legacy', reason: 'legacy does not list it any more' });
});

test('a lease of our own that ends ran out', () => {
  const leases = application([entry('o-1', registered(sourceId('leases')))]);
  assert.deepEqual(cause(leases, undefined), { source: 'leases', reason: 'its lease ran out without a renewal' });
  assert.equal(cause(undefined, leases).reason, 'leases lists it now');
});

for (const [write, before, after, reason] of [
  ['register', WITHOUT, WITH, 'it registered through this server'],
  ['register', WITH, DOWN, 'it registered through this server'],
  ['set-status', WITH, DOWN, 'its status was set through this server'],
  ['remove-status', DOWN, WITH, 'the override of its status was removed through this server'],
  ['metadata', WITH, DOWN, 'its metadata were changed through this server'],
  ['cancel', WITH, WITHOUT, 'it was cancelled through this server'],
] as const)
  test(`the write that makes such a change is its cause: ${write}, ${reason}`, () => {
    // A renewal changes nothing, and a write of another kind makes another change.
    const other = write === 'cancel' ? 'register' : 'cancel';
    assert.deepEqual(cause(before, after, { ...NOTHING, writes: ['renew', other, write] }), {
      source: 'legacy',
      write,
      reason,
    });
    assert.equal(cause(before, after, { ...NOTHING, writes: ['renew', other] }).write, undefined);
  });

test('of several writes under way the first that fits', () => {
  assert.equal(cause(WITH, DOWN, { ...NOTHING, writes: ['metadata', 'set-status'] }).write, 'metadata');
});

test('a write to an entry from Kubernetes is no cause', () => {
  const there = application([entry('o-1', fromIngress())]);
  assert.deepEqual(cause(there, undefined, { ...NOTHING, writes: ['cancel'], presence: 'gone' }), {
    source: 'cluster:main',
    object: INGRESS,
    reason: `${INGRESS} is gone`,
  });
});

test('what a hold let through names it, above any write, and nothing else does', () => {
  const guarded: Circumstances = { writes: ['cancel'], guard: 'legacy-1' };
  assert.deepEqual(cause(WITH, WITHOUT, guarded), {
    source: 'legacy',
    write: 'cancel',
    guard: 'legacy-1',
    reason: 'its removal was held by legacy-1, which has let it through',
  });
  assert.equal(cause(WITHOUT, WITH, guarded).guard, undefined, 'it came');
  assert.equal(cause(WITH, DOWN, guarded).guard, undefined, 'it changed');
  const shadowed = application([entry('o-9', registered())], { hidden: [hidden('o-1', 'overlay')] });
  assert.equal(cause(WITH, shadowed, guarded).guard, undefined, 'it is hidden, and not removed');
});

test('what is hidden now, and what was', () => {
  const hiddenNow = application([entry('o-9', registered())], {
    hidden: [hidden('o-8', 'policy'), hidden('o-1', 'overlay', 'out of reach')],
  });
  assert.deepEqual(cause(WITH, hiddenNow, { ...NOTHING, writes: ['cancel'] }), {
    source: 'legacy',
    reason: 'hidden now, overlay: out of reach',
  });
  assert.deepEqual(cause(hiddenNow, WITH), {
    source: 'legacy',
    reason: 'no longer hidden, which it was by overlay',
  });
  // Of another entry that goes nothing is told by what is hidden.
  assert.equal(cause(hiddenNow, application([]), NOTHING, 'o-9').reason, 'legacy does not list it any more');
});

test('a policy that moved is told in place of the advice', () => {
  const byPolicy = application([entry('o-9', registered())], {
    hidden: [hidden('o-1', 'policy', 'set the policy to both')],
    policy: 'kubernetes-only',
  });
  const moved = 'the policy went from both to kubernetes-only';
  assert.equal(cause(WITH, byPolicy).reason, `hidden now, policy: ${moved}`);
  assert.equal(
    cause({ ...WITH, policy: 'kubernetes-only' }, byPolicy).reason,
    'hidden now, policy: set the policy to both',
    'it did not move',
  );
  assert.equal(
    cause(byPolicy, WITH).reason,
    'no longer hidden, which it was by policy; the policy went from kubernetes-only to both',
  );
  const overlay = { ...byPolicy, hidden: [hidden('o-1', 'overlay', 'out of reach')] };
  assert.equal(cause(WITH, overlay).reason, 'hidden now, overlay: out of reach', 'it is not hidden by it');
});

test('an entry of an Ingress comes with the reason of its status, and with what moved', () => {
  const there = application([entry('o-1', fromIngress())], { policy: 'kubernetes-only', dial: asking('50%') });
  assert.deepEqual(cause(undefined, there), {
    source: 'cluster:main',
    object: INGRESS,
    reason: '1 of 1 endpoints is ready',
  });
  assert.equal(
    cause(application([], { dial: asking('10%') }), there).reason,
    '1 of 1 endpoints is ready; the policy went from both to kubernetes-only; the share asked for went from 10% to 50%',
  );
  const same = application([], { policy: 'kubernetes-only', dial: asking('50%') });
  assert.equal(cause(same, there).reason, '1 of 1 endpoints is ready');
});

test('an entry of an Ingress goes because it is refused, others stand for it, or its object is gone or asks no more', () => {
  const there = application([entry('o-1', fromIngress())]);
  const reasonWith = (after: Partial<MergedApplication>, presence?: Circumstances['presence'], more: Entry[] = []) =>
    cause(there, application(more, after), { ...NOTHING, presence }).reason;
  assert.equal(
    reasonWith({ refusals: [refused('bad-host', 'x', 'main/shop/other'), refused('bad-host', 'no host')] }),
    'bad-host: no host',
  );
  const byPolicy = { refusals: [refused('policy', 'set the policy to both')], policy: 'legacy-only' as const };
  assert.equal(reasonWith(byPolicy), 'policy: the policy went from both to legacy-only');
  assert.equal(reasonWith({ ...byPolicy, policy: 'both' }), 'policy: set the policy to both');
  const others = [entry('o-2', fromIngress())];
  assert.equal(reasonWith({}, 'there', others), `other entries of ${INGRESS} stand for it now`);
  const strangers = [entry('o-2', fromIngress('main/shop/other')), entry('o-3', copied)];
  const asks = `${INGRESS} does not ask to be published under this name any more`;
  assert.equal(reasonWith({}, 'there', strangers), asks);
  assert.equal(reasonWith({}, 'gone'), `${INGRESS} is gone`);
  assert.equal(reasonWith({}), `${asks}, or is gone`);
  assert.equal(cause(there, undefined).reason, `${asks}, or is gone`);
});

test('a copy comes and goes with the share that asks for it', () => {
  const there = application([entry('o-1', copied)]);
  assert.deepEqual(cause(undefined, there), {
    source: 'legacy',
    object: INGRESS,
    reason: `a copy for the share that ${INGRESS} asks for`,
  });
  assert.equal(cause(there, undefined).reason, `the share that ${INGRESS} asks for needs this copy no more`);
});

test('of an entry that nothing is known of', () => {
  const change: EntryChange = {
    kind: 'modified',
    id: instance('ORDERS', 'o-1').id,
    before: {},
    after: {},
    status: 'UP',
    origin: undefined,
  };
  for (const after of [undefined, ORDERS])
    assert.deepEqual(causeOf(change, ORDERS, after, NOTHING), { source: 'unknown', reason: 'its source lists it so' });
});
