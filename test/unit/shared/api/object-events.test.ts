import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTrue, objectEvents, type ObjectEvent } from '../../../../shared/api/object-events.ts';
import { EventQueue } from '../../../../shared/api/event-queue.ts';
import type { RefusalCode } from '../../../../shared/contribution/refusal.ts';
import type { InstanceStatus } from '../../../../shared/model/instance.ts';
import { appName, instanceId, sourceId } from '../../../../shared/model/names.ts';
import { emptyApplication, type MergedApplication } from '../../../../shared/registry/application.ts';
import { instance } from '../../../support/instances.ts';

const CAROL = 'main/shop/carol';

function application(
  status: InstanceStatus | undefined,
  { object = CAROL, refusals = [] }: { object?: string; refusals?: readonly (readonly [string, RefusalCode])[] } = {},
): MergedApplication {
  const id = instanceId('eurek8s:main:shop:carol');
  const origin = {
    kind: 'ingress',
    source: sourceId('cluster:main'),
    object,
    statusReason: '0 of 2 endpoints ready',
    notices: [],
    changedAt: 0,
  } as const;
  const dial = { asked: 'single', entries: 1, realUp: 0, copies: 0, achievedPercent: 100, question: undefined };
  return {
    ...emptyApplication(appName('CAROL')),
    ...(status === undefined
      ? {}
      : { served: [instance('CAROL', id, { status })], origins: new Map([[id, origin]]), dial }),
    refusals: refusals.map(([refused, code]) => ({ object: refused, code, reason: `because of ${code}`, since: 0 })),
  };
}

const texts = (events: readonly ObjectEvent[]): readonly string[] =>
  events.map(
    ({ kind, namespace, name, type, reason, note }) => `${kind} ${namespace}/${name} ${type} ${reason} ${note}`,
  );

test('an object is told that it is published, and what its status is', () => {
  assert.deepEqual(texts(objectEvents(undefined, application('UP'))), [
    'Ingress shop/carol Normal Published published as CAROL, 1 entry, UP',
  ]);
  assert.deepEqual(texts(objectEvents(application('UP'), application('DOWN'))), [
    'Ingress shop/carol Warning StatusChanged CAROL is DOWN: 0 of 2 endpoints ready',
  ]);
  assert.deepEqual(texts(objectEvents(undefined, application('UP', { object: 'main/shop/httproute/carol' }))), [
    'HTTPRoute shop/carol Normal Published published as CAROL, 1 entry, UP',
  ]);
  assert.deepEqual(objectEvents(application('UP'), application('UP')), []);
  assert.deepEqual(objectEvents(application('UP'), undefined), []);
});

test('an object is told why it is not published, once, unless nobody asked for it', () => {
  const refused = (code: RefusalCode): MergedApplication => application(undefined, { refusals: [[CAROL, code]] });
  assert.deepEqual(texts(objectEvents(undefined, refused('bad-annotation'))), [
    'Ingress shop/carol Warning Refused not published as CAROL: bad-annotation: because of bad-annotation',
  ]);
  assert.deepEqual(texts(objectEvents(undefined, refused('ownership'))), [
    'Ingress shop/carol Warning Conflict not published as CAROL: ownership: because of ownership',
  ]);
  assert.deepEqual(objectEvents(refused('ownership'), refused('ownership')), []);
  for (const code of ['not-selected', 'canary', 'overlay', 'out-of-reach'] as const)
    assert.deepEqual(objectEvents(undefined, refused(code)), [], code);
});

test('a note has at most 1024 bytes', () => {
  for (const letter of ['x', 'ü', '漢', '😀']) {
    const least = 1024 - 2 * Buffer.byteLength('…');
    const long = application(undefined, { refusals: [[CAROL, 'bad-annotation']] });
    const refusals = long.refusals.map((refusal) => ({ ...refusal, reason: letter.repeat(2000) }));
    const [event] = objectEvents(undefined, { ...long, refusals });
    const bytes = Buffer.byteLength(event?.note ?? '');
    assert.ok(bytes <= 1024 && bytes > least && event?.note.endsWith('…'), `${letter} ${bytes}`);
    assert.ok(event?.note.isWellFormed());
  }
});

test('what is not so any more is not told', () => {
  const [isUp] = objectEvents(undefined, application('UP'));
  const [refused] = objectEvents(undefined, application(undefined, { refusals: [[CAROL, 'bad-annotation']] }));
  assert.ok(isUp !== undefined && refused !== undefined);
  const told = (after: MergedApplication | undefined) => [isUp, refused].map((each) => isTrue(each, after));
  assert.deepEqual(told(application('UP')), [true, false]);
  assert.deepEqual(told(application('DOWN')), [false, false]);
  assert.deepEqual(told(application('UP', { object: 'main/shop/other' })), [false, false]);
  assert.deepEqual(told(application(undefined, { refusals: [[CAROL, 'bad-annotation']] })), [false, true]);
  assert.deepEqual(told(application(undefined, { refusals: [[CAROL, 'opted-out']] })), [false, false]);
  assert.deepEqual(told(undefined), [false, false]);
});

const MINUTE = 60_000;

function event(name: string, note = 'x'): ObjectEvent {
  return {
    app: appName('CAROL'),
    object: `main/shop/${name}`,
    says: 'UP',
    cluster: 'main',
    namespace: 'shop',
    kind: 'Ingress',
    name,
    reason: 'StatusChanged',
    type: 'Normal',
    note,
  };
}

function take(queue: EventQueue, now: number, isSo: (event: ObjectEvent) => boolean = () => true) {
  return queue.take(now, isSo);
}

test('of one object and reason there is one Event in ten minutes, the newest', () => {
  const queue = new EventQueue();
  queue.add(event('carol', 'DOWN'));
  assert.equal(queue.pause(0), 0);
  assert.equal(take(queue, 0)?.note, 'DOWN');
  queue.add(event('carol', 'UP'));
  queue.add(event('carol', 'DOWN again'));
  assert.equal(take(queue, 5 * MINUTE), undefined);
  assert.equal(queue.pause(5 * MINUTE), 5 * MINUTE);
  queue.add(event('dave'));
  assert.equal(take(queue, 5 * MINUTE)?.name, 'dave');
  assert.equal(take(queue, 10 * MINUTE)?.note, 'DOWN again');
  assert.equal(queue.pause(10 * MINUTE), undefined);
});

test('altogether there are ten in a minute, and not more than 500 wait', () => {
  const queue = new EventQueue();
  const added = Array.from({ length: 600 }, (_, n) => queue.add(event(`app-${n}`)));
  assert.equal(added.filter(Boolean).length, 500);
  const taken = (now: number): number => Array.from({ length: 600 }, () => take(queue, now)).filter(Boolean).length;
  assert.equal(taken(0), 10);
  assert.equal(queue.pause(MINUTE / 2), MINUTE / 2);
  assert.equal(taken(MINUTE / 2), 0);
  assert.equal(taken(MINUTE), 10);
});

test('what is not so any more waits for nothing, and takes the place of no other', () => {
  const queue = new EventQueue();
  for (let n = 0; n < 100; n++) queue.add(event(`app-${n}`));
  assert.equal(take(queue, 0, ({ name }) => name === 'app-99')?.name, 'app-99');
  assert.equal(queue.pause(0), undefined);
});
