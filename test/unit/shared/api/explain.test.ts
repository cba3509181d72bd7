import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainApplication } from '../../../../shared/api/explain.ts';
import type { HeldBy } from '../../../../shared/api/explained-entry.ts';
import { renderExplanation } from '../../../../shared/api/render-explanation.ts';
import type { Publication } from '../../../../shared/contribution/publication.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { appName, sourceId } from '../../../../shared/model/names.ts';
import type { MergedApplication } from '../../../../shared/registry/application.ts';
import { NO_CONTRIBUTION } from '../../../../shared/contribution/contribution.ts';
import type { Change } from '../../../../shared/registry/diff.ts';
import { mergeApplication } from '../../../../shared/registry/merge.ts';
import type { Policy } from '../../../../shared/contribution/policy.ts';
import type { Refusal } from '../../../../shared/contribution/refusal.ts';
import { instance } from '../../../support/instances.ts';
import { publication } from '../../../support/publications.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';

const NOW = 1_750_000_600_000;
const REGISTERED = 1_750_000_540_000;
const BAD: Refusal = { object: 'main/shop/other', code: 'wildcard-host', reason: 'give it eurek8s.io/host' };

const NOBODY_HELD: HeldBy = () => undefined;

interface Given {
  readonly legacy?: readonly InstanceRecord[];
  readonly published?: readonly Publication[];
  readonly refusals?: readonly Refusal[];
  readonly policy?: Policy;
}

function merged({ legacy = [], published = [], refusals = [], policy = 'both' }: Given): MergedApplication {
  return mergeApplication(
    appName('ALICE'),
    [
      { source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, instances: legacy } },
      { source: sourceId('cluster:main'), contribution: { ...NO_CONTRIBUTION, publications: published, refusals } },
    ],
    { ...OPEN_RULES, application: () => ({ policy, namespaces: [] }) },
    undefined,
    NOW,
  );
}

function twin(id: string, zone: string): InstanceRecord {
  return instance('ALICE', id, { metadata: new Map([['zone', zone]]), lastUpdatedTimestamp: REGISTERED });
}

function change(app: string, at: number): Change {
  return { kind: 'added', app: appName(app), record: instance(app, 'x'), at, version: 1 };
}

const TWINS = [twin('i-1', 'dc1'), twin('i-2', 'dc1'), twin('i-3', 'dc2')];
const ONE = publication('ALICE', { changedAt: NOW - 120_000, notices: ['host alice.k8s.example.com chosen out of 2'] });

function text(application: MergedApplication, recent: readonly Change[] = [], heldBy: HeldBy = NOBODY_HELD): string {
  return renderExplanation(explainApplication(application, recent, NOW, heldBy), NOW);
}

test('a person with curl reads what callers see, entry by entry, and what is refused', () => {
  assert.equal(
    text(merged({ legacy: TWINS, published: [ONE], refusals: [BAD] }), [change('ALICE', NOW - 12_000)]),
    `\
ALICE: callers choose among 4 UP entries: 3 registered, 1 from Kubernetes (25% of the calls)
callers in dc2 that keep to their own zone (Ribbon's zone filter, Spring's zone preference) do not use what is in Kubernetes: its entries are in dc1; eurek8s.io/traffic "ready" or a share like "25%" can serve every zone
the last change was 12 s ago: callers have it in 48 s at the latest (30 s poll, then 30 s Ribbon, by default)
policy both
traffic: asked single, achieved 25% by 1 entry beside 3 registered instances
inherited from 3 registered instances: vip alice, zone dc1 dc2

served (4)
  ID                                               STATUS  HOST                   ADDRESS     PORTS      ZONE  FROM             SINCE
  eurek8s:main:shop:alice:alice.k8s.example.com:0  UP      alice.k8s.example.com  192.0.2.10  http:80    dc1   main/shop/alice  2 min
  i-1                                              UP      i-1.corp.example       10.20.0.7   http:8080  dc1   legacy           60 s
  i-2                                              UP      i-2.corp.example       10.20.0.7   http:8080  dc1   legacy           60 s
  i-3                                              UP      i-3.corp.example       10.20.0.7   http:8080  dc2   legacy           60 s
  main/shop/alice: derived from the Ingress: 2 of 2 endpoints ready
    note: host alice.k8s.example.com chosen out of 2

callers that keep to their own zone see
  ZONE  UP  KUBERNETES  SHARE
  dc1   3   1           33.3%
  dc2   1   0           0%
  what one of them chooses among, and what it leaves out: eurek8s whatif ALICE --zone ZONE

not served (1)
  main/shop/other  wildcard-host
      give it eurek8s.io/host
`,
  );
});

test('hidden entries are shown with the reason, once for all entries that share it', () => {
  const hidden = text(merged({ legacy: TWINS, published: [ONE], policy: 'kubernetes-only' }));
  assert.match(hidden, /^hidden \(3\): in no list, still answered one by one$/m);
  assert.match(hidden, /^ {2}i-2 .* 60 s +policy$/m);
  assert.match(hidden, /^ {2}policy: the policy is kubernetes-only \(3 entries\)$/m);
  assert.match(
    hidden,
    /^ALICE: callers choose among 1 UP entry: 0 registered, 1 from Kubernetes \(100% of the calls\)$/m,
  );
});

test('an entry that is there only because of a hold shows the hold, whether served or hidden', () => {
  const heldBy: HeldBy = (source, id) =>
    source === 'legacy' && id !== 'i-3'
      ? { holdId: 'legacy-c4db33c6', since: NOW - 60_000, releasesAt: NOW + 240_000 }
      : undefined;
  const shown = text(merged({ legacy: TWINS, published: [ONE] }), [], heldBy);
  assert.match(shown, /^ {2}i-1 .* legacy \(held\) +60 s$/m);
  assert.match(shown, /^ {2}i-3 .* legacy +60 s$/m);
  const notice =
    'held: legacy no longer lists it since 2025-06-15T15:15:40.000Z; removed at 2025-06-15T15:20:40.000Z ' +
    'if still missing then, or now by: eurek8s holds release legacy-c4db33c6';
  assert.equal(shown.split(`\n  ${notice} (2 entries)\n`).length, 2);
  const hidden = merged({ legacy: TWINS, published: [ONE], policy: 'kubernetes-only' });
  assert.ok(text(hidden, [], heldBy).includes(`\n  ${notice} (2 entries)`));
  const [first] = explainApplication(hidden, [], NOW, heldBy).hidden;
  assert.deepEqual([first?.hold, first?.notices], ['legacy-c4db33c6', [notice]]);
});

test('that nothing is UP comes first', () => {
  const down = text(merged({ legacy: [instance('ALICE', 'i-1', { status: 'DOWN' })] }));
  assert.match(down, /^ALICE: callers find no UP entry/);
  assert.match(text(merged({ refusals: [BAD] })), /^served: nothing$/m);
});

test('a share that serves every zone has no hint, and one that misses a zone has', () => {
  const hints = (percent: number): readonly string[] =>
    explainApplication(
      merged({ legacy: TWINS, published: [publication('ALICE', { traffic: { kind: 'share', percent } })] }),
      [],
      NOW,
      NOBODY_HELD,
    ).callers.hints;
  assert.deepEqual(hints(50), []);
  assert.match(hints(20)[0] ?? '', /^callers in dc2 .* its entries are in dc1$/);
});

test('when callers have the last change follows from the changes of this application alone', () => {
  const callers = (recent: readonly Change[]) =>
    explainApplication(merged({ legacy: TWINS }), recent, NOW, NOBODY_HELD).callers;
  assert.match(callers([change('BOB', NOW)]).timing, /^nothing of it changed in the last 3 min/);
  assert.equal(callers([]).lastChange, undefined);
  const young = callers([change('ALICE', NOW - 50_000), change('ALICE', NOW - 1000), change('BOB', NOW)]);
  assert.equal(young.lastChange, new Date(NOW - 1000).toISOString());
  assert.equal(young.reachedBy, new Date(NOW + 59_000).toISOString());
  assert.match(callers([change('ALICE', NOW - 61_000)]).timing, /^the last change was 61 s ago: callers have it \(/);
});

test('the JSON has all documented fields', () => {
  const explanation = explainApplication(
    merged({ legacy: TWINS, published: [ONE], refusals: [BAD] }),
    [],
    NOW,
    NOBODY_HELD,
  );
  const json = JSON.parse(JSON.stringify(explanation)) as Record<string, unknown>;
  assert.deepEqual(Object.keys(json), [
    'app',
    'policy',
    'share',
    'inheritance',
    'holds',
    'troubles',
    'served',
    'hidden',
    'refused',
    'namesakes',
    'callers',
  ]);
  assert.deepEqual(explanation.share, { asked: 'single', entries: 1, realUp: 3, copies: 0, achievedPercent: 25 });
  assert.deepEqual(explanation.inheritance, {
    from: 'registered',
    instances: 3,
    goneSince: undefined,
    vip: 'alice',
    secureVip: 'alice',
    zones: ['dc1', 'dc2'],
    metadata: {},
    disputed: [],
    homePath: undefined,
    statusPath: undefined,
    healthPath: undefined,
    text: 'inherited from 3 registered instances: vip alice, zone dc1 dc2',
  });
  assert.deepEqual(explanation.served[0], {
    id: 'eurek8s:main:shop:alice:alice.k8s.example.com:0',
    status: 'UP',
    host: 'alice.k8s.example.com',
    address: '192.0.2.10',
    ports: ['http:80'],
    zone: 'dc1',
    world: 'kubernetes',
    source: 'cluster:main',
    object: 'main/shop/alice',
    copyOf: undefined,
    rule: 'derived from the Ingress: 2 of 2 endpoints ready',
    since: new Date(NOW - 120_000).toISOString(),
    hold: undefined,
    notices: ['host alice.k8s.example.com chosen out of 2'],
  });
});

test('entries of a held Ingress have a notice about the hold beside their other notices', () => {
  const held = { holdId: 'cluster:main-1', since: NOW, releasesAt: NOW + 300_000 };
  const heldBy: HeldBy = (source, _id, object) =>
    `${source} ${object ?? ''}` === 'cluster:main main/shop/alice' ? held : undefined;
  const explanation = explainApplication(merged({ legacy: TWINS, published: [ONE] }), [], NOW, heldBy);
  assert.deepEqual(explanation.holds, [{ id: 'cluster:main-1', source: 'cluster:main', entries: 1 }]);
  for (const { world, hold } of explanation.served)
    assert.equal(hold, world === 'kubernetes' ? 'cluster:main-1' : undefined);
  const text = renderExplanation(explanation, NOW);
  assert.match(text, /^held: 1 entry of cluster:main by hold cluster:main-1, see eurek8s holds$/m);
  assert.match(text, /^ {4}note: held: cluster:main no longer has main\/shop\/alice with all that it needs since /m);
  assert.match(text, /^ {4}note: host alice\.k8s\.example\.com chosen out of 2$/m);
});

test('a schedule is explained with its step, when the next one comes, and how to stop it', () => {
  const startsAt = NOW - 600_000;
  const steps = [
    { percent: 10, lasts: 300_000 },
    { percent: 40, lasts: 3_600_000 },
    { percent: 100, lasts: 0 },
  ];
  const at = (start: number) =>
    merged({
      legacy: TWINS,
      published: [publication('ALICE', { traffic: { kind: 'schedule', startsAt: start, steps } })],
    });
  const { share } = explainApplication(at(startsAt), [], NOW, NOBODY_HELD);
  assert.deepEqual(share, {
    asked: '40% (step 2 of 3 of a schedule, 100% at 2025-06-15T16:11:40Z)',
    entries: 2,
    realUp: 3,
    copies: 0,
    achievedPercent: 40,
    missed: {
      zones: [
        { zone: 'dc1', instances: 2, below: 33.3, above: 50 },
        { zone: 'dc2', instances: 1, below: 0, above: 50 },
      ],
      ways: { copies: true, instances: 3 },
    },
    schedule: {
      steps: '10% 5m, 40% 1h, 100%',
      start: '2025-06-15T15:06:40Z',
      step: 2,
      percent: 40,
      next: { at: '2025-06-15T16:11:40Z', percent: 100 },
    },
  });
  const line = (start: number): string | undefined => /^schedule: .*$/m.exec(text(at(start)))?.[0];
  assert.equal(
    line(startsAt),
    'schedule: 10% 5m, 40% 1h, 100% from 2025-06-15T15:06:40Z; 100% comes in 55 min; to stop it here, write a fixed share: eurek8s.io/traffic: "40%"',
  );
  assert.match(line(NOW + 120_000) ?? '', /; 10% comes in 2 min; to stop it here, .*: "0%"$/);
  assert.match(line(NOW - 1e9) ?? '', /: its last step lasts$/);
});

const share = (percent: number, others: Partial<Publication> = {}): Publication =>
  publication('ALICE', { traffic: { kind: 'share', percent }, ...others });
const IN_ONE_ZONE = ['i-1', 'i-2', 'i-3'].map((id) => twin(id, 'dc1'));

test('a share that no number of entries reaches: the nearest ones, and what would reach it', () => {
  const shown = text(merged({ legacy: IN_ONE_ZONE, published: [share(1)] }));
  assert.match(shown, /^traffic: asked 1%, achieved 0% by 0 entries beside 3 registered instances$/m);
  assert.match(shown, /^nearest shares: 0% or 25% beside 3 instances in dc1$/m);
  assert.match(
    shown,
    /^the share asked for would be reached by eurek8s\.io\/copies: "true", or by 95 registered instances$/m,
  );
  const bounded = text(merged({ legacy: IN_ONE_ZONE, published: [share(1, { maxEntries: 20 })] }));
  assert.match(bounded, /reached by eurek8s\.io\/copies: "true" with defaults\.maxEntriesPerApp: 94, or by/);
  const high = text(merged({ legacy: IN_ONE_ZONE, published: [share(99)] }));
  assert.match(high, /^nearest shares: at most 97\.7% beside 3 instances in dc1$/m);
  assert.match(
    high,
    /^the share asked for takes 2\d\d entries, which cost callers CPU at each call: ask for eurek8s\.io\/traffic: "100%" or/m,
  );
  assert.doesNotMatch(high, /would be reached by/);
  assert.doesNotMatch(text(merged({ legacy: IN_ONE_ZONE, published: [share(25)] })), /nearest shares/);
  const tiny = text(merged({ legacy: IN_ONE_ZONE, published: [share(0.01, { copies: true })] }));
  assert.match(tiny, /^nearest shares: 0% or 0\.8% beside 3 instances in dc1$/m, 'nothing is not a tiny share');
  assert.match(tiny, /^the share asked for takes 9\d\d\d entries, .*: ask for one of the nearest shares$/m);
});

test('copies: their number, what they are copies of, and who does not see them', () => {
  const application = merged({ legacy: IN_ONE_ZONE, published: [share(1, { copies: true })] });
  const {
    share: shown,
    served,
    callers,
    holds,
  } = explainApplication(application, [], NOW, (source) =>
    source === 'legacy' ? { holdId: 'legacy-1', since: NOW, releasesAt: NOW } : undefined,
  );
  assert.deepEqual([shown?.entries, shown?.copies, shown?.achievedPercent, shown?.missed], [1, 96, 1, undefined]);
  const copies = served.filter(({ copyOf }) => copyOf !== undefined);
  assert.equal(copies.length, 96);
  assert.deepEqual(
    [copies[0]?.copyOf, copies[0]?.world, copies[0]?.rule],
    ['i-1', 'legacy', 'copy of i-1, for the share that main/shop/alice asks for'],
  );
  assert.deepEqual(holds, [{ id: 'legacy-1', source: 'legacy', entries: 3 }], 'a hold keeps originals');
  assert.match(
    callers.summary,
    /100 UP entries: 3 registered, 96 copies of these, 1 from Kubernetes \(1% of the calls\)/,
  );
  assert.match(callers.hints.join(), /eureka-js-client.* of 4 entries they see 1 from Kubernetes \(25% of the calls\)/);
  const lines = text(application);
  assert.match(lines, /beside 3 registered instances and 96 copies of them$/m);
  assert.match(lines, /^ {2}and 32 copies of each of 3 registered instances, /m);
  assert.equal(lines.match(/copy_of/g)?.length, 1, 'one line for all copies');
});

test('copies that the bound limits: what callers get, and the bound that would reach the share', () => {
  const shown = text(merged({ legacy: IN_ONE_ZONE, published: [share(10, { copies: true, maxEntries: 5 })] }));
  assert.match(shown, /^nearest shares: 0% or 14\.3% beside 3 instances in dc1$/m);
  assert.match(shown, /^the share asked for would be reached by defaults\.maxEntriesPerApp: 7, or by 9 registered/m);
});
