import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApplicationConfig, OverlayConfig } from '../../../../shared/config/config.ts';
import type { Publication } from '../../../../shared/contribution/publication.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { appName, PUBLISHED_MARKER, sourceId } from '../../../../shared/model/names.ts';
import type { MergedApplication } from '../../../../shared/registry/application.ts';
import { NO_CONTRIBUTION } from '../../../../shared/contribution/contribution.ts';
import { overlayRules } from '../../../../shared/registry/overlay.ts';
import { mergeApplication } from '../../../../shared/registry/merge.ts';
import { instance } from '../../../support/instances.ts';
import { OPEN_RULES } from '../../../support/merge-rules.ts';
import { publication } from '../../../support/publications.ts';

const NOW = 1_760_000_000_000;

interface Given {
  readonly legacy?: readonly InstanceRecord[];
  readonly leases?: readonly InstanceRecord[];
  readonly published?: readonly Publication[];
  readonly policy?: ApplicationConfig['policy'];
  readonly cidrs?: readonly string[];
  readonly action?: OverlayConfig['action'];
  readonly before?: MergedApplication;
  readonly now?: number;
}

function merge(given: Given): MergedApplication {
  const rules = {
    ...OPEN_RULES,
    application: () => ({ policy: given.policy ?? 'both', namespaces: [] }),
    overlay: overlayRules({ cidrs: given.cidrs ?? [], action: given.action ?? 'hide' }),
  };
  const contributions = [
    { source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, instances: given.legacy ?? [] } },
    { source: sourceId('leases'), contribution: { ...NO_CONTRIBUTION, instances: given.leases ?? [] } },
    { source: sourceId('cluster:main'), contribution: { ...NO_CONTRIBUTION, publications: given.published ?? [] } },
  ];
  return mergeApplication(appName('ALICE'), contributions, rules, given.before, given.now ?? NOW);
}

const ids = (application: MergedApplication): readonly string[] => application.served.map(({ id }) => id);
const SYNTHETIC = 'eurek8s:main:shop:alice:alice.k8s.example.com:0';

test('legacy entries pass through untouched, beside the one derived from the Ingress', () => {
  const real = instance('ALICE', 'i-1');
  const merged = merge({ legacy: [real], published: [publication('ALICE')] });
  assert.deepEqual(ids(merged), [SYNTHETIC, 'i-1']);
  assert.equal(merged.served[1], real);
});

test('a registration is not taken for one that Eurek8s published because of a metadata entry alone', () => {
  const marked = instance('ALICE', 'i-1', { metadata: new Map([[PUBLISHED_MARKER, 'true']]) });
  const ours = instance('ALICE', SYNTHETIC, { metadata: new Map([[PUBLISHED_MARKER, 'true']]) });
  const merged = merge({ legacy: [marked, ours], published: [publication('ALICE')] });
  assert.deepEqual(ids(merged), [SYNTHETIC, 'i-1']);
  assert.equal(merged.served[1], marked);
  assert.equal(merged.served[0]?.metadata.has(PUBLISHED_MARKER), false, 'nor is it inherited');
  assert.deepEqual(merged.refusals, []);
});

test('a synthetic entry inherits vip, common metadata, page paths and zone from its twins', () => {
  const twins = [
    instance('ALICE', 'i-1', {
      vipAddress: 'Alice.V1',
      metadata: new Map([
        ['zone', 'dc1'],
        ['team', 'red'],
        ['rack', '1'],
        ['instanceId', 'x'],
      ]),
      healthCheckUrl: 'http://i-1:8080/custom/health?deep=1',
    }),
    instance('ALICE', 'i-2', {
      vipAddress: 'Alice.V1',
      metadata: new Map([
        ['zone', 'dc1'],
        ['team', 'red'],
        ['rack', '2'],
      ]),
    }),
  ];
  const entry = merge({ legacy: twins, published: [publication('ALICE')] }).served[0];
  assert.equal(entry?.vipAddress, 'Alice.V1');
  assert.equal(entry?.healthCheckUrl, 'http://alice.k8s.example.com/custom/health?deep=1');
  assert.deepEqual(Object.fromEntries(entry?.metadata ?? []), {
    team: 'red',
    zone: 'dc1',
    'eurek8s.io/source': 'main/shop/alice',
  });
});

test('metadata about the address of one host is not inherited: callers would call the load balancer on that port', () => {
  const metadata = new Map([
    ['management.port', '8081'],
    ['team', 'red'],
  ]);
  const twins = ['i-1', 'i-2'].map((id) => instance('ALICE', id, { metadata }));
  const entry = merge({ legacy: twins, published: [publication('ALICE')] }).served[0];
  assert.deepEqual([...(entry?.metadata.keys() ?? [])].toSorted(), ['eurek8s.io/source', 'team', 'zone']);
});

test('an empty annotation removes an inherited entry, and adds none', () => {
  const twin = instance('ALICE', 'i-1', { metadata: new Map([['team', 'red']]) });
  const base = publication('ALICE');
  const empty = {
    ...base,
    overrides: {
      ...base.overrides,
      metadata: new Map([
        ['team', ''],
        ['rack', ''],
      ]),
    },
  };
  const entry = merge({ legacy: [twin], published: [empty] }).served[0];
  assert.deepEqual([...(entry?.metadata.keys() ?? [])].toSorted(), ['eurek8s.io/source', 'zone']);
});

test('inherited values stay after the last twin is gone', () => {
  const both = merge({
    legacy: [instance('ALICE', 'i-1', { vipAddress: 'Alice.V1' })],
    published: [publication('ALICE')],
  });
  const alone = merge({ published: [publication('ALICE')], before: both });
  assert.equal(alone.served[0]?.vipAddress, 'Alice.V1');
  assert.equal(alone.served[0], both.served[0], 'the entry is the same object: nothing about it changed');
});

test('annotations overrule twins', () => {
  const base = publication('ALICE');
  const overrides = {
    ...base.overrides,
    vipAddress: 'mine',
    zone: 'z9',
    metadata: new Map([['team', 'blue']]),
    homePagePath: '/home',
  };
  const entry = merge({ legacy: [instance('ALICE', 'i-1')], published: [{ ...base, overrides }] }).served[0];
  assert.equal(entry?.vipAddress, 'mine');
  assert.equal(entry?.metadata.get('zone'), 'z9');
  assert.equal(entry?.metadata.get('team'), 'blue');
  assert.equal(entry?.homePageUrl, 'http://alice.k8s.example.com/home');
});

test('beside Amazon twins the entry has AmazonInfo with their zone and its own host', () => {
  const amazon = instance('ALICE', 'i-1', {
    metadata: new Map(),
    dataCenterInfo: {
      name: 'Amazon',
      metadata: new Map([
        ['instance-id', 'i-1'],
        ['availability-zone', 'us-east-1c'],
      ]),
    },
  });
  const entry = merge({ legacy: [amazon], published: [publication('ALICE')] }).served[0];
  assert.equal(entry?.metadata.get('zone'), 'us-east-1c');
  assert.equal(
    entry?.dataCenterInfo.name === 'Amazon' && entry.dataCenterInfo.metadata.get('availability-zone'),
    'us-east-1c',
  );
  assert.equal(
    entry?.dataCenterInfo.name === 'Amazon' && entry.dataCenterInfo.metadata.get('public-hostname'),
    'alice.k8s.example.com',
  );
});

test('an https Ingress gives a secure port only, one with both gives both', () => {
  const secure = merge({ published: [publication('ALICE', { scheme: 'https' })] }).served[0];
  assert.deepEqual(
    [secure?.port, secure?.securePort],
    [
      { number: 80, enabled: false },
      { number: 443, enabled: true },
    ],
  );
  assert.equal(secure?.homePageUrl, 'https://alice.k8s.example.com/');
  const both = merge({ published: [publication('ALICE', { scheme: 'both' })] }).served[0];
  assert.deepEqual([both?.port.enabled, both?.securePort.enabled], [true, true]);
});

test('traffic in percent gives each zone its own entries', () => {
  const real = [
    ['i-1', 'a'],
    ['i-2', 'a'],
    ['i-3', 'b'],
    ['i-4', 'c'],
  ].map(([id, zone]) => instance('ALICE', id ?? '', { metadata: new Map([['zone', zone ?? '']]) }));
  const merged = merge({
    legacy: real,
    published: [publication('ALICE', { traffic: { kind: 'share', percent: 50 } })],
  });
  const zones = merged.served.filter(({ id }) => id.startsWith('eurek8s:')).map(({ metadata }) => metadata.get('zone'));
  assert.deepEqual(zones, ['a', 'b', 'c', 'a']);
  const { asked, entries, realUp, copies, achievedPercent } = merged.dial ?? {};
  assert.deepEqual(
    { asked, entries, realUp, copies, achievedPercent },
    { asked: '50%', entries: 4, realUp: 4, copies: 0, achievedPercent: 50 },
  );
});

test('traffic "ready" gives each ready endpoint what an EC2 instance gets', () => {
  const merged = merge({
    legacy: [instance('ALICE', 'i-1')],
    published: [publication('ALICE', { traffic: { kind: 'ready' }, readyEndpoints: 3 })],
  });
  assert.equal(merged.served.length, 4);
  assert.equal(
    merge({ published: [publication('ALICE', { traffic: { kind: 'ready' }, readyEndpoints: 3 })] }).served.length,
    1,
    'alone: one',
  );
});

test('traffic 0% publishes nothing, 100% hides the legacy, and both are explained', () => {
  const zero = merge({
    legacy: [instance('ALICE', 'i-1')],
    published: [publication('ALICE', { traffic: { kind: 'share', percent: 0 } })],
  });
  assert.deepEqual(ids(zero), ['i-1']);
  assert.equal(zero.refusals[0]?.code, 'traffic-zero');
  const full = merge({
    legacy: [instance('ALICE', 'i-1')],
    published: [publication('ALICE', { traffic: { kind: 'share', percent: 100 } })],
  });
  assert.deepEqual(ids(full), [SYNTHETIC]);
  assert.equal(full.hidden[0]?.code, 'traffic-full');
  assert.equal(full.dial?.achievedPercent, 100);
});

test('the limit of entries cuts the share, with a refusal', () => {
  const real = Array.from({ length: 10 }, (_, i) => instance('ALICE', `i-${i}`));
  const merged = merge({
    legacy: real,
    published: [publication('ALICE', { traffic: { kind: 'share', percent: 90 }, maxEntries: 8 })],
  });
  assert.equal(merged.dial?.entries, 8);
  assert.equal(merged.refusals[0]?.code, 'traffic-limit');
});

test('policies decide which world is served', () => {
  const given = { legacy: [instance('ALICE', 'i-1')], published: [publication('ALICE')] };
  assert.deepEqual(ids(merge({ ...given, policy: 'legacy-only' })), ['i-1']);
  assert.deepEqual(ids(merge({ ...given, policy: 'kubernetes-only' })), [SYNTHETIC]);
  assert.deepEqual(ids(merge({ ...given, policy: 'prefer-kubernetes' })), [SYNTHETIC]);
  const down = {
    ...given,
    published: [publication('ALICE', { status: 'DOWN' })],
    policy: 'prefer-kubernetes' as const,
  };
  assert.deepEqual(ids(merge(down)), [SYNTHETIC, 'i-1'], 'legacy comes back when Kubernetes is DOWN');
});

test('registrations with an overlay address are hidden, or served when the action is forward', () => {
  const given = {
    legacy: [instance('ALICE', 'pod', { ipAddr: '10.42.1.2' }), instance('ALICE', 'vm')],
    cidrs: ['10.42.0.0/16'],
  };
  const hidden = merge(given);
  assert.deepEqual(ids(hidden), ['vm']);
  assert.equal(hidden.hidden[0]?.code, 'overlay');
  assert.deepEqual(ids(merge({ ...given, action: 'forward' })), ['pod', 'vm']);
});

test('one id from two sources is one instance, that of the first source', () => {
  const merged = merge({ legacy: [instance('ALICE', 'i-1')], leases: [instance('ALICE', 'i-1', { status: 'DOWN' })] });
  assert.equal(merged.served[0]?.status, 'UP');
  assert.equal(merged.refusals[0]?.code, 'id-taken');
});

test('a registration cannot have an id that is reserved for our entries', () => {
  const merged = merge({ legacy: [instance('ALICE', SYNTHETIC)] });
  assert.deepEqual(merged.served, []);
  assert.equal(merged.refusals[0]?.code, 'id-reserved');
});

test('a renewal is no change: record and list stay the same objects', () => {
  const before = merge({ legacy: [instance('ALICE', 'i-1')], published: [publication('ALICE')] });
  const lease = {
    renewalIntervalInSecs: 30,
    durationInSecs: 90,
    registrationTimestamp: 1_750_000_000_500,
    evictionTimestamp: 0,
    serviceUpTimestamp: 1_750_000_000_400,
  };
  const renewed = instance('ALICE', 'i-1', { leaseInfo: { ...lease, lastRenewalTimestamp: 1_750_000_999_000 } });
  const after = merge({ legacy: [renewed], published: [publication('ALICE')], before, now: NOW + 60_000 });
  assert.equal(after.served, before.served);
});

test('changed synthetic content is stamped with the time of the change', () => {
  const before = merge({ published: [publication('ALICE')] });
  const after = merge({ published: [publication('ALICE', { status: 'DOWN' })], before, now: NOW + 5000 });
  assert.equal(before.served[0]?.lastDirtyTimestamp, NOW);
  assert.equal(after.served[0]?.lastDirtyTimestamp, NOW + 5000);
});

test('the same Ingress in two clusters shares the entries', () => {
  const published = ['east', 'west'].map((cluster) =>
    publication('ALICE', { cluster, traffic: { kind: 'share', percent: 50 } }),
  );
  const merged = merge({ legacy: [instance('ALICE', 'i-1'), instance('ALICE', 'i-2')], published });
  assert.equal(merged.dial?.entries, 2);
  assert.deepEqual(
    ids(merged)
      .filter((id) => id.startsWith('eurek8s:'))
      .map((id) => id.split(':')[1]),
    ['east', 'west'],
  );
});
