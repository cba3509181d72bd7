import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderApps, reportApps } from '../../../../shared/api/apps.ts';
import { renderCallers, reportCallers, type CensusFacts } from '../../../../shared/api/census.ts';
import { renderExit, renderMigration, reportMigration } from '../../../../shared/api/migration.ts';
import {
  READ_KINDS,
  REGISTER_KINDS,
  type Caller,
  type ReadCounts,
  type RegisterCounts,
} from '../../../../shared/census/caller.ts';
import { NO_CONTRIBUTION, type AppContribution } from '../../../../shared/contribution/contribution.ts';
import type { Policy } from '../../../../shared/contribution/policy.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import type { MergedApplication } from '../../../../shared/registry/application.ts';
import { mergeApplication } from '../../../../shared/registry/merge.ts';
import { advance, emptySnapshot } from '../../../../shared/registry/snapshot.ts';
import { instance } from '../../../support/instances.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';
import { publication } from '../../../support/publications.ts';

const NOW = 1_750_000_000_000;
const DAY = 86_400_000;

function merged(
  name: string,
  registered: number,
  kubernetes: Partial<AppContribution> = {},
  policy: Policy = 'both',
): MergedApplication {
  const instances = Array.from({ length: registered }, (_, i) =>
    instance(name, `${name}-${i}`, { ipAddr: `10.0.0.${i + 1}` }),
  );
  return mergeApplication(
    appName(name),
    [
      { source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, instances } },
      { source: sourceId('cluster:main'), contribution: { ...NO_CONTRIBUTION, ...kubernetes } },
    ],
    { ...OPEN_RULES, application: () => ({ policy, namespaces: [] }) },
    undefined,
    NOW,
  );
}

const published = (name: string, changes: Parameters<typeof publication>[1] = {}) => ({
  publications: [publication(name, changes)],
});
const refused = { refusals: [{ object: 'main/shop/x', code: 'no-host', reason: 'name one' } as const] };

const ALL = [
  merged('DUAL', 2, published('DUAL')),
  merged('HIDDEN', 1, published('HIDDEN'), 'kubernetes-only'),
  merged('LEGACY', 1),
  merged('NEW', 0, published('NEW')),
  merged('NONE', 0, refused),
  merged('REFUSED', 1, refused),
  merged('WAITING', 0, published('WAITING', { status: 'DOWN' })),
];

function snapshotOf(applications: readonly MergedApplication[]) {
  return advance(emptySnapshot(7, NOW), new Map(applications.map((each) => [each.name, each])), NOW).snapshot;
}

const reads = (changes: Partial<ReadCounts> = {}): ReadCounts => ({
  ...(Object.fromEntries(READ_KINDS.map((kind) => [kind, 0])) as ReadCounts),
  ...changes,
});
const writes = (changes: Partial<RegisterCounts> = {}): RegisterCounts => ({
  ...(Object.fromEntries(REGISTER_KINDS.map((kind) => [kind, 0])) as RegisterCounts),
  ...changes,
});

function caller(address: string, changes: Partial<Caller> = {}): Caller {
  return {
    address,
    userAgent: 'Java-EurekaClient',
    identity: { name: undefined, version: undefined, id: undefined },
    credentials: [],
    firstSeen: NOW - DAY,
    lastSeen: NOW - 60_000,
    reads: reads({ full: 1 }),
    lookups: new Map(),
    registers: new Map(),
    ...changes,
  };
}

function census(since: number, ...callers: readonly Caller[]): CensusFacts {
  return { replica: 'eurek8s-0', since, callers, forgotten: 0 };
}

test('what is left of each application, the next step first', () => {
  const { applications, summary } = reportMigration(snapshotOf(ALL), census(NOW - DAY), [], NOW);
  assert.deepEqual(
    applications.map(({ name, stage, registered, kubernetes, todo }) => [name, stage, registered, kubernetes, todo]),
    [
      [
        'DUAL',
        'dual',
        2,
        1,
        ['raise its share: asked is single, achieved 33.3%', 'stop its 2 registered instances, once its share is 100%'],
      ],
      ['HIDDEN', 'dual', 1, 1, ['stop its 1 registered instance, which get no calls any more']],
      [
        'LEGACY',
        'legacy-only',
        1,
        0,
        [
          'publish it: deploy it, and annotate its Ingress eurek8s.io/publish: "true"',
          'then stop its 1 registered instance',
        ],
      ],
      ['NEW', 'kubernetes-only', 0, 1, []],
      ['NONE', 'none', 0, 0, ['get main/shop/x served, which is refused (no-host): name one']],
      [
        'REFUSED',
        'legacy-only',
        1,
        0,
        ['get main/shop/x served, which is refused (no-host): name one', 'then stop its 1 registered instance'],
      ],
      ['WAITING', 'kubernetes-only', 0, 1, ['get it UP: no entry of it is']],
    ],
  );
  assert.deepEqual(summary, {
    applications: 7,
    stages: { 'legacy-only': 2, dual: 2, 'kubernetes-only': 2, none: 1 },
    registered: 5,
    readers: 0,
    registrants: 0,
  });
  const down = { publications: [publication('X', { status: 'DOWN' })] };
  const dead = { ...merged('X', 1, down), counts: { ...merged('X', 1, down).counts, UP: 0 } };
  assert.equal(
    reportMigration(snapshotOf([dead]), census(NOW), [], NOW).applications[0]?.todo[0],
    'get it UP: no entry of it is',
  );
});

test('the legacy may go when nothing is registered, nobody registers, and that was looked at for a day', () => {
  const exit = (applications: readonly MergedApplication[], facts: CensusFacts, problems: readonly string[] = []) =>
    reportMigration(snapshotOf(applications), facts, problems, NOW).exit;
  const done = [merged('NEW', 0, published('NEW'))];
  assert.deepEqual(exit(done, census(NOW - DAY)), { ready: true, blockers: [] });
  assert.deepEqual(exit(done, census(NOW - DAY + 1)).blockers, [
    'who still registers has been looked at for 24 h alone: 24 h tell',
  ]);
  assert.deepEqual(exit(done, census(NOW - DAY), ['legacy is stale']).blockers, ['legacy is stale']);
  assert.deepEqual(exit([merged('DUAL', 2, published('DUAL')), merged('LEGACY', 1)], census(NOW - DAY)).blockers, [
    'DUAL: 2 instances are registered, beside Kubernetes',
    'LEGACY: 1 instance is registered, and nothing of it is served from Kubernetes',
  ]);
  const renewing = (address: string, counts: Partial<RegisterCounts>, lastSeen = NOW - DAY) =>
    caller(address, { lastSeen, registers: new Map([[appName(`APP-${address}`), { ...writes(counts), lastSeen }]]) });
  assert.deepEqual(
    exit(
      done,
      census(
        NOW - DAY,
        renewing('b', { renew: 1 }),
        renewing('a', { register: 1 }),
        renewing('c', { cancel: 1 }),
        renewing('d', { renew: 1 }, NOW - DAY - 1),
      ),
    ).blockers,
    ['still register or renew: APP-A, APP-B'],
  );
  const many = Array.from({ length: 7 }, (_, i) => renewing(`${i}`, { renew: 1 }));
  assert.deepEqual(exit(done, census(NOW - DAY, ...many)).blockers, [
    'still register or renew: APP-0, APP-1, APP-2, APP-3, APP-4 and 2 more',
  ]);
  assert.equal(
    renderExit({ ready: true, blockers: [] }),
    'the legacy can be switched off, as far as this replica knows\n',
  );
  assert.equal(renderExit({ ready: false, blockers: ['a', 'b'] }), 'the legacy must stay:\n  - a\n  - b\n');
});

test('who looks an application up is named, by application or address', () => {
  const lookup = (name: string) => new Map([[name, { kind: 'app', name, count: 3, lastSeen: NOW }]] as const);
  const facts = census(
    NOW - DAY,
    caller('10.0.0.2', { lookups: lookup('NEW') }),
    caller('10.9.9.9', { lookups: lookup('NEW'), reads: reads({ app: 3 }) }),
    caller('10.9.9.8', { lookups: lookup('NEW'), lastSeen: NOW - DAY - 1 }),
    caller('10.9.9.7', { reads: reads({ json: 1 }) }),
  );
  const report = reportMigration(
    snapshotOf([merged('DUAL', 2, published('DUAL')), merged('NEW', 0, published('NEW'))]),
    facts,
    [],
    NOW,
  );
  assert.deepEqual(
    report.applications.map(({ callers }) => callers),
    [[], ['10.9.9.9', 'DUAL']],
  );
  assert.equal(report.summary.readers, 2);
  assert.equal(
    renderMigration(report),
    `\
2 applications: 1 dual, 1 kubernetes-only; 2 registered instances
seen by eurek8s-0 since 2025-06-14T15:06:40.000Z: 2 callers that read, 0 that register

APPLICATION  STAGE            SHARE             REGISTERED  KUBERNETES  LOOKED UP BY    TO DO
DUAL         dual             single, is 33.3%  2           1           -               2
    - raise its share: asked is single, achieved 33.3%
    - stop its 2 registered instances, once its share is 100%
NEW          kubernetes-only  single, is 100%   0           1           10.9.9.9, DUAL  nothing

the legacy must stay:
  - DUAL: 2 instances are registered, beside Kubernetes
`,
  );
  assert.equal(
    renderMigration(reportMigration(emptySnapshot(1, NOW), census(0), [], NOW)),
    '0 applications; 0 registered instances\nseen by eurek8s-0 since unknown: 0 callers that read, 0 that register\n\n\nthe legacy can be switched off, as far as this replica knows\n',
  );
});

test('applications are listed with their stage, best status and share', () => {
  const report = reportApps([...ALL, merged('GONE', 0)]);
  assert.deepEqual(
    report.applications.map(({ name, stage, status }) => `${name} ${stage} ${status}`),
    [
      'DUAL dual UP',
      'HIDDEN dual UP',
      'LEGACY legacy-only UP',
      'NEW kubernetes-only UP',
      'NONE none NONE',
      'REFUSED legacy-only UP',
      'WAITING kubernetes-only DOWN',
    ],
  );
  const copies = merged('COPIES', 1, published('COPIES', { traffic: { kind: 'share', percent: 33.3 }, copies: true }));
  assert.equal(
    renderApps(reportApps([copies, merged('LEGACY', 1)])),
    `\
2 applications: 1 legacy-only, 1 dual
APPLICATION  STAGE        STATUS  REGISTERED  KUBERNETES  UP  HIDDEN  NOT SERVED  SHARE
COPIES       dual         UP      1 (1 copy)  1           3   0       0           33.3%, is 33.3%
LEGACY       legacy-only  UP      1           0           1   0       0           -
`,
  );
  assert.equal(renderApps({ applications: [] }), 'no application is known\n');
});

test('callers are listed by application, then by address, and what is not known of them is a dash', () => {
  const snapshot = snapshotOf([merged('DUAL', 2, published('DUAL')), merged('LEGACY', 1)]);
  const names = ['a', 'b', 'c', 'd'].map((name) => [name, { kind: 'vip', name, count: 1, lastSeen: NOW }] as const);
  const registers = new Map([[appName('OTHER'), { ...writes({ renew: 2 }), lastSeen: NOW }]]);
  const facts = {
    ...census(
      NOW - DAY,
      caller('10.9.9.9', { userAgent: undefined, lastSeen: 0 }),
      caller('10.0.0.2', { credentials: ['x', 'y'], reads: reads({ full: 2, delta: 5 }), lookups: new Map(names) }),
      caller('10.0.0.1', { userAgent: undefined, identity: { name: 'me', version: undefined, id: undefined } }),
      caller('10.9.9.1', { registers }),
    ),
    forgotten: 3,
  };
  assert.equal(
    renderCallers(reportCallers(facts, snapshot), NOW),
    `\
APPLICATION     ADDRESS   CLIENT             CREDENTIALS  FULL  DELTA  LOOKS UP                      REGISTERS  SEEN
DUAL            10.0.0.2  Java-EurekaClient  x,y          2     5      vip:a vip:b vip:c and 1 more  -          60 s ago
DUAL or LEGACY  10.0.0.1  me                 -            1     0      -                             -          60 s ago
OTHER           10.9.9.1  Java-EurekaClient  -            1     0      -                             OTHER      60 s ago
-               10.9.9.9  unknown            -            1     0      -                             -          -
4 callers seen by eurek8s-0 since 2025-06-14T15:06:40.000Z; 3 were not kept, because there were too many
`,
  );
  assert.equal(renderCallers(reportCallers(census(0), undefined), NOW), '0 callers seen by eurek8s-0 since unknown\n');
});
