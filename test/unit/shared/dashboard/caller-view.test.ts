import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallerReport } from '../../../../shared/api/census.ts';
import { callMap } from '../../../../shared/dashboard/call-map.ts';
import { callerRow } from '../../../../shared/dashboard/caller-row.ts';
import {
  ALL_CALLERS,
  callerQueryOf,
  lookAtCallers,
  readCallerView,
  type CallersSeen,
  type CallerView,
} from '../../../../shared/dashboard/caller-view.ts';
import { finished } from '../../../support/time-slices.ts';
import { NO_READS } from '../../../support/top-scene.ts';

function caller(address: string, given: Partial<CallerReport> = {}): CallerReport {
  return {
    address,
    application: undefined,
    applications: given.application === undefined ? [] : [given.application],
    place: undefined,
    client: 'java',
    identity: { name: undefined, version: undefined, id: undefined },
    credentials: [],
    firstSeen: undefined,
    lastSeen: undefined,
    reads: NO_READS,
    lookups: [],
    notKept: { lookups: 0, registers: 0 },
    registers: [],
    ...given,
  };
}

function lookups(...names: readonly string[]): CallerReport['lookups'] {
  return names.map((name, i) => ({
    kind: 'vip',
    name,
    applications: name === 'gone' ? [] : [name.toUpperCase()],
    count: i + 1,
    lastSeen: undefined,
  }));
}

const ALICE = caller('10.0.0.1', {
  application: 'ALICE',
  reads: { ...NO_READS, full: 1, xml: 1 },
  lookups: lookups('bob', 'carol'),
});
const BOB = caller('10.0.0.2', {
  application: 'BOB',
  reads: { ...NO_READS, delta: 1, compact: 1 },
  registers: [{ application: 'BOB', register: 0, renew: 3, cancel: 0, other: 0, lastSeen: undefined }],
});
const STRANGER = caller('10.0.0.3', { client: 'python', credentials: ['fleet'], lookups: lookups('gone') });
const ALL = [ALICE, BOB, STRANGER];

function seen(view: Partial<CallerView>): CallersSeen {
  return finished(lookAtCallers(ALL, { ...ALL_CALLERS, ...view }));
}

function addresses(view: Partial<CallerView>): readonly string[] {
  return seen(view).callers.map(({ address }) => address);
}

test('every word of the search must be in what is known of the caller: names it looks up and credentials included', () => {
  assert.deepEqual(addresses({ text: 'ali car' }), ['10.0.0.1']);
  assert.deepEqual(addresses({ text: 'FLEET python' }), ['10.0.0.3']);
  assert.deepEqual(addresses({ text: 'alice python' }), []);
  assert.deepEqual(addresses({}), ['10.0.0.1', '10.0.0.2', '10.0.0.3']);
});

test('what a caller does, and the application that it looks up, narrow the list', () => {
  assert.deepEqual(addresses({ does: 'whole' }), ['10.0.0.1', '10.0.0.2']);
  assert.deepEqual(addresses({ does: 'names' }), ['10.0.0.1', '10.0.0.3']);
  assert.deepEqual(addresses({ does: 'registers' }), ['10.0.0.2']);
  assert.deepEqual(addresses({ does: 'xml' }), ['10.0.0.1']);
  assert.deepEqual(addresses({ does: 'compact' }), ['10.0.0.2']);
  assert.deepEqual(addresses({ does: 'unknown' }), ['10.0.0.3']);
  assert.deepEqual(addresses({ app: 'CAROL' }), ['10.0.0.1']);
});

test('the numbers of the choices do not depend on the choice, but on the search', () => {
  const all = { whole: 2, names: 2, registers: 1, xml: 1, compact: 1, unknown: 1 };
  assert.deepEqual(seen({ does: 'xml' }).counts, all);
  assert.deepEqual(seen({ text: 'python' }).counts, { ...all, whole: 0, names: 1, registers: 0, xml: 0, compact: 0 });
  assert.equal(seen({ text: 'python', does: 'xml' }).all, 1);
});

test('what the query says is what is read from it', () => {
  const view: CallerView = { text: 'a&b', does: 'registers', app: 'CAROL' };
  const written = new URLSearchParams(callerQueryOf(view, 2));
  assert.deepEqual(
    readCallerView((name) => written.get(name) ?? undefined),
    view,
  );
  assert.equal(written.get('page'), '2');
  assert.equal(callerQueryOf(ALL_CALLERS), '');
  assert.deepEqual(
    readCallerView(() => 'x'),
    { text: 'x', does: undefined, app: 'X' },
  );
});

test('the map has one line for each application that calls, to all that its instances ask for', () => {
  const second = caller('10.0.0.9', { application: 'ALICE', lookups: lookups('dave') });
  const { callers, targets, more } = callMap([...ALL, second, caller('10.0.0.10')]);
  const told = callers.map(({ name, targets: asked }) => [name, asked.map((to) => targets[to]?.name)]);
  assert.deepEqual(told, [
    ['ALICE', ['BOB', 'CAROL', 'DAVE', 'the whole registry']],
    ['BOB', ['the whole registry']],
    ['10.0.0.3', ['vip gone']],
  ]);
  assert.equal(more, 0, 'who has only registered asks for nothing');
});

test('a map of a large fleet stays one that can be looked at: who looks names up stays in it', () => {
  const names = Array.from({ length: 30 }, (_, i) => `app-${i}`);
  const readers = names.map((_, i) =>
    caller(`10.1.0.${i}`, { application: `A-${i}`, reads: { ...NO_READS, full: 1 } }),
  );
  const { callers, targets, more } = callMap([...readers, caller('10.9.9.9', { lookups: lookups(...names) })]);
  assert.equal(callers.length, 20);
  assert.equal(more, 11);
  assert.deepEqual(callers.at(-1)?.name, '10.9.9.9');
  assert.deepEqual(
    targets.slice(-2).map(({ name }) => name),
    ['10 more', 'the whole registry'],
  );
  assert.equal(callers.at(-1)?.targets.length, 21, 'twenty by name, and the others as one');
});

test('a row has the names that are used most, and says how many are left out', () => {
  const names = Array.from({ length: 10 }, (_, i) => `app-${i}`);
  const row = callerRow(caller('10.0.0.1', { lookups: lookups(...names) }));
  assert.deepEqual([row.lookups[0]?.name, row.lookups.length, row.more], ['app-9', 5, { lookups: 5, registers: 0 }]);
});
