import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callerView, pastCallerView } from '../../../../shared/api/callers.ts';
import { appName } from '../../../../shared/model/names.ts';
import type { ExplainedEntry } from '../../../../shared/api/explained-entry.ts';

const NOW = 1_750_000_600_000;

function entry(
  world: ExplainedEntry['world'],
  zone: string | undefined,
  others: Partial<ExplainedEntry> = {},
): ExplainedEntry {
  return {
    id: 'i-1',
    status: 'UP',
    host: 'i-1.corp.example',
    address: '10.20.0.7',
    ports: ['http:8080'],
    zone,
    world,
    source: 'legacy',
    object: undefined,
    copyOf: undefined,
    rule: '',
    since: undefined,
    hold: undefined,
    notices: [],
    ...others,
  };
}

const view = (served: readonly ExplainedEntry[], asked?: string) => callerView(served, asked, [], NOW);

test('zones are in the order of their names, and entries without a zone are one of their own', () => {
  const { zones } = view([
    entry('legacy', 'dc3'),
    entry('legacy', 'dc1'),
    entry('kubernetes', undefined),
    entry('legacy', undefined),
    entry('legacy', 'dc2'),
  ]);
  assert.deepEqual(zones, [
    { zone: undefined, up: 2, kubernetes: 1, kubernetesPercent: 50 },
    { zone: 'dc1', up: 1, kubernetes: 0, kubernetesPercent: 0 },
    { zone: 'dc2', up: 1, kubernetes: 0, kubernetesPercent: 0 },
    { zone: 'dc3', up: 1, kubernetes: 0, kubernetesPercent: 0 },
  ]);
});

test('of the past there is no countdown, but the time by which callers had it', () => {
  const [app, at] = [appName('ORDERS'), NOW - 3000];
  const changed = pastCallerView(callerView([], undefined, [{ app, at }], NOW));
  const [then, by] = [at, at + 60_000].map((ms) => new Date(ms).toISOString());
  assert.equal(changed.timing, `the last change before was at ${then}: callers had it by ${by}, by default`);
  assert.equal(pastCallerView(view([])).timing, 'nothing of it had changed in the 3 min before');
});

test('the hint names all zones that miss Kubernetes, and all that have it', () => {
  const [hint] = view([
    entry('legacy', 'dc1'),
    entry('legacy', 'dc2'),
    entry('kubernetes', undefined),
    entry('kubernetes', 'dc3'),
  ]).hints;
  assert.match(hint ?? '', /^callers in dc1, dc2 that keep to .*: its entries are in no zone, dc3$/);
});

test('there is no hint where every zone has entries of Kubernetes, or none has, or those without are in no zone', () => {
  for (const served of [
    [entry('kubernetes', 'dc1'), entry('legacy', 'dc1')],
    [entry('legacy', 'dc1'), entry('legacy', 'dc2')],
    [entry('legacy', undefined), entry('kubernetes', 'dc1')],
  ])
    assert.deepEqual(view(served, 'single').hints, []);
});

test('clients that keep one entry for each host and port: what they see instead of copies', () => {
  const copy = entry('legacy', undefined, { id: 'copy', copyOf: 'i-1' });
  const other = entry('legacy', undefined, { ports: ['http:8081', 'https:8443'] });
  const { hints, summary } = view([
    entry('legacy', undefined),
    copy,
    other,
    entry('kubernetes', undefined, { host: 'k' }),
  ]);
  assert.equal(
    summary,
    'callers choose among 4 UP entries: 2 registered, 1 copy of these, 1 from Kubernetes (25% of the calls)',
  );
  assert.deepEqual(hints, [
    'callers that keep one entry for each host and port (eureka-js-client, Steeltoe 4.2 and newer) see no copies: of 3 entries they see 1 from Kubernetes (33.3% of the calls)',
  ]);
  assert.match(view([copy]).hints[0] ?? '', / of 1 entry they see 0 from Kubernetes \(0% of the calls\)$/);
});

test('a change has reached the callers from the very moment when it must have', () => {
  const timing = (at: number): string => callerView([], undefined, [{ app: appName('BOB'), at }], NOW).timing;
  assert.equal(
    timing(NOW - 60_000),
    'the last change was 60 s ago: callers have it (30 s poll, then 30 s Ribbon, by default)',
  );
  assert.match(timing(NOW - 59_999), /: callers have it in 1 ms at the latest/);
});

test('a hint says what many entries of ours in several zones cost callers, and not what registered ones do', () => {
  const list = (world: ExplainedEntry['world'], zones: readonly string[]): readonly ExplainedEntry[] =>
    Array.from({ length: 100 }, (_, i) => entry(world, zones[i % zones.length]));
  const [hint] = view(list('kubernetes', ['dc1', 'dc2'])).hints;
  assert.match(hint ?? '', /^100 entries in 2 zones cost Ribbon callers/);
  assert.deepEqual(view(list('kubernetes', ['dc1'])).hints, []);
  assert.deepEqual(view(list('kubernetes', ['dc1', 'dc2']).slice(1)).hints, []);
  assert.deepEqual(
    view([...list('legacy', ['dc1', 'dc2']), entry('kubernetes', 'dc1'), entry('kubernetes', 'dc2')]).hints,
    [],
  );
});
