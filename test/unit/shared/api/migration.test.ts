import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderApps, reportApps, shareText } from '../../../../shared/api/apps.ts';
import { renderCallers, reportCallers } from '../../../../shared/api/census.ts';
import { renderDiff, reportDiff } from '../../../../shared/api/differences.ts';
import { OBSERVED_MS, renderMigration, reportMigration } from '../../../../shared/api/migration.ts';
import type { Caller } from '../../../../shared/census/caller.ts';
import { parseNetwork } from '../../../../shared/address/network.ts';
import { COMMAND_AGENTS } from '../../../../shared/census/own-agent.ts';
import { NO_CONTRIBUTION } from '../../../../shared/contribution/contribution.ts';
import { callMap } from '../../../../shared/dashboard/call-map.ts';
import { mappingFor, type SeenCallers } from '../../../../shared/export/for-caller.ts';
import { mappingOf } from '../../../../shared/export/target.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import { DELTA_WINDOW } from '../../../../shared/registry/delta-window.ts';
import { mergeApplication } from '../../../../shared/registry/merge.ts';
import { advance, emptySnapshot } from '../../../../shared/registry/snapshot.ts';
import { instance } from '../../../support/instances.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';
import { finished } from '../../../support/time-slices.ts';

const NOW = 1_750_000_000_000;
const ORDERS = appName('ORDERS');
const SHOP = appName('SHOP');

const seen = (...callers: readonly Caller[]): SeenCallers => ({ callers, forgotten: 0 });

/** ORDERS is registered; of SHOP there is a candidate that is refused. */
const SNAPSHOT = advance(
  emptySnapshot(1, NOW),
  new Map([
    [
      ORDERS,
      mergeApplication(
        ORDERS,
        [{ source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, instances: [instance('orders', 'o-1')] } }],
        OPEN_RULES,
        undefined,
        NOW,
      ),
    ],
    [
      SHOP,
      mergeApplication(
        SHOP,
        [
          {
            source: sourceId('cluster:main'),
            contribution: {
              ...NO_CONTRIBUTION,
              refusals: [{ object: 'main/shop/shop', code: 'path-not-root', reason: 'add a path /' }],
            },
          },
        ],
        OPEN_RULES,
        undefined,
        NOW,
      ),
    ],
  ]),
  NOW,
  DELTA_WINDOW,
).snapshot;

function caller(address: string, changes: Partial<Caller> = {}): Caller {
  return {
    address,
    userAgent: undefined,
    identity: { name: undefined, version: undefined, id: undefined },
    credentials: [],
    firstSeen: NOW,
    lastSeen: NOW,
    reads: { full: 0, delta: 0, app: 0, vip: 0, svip: 0, instance: 0, json: 0, xml: 0, compact: 0, gzip: 0 },
    lookups: new Map(),
    notKept: { lookups: 0, registers: 0 },
    registers: new Map(),
    ...changes,
  };
}

const LOOKS_UP = new Map(
  (['app', 'vip', 'svip', 'instance'] as const).map((kind) => {
    const name = kind === 'instance' ? 'o-1' : kind === 'app' ? 'ORDERS' : 'orders';
    return [`${kind} ${name}`, { kind, name, count: 2, lastSeen: NOW }];
  }),
);
const RENEWS = new Map([[ORDERS, { register: 0, renew: 3, cancel: 0, other: 0, lastSeen: NOW }]]);

function census(...callers: readonly Caller[]) {
  return { replica: 'eurek8s-0', since: NOW - OBSERVED_MS, callers, forgotten: 0, overlay: [] };
}

test('each way to look something up finds the application, and names who does', () => {
  const looking = caller('10.9.0.1', { lookups: LOOKS_UP });
  const { callers } = finished(reportCallers(census(looking), SNAPSHOT));
  assert.deepEqual(
    callers[0]?.lookups.map(({ applications }) => applications),
    [['ORDERS'], ['ORDERS'], ['ORDERS'], ['ORDERS']],
  );
  const { applications } = finished(reportMigration(SNAPSHOT, census(looking), [], NOW));
  assert.deepEqual(
    applications.map(({ name, callers: names }) => [name, names]),
    [
      ['ORDERS', ['10.9.0.1']],
      ['SHOP', []],
    ],
  );
});

test('an application without an entry is not found, as its answer was 404', () => {
  const asked = (['app', 'vip', 'instance'] as const).flatMap((kind) =>
    ['NOSUCH', 'SHOP'].map((name) => [`${kind} ${name}`, { kind, name, count: 1, lastSeen: NOW }] as const),
  );
  const { callers } = finished(reportCallers(census(caller('10.9.0.1', { lookups: new Map(asked) })), SNAPSHOT));
  assert.deepEqual(
    callers[0]?.lookups.flatMap(({ applications }) => applications),
    [],
  );
  const { targets } = callMap(callers);
  assert.ok(
    targets.some(({ name, kind }) => name === 'app NOSUCH' && kind === 'unserved'),
    JSON.stringify(targets),
  );
});

test('where a caller runs: beside a registered instance, in a Pod, or nobody knows', () => {
  const pods = parseNetwork('10.42.0.0/16');
  assert.ok(pods.ok);
  const itself = { name: 'DefaultClient', version: '1.4', id: '10.20.0.7' };
  const all = census(
    caller('10.20.0.7'),
    caller('10.9.0.1', { identity: itself }),
    caller('10.42.3.4'),
    caller('10.9.0.2'),
  );
  const report = finished(reportCallers({ ...all, overlay: [pods.value] }, SNAPSHOT));
  assert.deepEqual(
    report.callers.map(({ address, place }) => [address, place]),
    [
      ['10.20.0.7', 'registered'],
      ['10.9.0.1', 'registered'],
      ['10.42.3.4', 'pod'],
      ['10.9.0.2', undefined],
    ],
  );
  assert.match(
    renderCallers(report, NOW),
    /^2 of them where instances are registered, outside of Kubernetes: ORDERS$/m,
  );
});

test('a caller that was not seen for a day counts no more', () => {
  const old = caller('10.9.0.1', { lookups: LOOKS_UP, registers: RENEWS, lastSeen: NOW - OBSERVED_MS - 1 });
  const { summary, applications, exit } = finished(reportMigration(SNAPSHOT, census(old), [], NOW));
  assert.deepEqual([summary.registrants, applications[0]?.callers], [0, []]);
  assert.deepEqual(exit.blockers, ['ORDERS: 1 instance is registered, and nothing of it is served from Kubernetes']);
});

test('a share that differs is told with what is achieved, and of a schedule no more than a column holds', () => {
  const asked = '10% (step 1 of 3 of a schedule, 50% at 2026-03-01T11:10:00Z)';
  for (const [achievedPercent, shown] of [
    [10, '10% of a schedule'],
    [0, '10% of a schedule, is 0%'],
  ] as const)
    assert.equal(shareText({ asked, achievedPercent }), shown);
  assert.equal(shareText({ asked: 'single', achievedPercent: 33.3 }), 'single, is 33.3%');
  assert.equal(shareText({ asked: '25%', achievedPercent: 25 }), '25%');
  assert.equal(shareText(undefined), '-');
});

test('a command of ours is nobody who calls, and not the application at whose address it runs', () => {
  const { ipAddr } = instance('orders', 'o-1');
  const reads = { ...caller('').reads, full: 1, delta: 9 };
  const commands = [COMMAND_AGENTS.shadow, COMMAND_AGENTS.check].map((userAgent) =>
    caller(ipAddr, { userAgent, reads, lookups: LOOKS_UP }),
  );
  const { callers } = finished(reportCallers(census(...commands, caller(ipAddr, { reads })), SNAPSHOT));
  assert.deepEqual(
    callers.map(({ application, client, ownCommand }) => [application, client, ownCommand]),
    [
      ['ORDERS', 'unknown', undefined],
      [undefined, 'eurek8s-check', true],
      [undefined, 'eurek8s-shadow', true],
    ],
  );
  assert.deepEqual(
    callMap(callers).callers.map(({ name }) => name),
    ['ORDERS'],
  );
  const shown = renderCallers(finished(reportCallers(census(...commands), SNAPSHOT)), NOW);
  assert.match(shown, /^0 callers and 2 commands of Eurek8s seen by eurek8s-0 /m);
  assert.equal(shown.match(/^command of Eurek8s /gm)?.length, 2);
  assert.doesNotMatch(shown, /outside of Kubernetes/);
  const { summary, applications } = finished(reportMigration(SNAPSHOT, census(...commands), [], NOW));
  assert.deepEqual([summary.readers, applications[0]?.callers], [0, []]);
});

test('what is not known keeps the legacy, and so does who registers', () => {
  const renewing = caller('10.9.0.1', { registers: RENEWS });
  const report = finished(
    reportMigration(SNAPSHOT, census(renewing), ['legacy is stale: what it has now is not known'], NOW),
  );
  assert.equal(report.exit.ready, false);
  assert.equal(report.exit.blockers[0], 'legacy is stale: what it has now is not known');
  assert.equal(report.exit.blockers.at(-1), 'still register or renew: ORDERS');
  assert.match(
    renderMigration(report),
    /^SHOP +none +- +0 +0 +- +1\n {4}- get main\/shop\/shop served, which is refused/m,
  );
});

test('a replica that could not keep all callers does not say that nobody registers', () => {
  const report = finished(reportMigration(emptySnapshot(1, NOW), { ...census(), forgotten: 1 }, [], NOW));
  assert.equal(report.exit.ready, false);
  assert.match(report.exit.blockers.join(), /not all callers were kept/);
});

test('nothing keeps a legacy that nothing needs', () => {
  const report = finished(reportMigration(emptySnapshot(1, NOW), census(), [], NOW));
  assert.deepEqual(report.exit, { ready: true, blockers: [] });
  assert.match(renderMigration(report), /can be switched off/);
});

test('thousands of applications at one address, or behind one vip, do not make the list of callers as long', () => {
  const names = Array.from({ length: 50 }, (_, i) => appName(`SHARED-${i}`));
  const shared = names.map((name) => {
    const contribution = { ...NO_CONTRIBUTION, instances: [{ ...instance(name, 'i-1'), vipAddress: 'one' }] };
    const sources = [{ source: sourceId('legacy'), contribution }];
    return [name, mergeApplication(name, sources, OPEN_RULES, undefined, NOW)] as const;
  });
  const { snapshot } = advance(emptySnapshot(1, NOW), new Map(shared), NOW, DELTA_WINDOW);
  const address = shared[0]?.[1]?.served[0]?.ipAddr ?? '';
  const lookups = new Map([['vip one', { kind: 'vip', name: 'one', count: 1, lastSeen: NOW }] as const]);
  const { callers } = finished(reportCallers(census(caller(address, { lookups })), snapshot));
  assert.deepEqual(
    [callers[0]?.applications.length, callers[0]?.lookups[0]?.applications.length, callers[0]?.application],
    [20, 20, undefined],
  );
});

test('what others say of themselves cannot become a line of ours', () => {
  const evil = caller('10.9.0.1', {
    userAgent: 'a\nORDERS  10.0.0.1',
    identity: { name: 'x', version: 'y', id: '10.20.0.7' },
  });
  const text = renderCallers(finished(reportCallers({ ...census(evil), forgotten: 2 }, SNAPSHOT)), NOW + 5000);
  assert.match(text, /^ORDERS +10\.9\.0\.1 +a\?ORDERS {2}10\.0\.0\.1 .* 5 s ago$/m);
  assert.match(text, /^1 caller seen by eurek8s-0 since \S+; 2 times one was not kept, because there were too many$/m);
  assert.match(renderCallers(finished(reportCallers(census(), undefined)), NOW), /^0 callers seen by eurek8s-0/);
});

test('applications and differences are told for people, none of them too', () => {
  const apps = reportApps(SNAPSHOT.applications);
  assert.match(renderApps(apps), /^2 applications: 1 legacy-only, 1 none\n/);
  assert.equal(renderApps({ applications: [] }), 'no application is known\n');
  const diff = reportDiff(SNAPSHOT, () => () => ({ holdId: 'legacy-1a', since: NOW, releasesAt: undefined }));
  assert.deepEqual(
    diff.applications.map(({ differences }) => differences.map(({ id, kind }) => [id, kind])),
    [[['o-1', 'held']], [['main/shop/shop', 'refused']]],
  );
  assert.match(renderDiff(diff), /^ {2}held +o-1\n {6}its removal is held: legacy-1a at legacy$/m);
  assert.equal(renderDiff({ applications: [] }), 'no application is known\n');
});

test('the mapping of a caller is of those that it looks up; of one that was never seen there is none', () => {
  const mapping = mappingOf(SNAPSHOT.applications);
  const looking = caller('10.9.0.1', { lookups: LOOKS_UP });
  const found = finished(mappingFor('10.9.0.1', mapping, seen(looking), SNAPSHOT));
  assert.ok(found !== 'unseen');
  assert.deepEqual(found.leftOut, [{ app: 'ORDERS', reason: 'it is not served from Kubernetes' }]);
  assert.equal(finished(mappingFor('nobody', mapping, seen(looking), SNAPSHOT)), 'unseen');
  const reading = { ...looking, reads: { ...looking.reads, delta: 1 } };
  const all = finished(mappingFor('10.9.0.1', mapping, seen(reading), SNAPSHOT));
  assert.match(all === 'unseen' ? all : all.notes.join(), /reads the whole registry/);
});

test('the mapping of a caller says what was not kept of it, and so does the migration', () => {
  const mapping = mappingOf(SNAPSHOT.applications);
  const looking = caller('10.9.0.1', { lookups: LOOKS_UP });
  const more = { ...looking, notKept: { lookups: 7, registers: 0 } };
  const mappedOf = (callers: SeenCallers): readonly [string, string] => {
    const found = finished(mappingFor('10.9.0.1', mapping, callers, SNAPSHOT));
    assert.ok(found !== 'unseen');
    return [found.extent, found.notes.join('; ')];
  };
  assert.deepEqual(mappedOf(seen(looking)), ['all', 'what 10.9.0.1 has looked up']);
  assert.deepEqual(mappedOf(seen(more)), [
    'some',
    'a part of what 10.9.0.1 has looked up; it looks up more names than are kept: 7 requests for others, and what they find is missing',
  ]);
  assert.match(mappedOf({ ...seen(looking), forgotten: 1 }).join(), /^some,a part of .*; not all callers were kept: /);
  // Who gets everything misses nothing.
  assert.equal(mappedOf(seen({ ...more, reads: { ...more.reads, full: 1 } }))[0], 'all');

  const complete = finished(reportMigration(SNAPSHOT, census(looking), [], NOW));
  assert.ok(!('notKnown' in complete));
  const partly = finished(reportMigration(SNAPSHOT, { ...census(more), forgotten: 1 }, [], NOW));
  assert.match(
    renderMigration(partly),
    /^look up more names than are kept, and may call what does not name them: \S+\nnot all callers were kept: others/m,
  );
  // Writes for further applications are writes.
  const writing = caller('10.9.0.1', { notKept: { lookups: 0, registers: 1 } });
  assert.equal(finished(reportMigration(SNAPSHOT, census(writing), [], NOW)).summary.registrants, 1);
});

test('what the policy keeps back is deployed already: to do is another policy', () => {
  const shop = {
    object: 'main/shop/shop',
    code: 'policy',
    reason: 'the policy is legacy-only: set another one',
  } as const;
  const merged = mergeApplication(
    ORDERS,
    [
      { source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, instances: [instance('orders', 'o-1')] } },
      { source: sourceId('cluster:main'), contribution: { ...NO_CONTRIBUTION, refusals: [shop] } },
    ],
    OPEN_RULES,
    undefined,
    NOW,
  );
  const { snapshot } = advance(emptySnapshot(1, NOW), new Map([[ORDERS, merged]]), NOW, DELTA_WINDOW);
  const census = { replica: 'r', since: NOW, callers: [], forgotten: 0, overlay: [] };
  assert.deepEqual(finished(reportMigration(snapshot, census, [], NOW)).applications[0]?.todo, [
    'let main/shop/shop be served, which is there already: the policy is legacy-only: set another one',
    'then stop its 1 registered instance',
  ]);
});
