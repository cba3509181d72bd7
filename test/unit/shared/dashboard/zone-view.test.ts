import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExplainedEntry } from '../../../../shared/api/explained-entry.ts';
import { zonesOf, zoneView } from '../../../../shared/dashboard/zone-view.ts';

function entry(id: string, given: Partial<ExplainedEntry> = {}): ExplainedEntry {
  return {
    id,
    status: 'UP',
    host: `${id}.internal`,
    address: '10.0.0.1',
    ports: ['http:8080'],
    zone: 'z1',
    world: 'legacy',
    source: 'legacy',
    object: undefined,
    copyOf: undefined,
    rule: 'registered by the instance itself',
    since: undefined,
    hold: undefined,
    notices: [],
    ...given,
  };
}

const INGRESS = { world: 'kubernetes', host: 'carol.k8s.example.com' } as const;
const SERVED = [
  entry('a'),
  entry('b', { zone: 'z2' }),
  entry('c', { zone: 'z2', status: 'DOWN' }),
  entry('k-0', { ...INGRESS }),
  entry('k-1', { ...INGRESS }),
  entry('down', { zone: 'z3', status: 'DOWN' }),
  entry('nowhere', { zone: undefined, status: 'DOWN' }),
];

test('a caller that keeps to no zone chooses among all that are UP; entries of one address are one choice', () => {
  const view = zoneView(SERVED, undefined);
  assert.deepEqual([view.up, view.kubernetesPercent, view.fallsBack], [4, 50, false]);
  assert.deepEqual(
    view.choices.map(({ host, entries, percent }) => [host, entries, percent]),
    [
      ['a.internal', 1, 25],
      ['b.internal', 1, 25],
      ['carol.k8s.example.com', 2, 50],
    ],
  );
});

test('a caller keeps to its own zone while that has an entry that is UP', () => {
  assert.deepEqual([zoneView(SERVED, 'z2').up, zoneView(SERVED, 'z2').kubernetesPercent], [1, 0]);
  assert.equal(zoneView(SERVED, 'z1').kubernetesPercent, 66.7);
});

test('a zone with nothing UP, or that nobody is in, falls back to all', () => {
  for (const zone of ['z3', 'z9'])
    assert.deepEqual([zoneView(SERVED, zone).up, zoneView(SERVED, zone).fallsBack], [4, true]);
});

test('where nothing is UP there is nothing to choose', () => {
  const view = zoneView([entry('x', { status: 'DOWN' })], 'z1');
  assert.deepEqual([view.up, view.kubernetesPercent, view.fallsBack, view.choices], [0, 0, false, []]);
});

test('the zones are those of all entries', () => {
  assert.deepEqual(zonesOf(SERVED), ['z1', 'z2', 'z3']);
});
